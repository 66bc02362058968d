"""What lets a signature be checked for decades: chain, revocation lists, time-stamps.

An archive time-stamp holds as long as its authority's certificate and its algorithms; before
they end, another is laid over the whole file (PAdES B-LTA, ETSI EN 319 142-1).
"""

# The library has no types of its own:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import io
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509 import load_pem_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import timestamps
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.keys import Keys
from documents.pki import Pair
from documents.stamps import OutsideTimeStamper

LISTS_FIRST: Final = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)


class Lasting:
    """The chain, the lists and the time-stamper of an authority."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    @property
    def _roots(self) -> tuple[bytes, ...]:
        """Roots of signers and of time-stampers: what is made here is under one of either."""
        authority = self._keys.authority
        return tuple(dict.fromkeys((*authority.roots(), *authority.stampers())))

    def context(self) -> ValidationContext:
        """Return what a signature is validated with when it is made."""
        authority = self._keys.authority
        return ValidationContext(
            trust_roots=[_parsed(pem) for pem in self._roots],
            other_certs=[_certificate(authority.signing)],
            crls=list(authority.revocations()),
            allow_fetching=False,
            revocation_mode="hard-fail",
        )

    @cached_property
    def chain(self) -> SimpleCertificateStore:
        """The certificates between a signer and the roots, and the roots."""
        authority = self._keys.authority
        store: SimpleCertificateStore = SimpleCertificateStore.from_certs(  # type: ignore[no-untyped-call] # -- asn1crypto
            [_certificate(authority.signing), *map(_parsed, self._roots)]
        )
        return store

    @cached_property
    def time_stamper(self) -> timestamps.TimeStamper:
        """Stamp with an outside authority, or the built-in one: real tokens either way."""
        if address := self._keys.time_stamps_at:
            return OutsideTimeStamper(address)
        pair = self._keys.authority.time_stamping
        return timestamps.DummyTimeStamper(
            _certificate(pair), _key(pair), certs_to_embed=self.chain
        )

    async def stamp(self, data: bytes) -> bytes:
        """Return a time-stamp token (RFC 3161, DER) over the SHA-256 of some bytes.

        Raises:
            TimestampRequestError: The authority does not answer with one.
        """
        token = await self.time_stamper.async_timestamp(sha256(data).digest(), "sha256")
        found: bytes = token.dump()
        return found

    def renew(self, pdf: bytes) -> bytes:
        """Return a paper with one more archive time-stamp over all of it.

        Its bytes begin with those it had: who knows the hash of the paper finds it in them.
        """
        out = io.BytesIO()
        _Archivist(self.time_stamper).update_archival_timestamp_chain(
            PdfFileReader(io.BytesIO(pdf)), self.context(), in_place=False, output=out
        )
        return out.getvalue()


class _Archivist(PdfTimeStamper):
    """Lays a time-stamp over what its own verification will need, so nothing follows it."""

    async def async_timestamp_pdf(self, *given: Any, **named: Any) -> Any:
        """Time-stamp, with the lists before the stamp."""
        return await super().async_timestamp_pdf(*given, **named, dss_settings=LISTS_FIRST)


def archived_until(pdf: bytes) -> datetime | None:
    """Return the end of the certificate behind the last archive time-stamp; None without."""
    stamps = PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures
    if not stamps:
        return None
    ends: datetime = stamps[-1].signer_cert.not_valid_after
    return ends


def _certificate(pair: Pair) -> x509.Certificate:
    certificate: Any = x509.Certificate.load(pair.certificate.public_bytes(Encoding.DER))
    return certificate


def _parsed(pem: bytes) -> x509.Certificate:
    der = load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    certificate: Any = x509.Certificate.load(der)
    return certificate


def _key(pair: Pair) -> keys.PrivateKeyInfo:
    der = pair.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    key: Any = keys.PrivateKeyInfo.load(der)
    return key
