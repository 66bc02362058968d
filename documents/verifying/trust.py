"""Whom a reader of papers trusts: for signatures, for time-stamps, and which lists he has."""

# The library has no types of its own:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from audit.bundle import Trusted
from audit.notes import Verifier
from documents.verifying.revocation import read_list


@dataclass(frozen=True)
class Trust:
    """Whom a reader trusts: roots in PEM, and lists, in DER or PEM, that are not in papers."""

    signers: tuple[bytes, ...]
    stampers: tuple[bytes, ...]
    lists: tuple[bytes, ...] = ()

    @cached_property
    def stamping(self) -> list[x509.Certificate]:
        """The roots of time-stamp authorities, parsed."""
        return _roots(self.stampers)

    @cached_property
    def signing(self) -> list[x509.Certificate]:
        """The roots of signers, parsed."""
        return _roots(self.signers)

    def sent_along(self, log: Sequence[Verifier], witnesses: Sequence[Verifier]) -> Trusted:
        """Return what a bundle carries: the keys of log and witnesses, and this trust."""
        return Trusted(
            log=[key.text for key in log],
            witnesses=[key.text for key in witnesses],
            signers=b"".join(self.signers),
            stampers=b"".join(self.stampers),
            lists=self.lists,
        )


def trusted(
    signers: Iterable[bytes], stampers: Iterable[bytes], lists: Iterable[bytes]
) -> Trust:
    """Return the trust, its parts read once, so that a broken one is not laid to a paper.

    Raises:
        ValueError: A certificate or a list cannot be read.
    """
    trust = Trust(tuple(signers), tuple(stampers), tuple(lists))
    _roots((*trust.signers, *trust.stampers))
    for one in trust.lists:
        read_list(one)
    return trust


def _roots(pems: tuple[bytes, ...]) -> list[x509.Certificate]:
    found: list[Any] = [
        x509.Certificate.load(one.public_bytes(Encoding.DER))
        for pem in pems
        for one in load_pem_x509_certificates(pem)
    ]
    return found
