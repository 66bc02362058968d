"""Seal bytes for a place (AES-256-GCM): moved elsewhere or changed, they do not open."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE: Final = 12


class Seal:
    """Seals and opens with one key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    @classmethod
    def derived(cls, key: bytes, purpose: bytes) -> "Seal":
        """Return the seal of a purpose, from the installation's key (HKDF, RFC 5869)."""
        return cls(HKDF(SHA256(), 32, salt=None, info=purpose).derive(key))

    def seal(self, body: bytes, place: str) -> bytes:
        """Return bytes sealed for a place, nonce first."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, body, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Return what was sealed for a place.

        Raises:
            cryptography.exceptions.InvalidTag: It was not sealed for it, or not with this key.
        """
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except (TypeError, ValueError):  # too short; or text, which SQLite takes anywhere
            raise InvalidTag from None
