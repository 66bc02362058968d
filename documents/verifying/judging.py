"""Judge who signed and who stamped a paper, each at the earliest time it is proven to be of.

Certificates are judged by the library at that time, revocation by the lists beside it: the
library stops at the first list that satisfies it, and tells no lack of lists from a clean one.
"""

# The library has no types of its own:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import new as hashed
from typing import Any, Final

from asn1crypto import cms, x509
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.generic_cms import (
    async_validate_cms_signature,
    validate_tst_signed_data,
)
from pyhanko.sign.validation.status import SignatureStatus, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import CertificateRegistry, SimpleTrustManager

from audit.answers import Answer
from documents.verifying.revocation import Lists, Standing, worst
from documents.verifying.trust import Trust

_TOKEN: Final = "signature_time_stamp_token"  # noqa: S105 -- no secret
_ASKED_BESIDE: Final = CertRevTrustPolicy(
    RevocationCheckingPolicy(RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK)
)
_UNKNOWN: Final = Standing(Answer.UNKNOWN)


@dataclass(frozen=True)
class Proof:
    """What a time-stamp proves, if it holds."""

    at: datetime
    holds: bool
    standing: Standing  # of its authority
    intact: bool = True  # it is over these bytes, and its signature is right
    path: frozenset[bytes] = frozenset()  # certificates from its authority to a trusted root


@dataclass(frozen=True)
class Judged:
    """What was found of a signature beside where it stands in the file."""

    certificate: x509.Certificate
    intact: bool
    trusted: bool  # its certificate was valid under a root, at that time
    proof: Proof | None  # None: no time-stamp holds
    standing: Standing  # of its certificate, and of who stamped it


class Judge:
    """Judges with the roots of a reader, and with what a paper brings along."""

    def __init__(
        self, trust: Trust, kept: Iterable[x509.Certificate], lists: Iterable[bytes]
    ) -> None:
        kept = list(kept)
        self._lists = Lists((*trust.lists, *lists))
        self._signers = _Roots(trust.signing, kept)
        self._stampers = _Roots(trust.stamping, kept)

    async def stamp(
        self, token: cms.SignedData, imprint: Callable[[str], bytes], known: datetime
    ) -> Proof:
        """Judge a time-stamp over what has that imprint, itself known to be of a time."""
        context = self._stampers.at(known)
        told = TimestampSignatureStatus(
            **await validate_tst_signed_data(token, context, imprint)
        )
        standing = self._standing(told, known)
        holds = told.trusted and standing.answer is not Answer.FAIL
        path = frozenset(one.dump() for one in _certificates(told))
        return Proof(told.timestamp, holds, standing, told.intact and told.valid, path)

    async def signature(self, embedded: EmbeddedPdfSignature, known: datetime) -> Judged:
        """Judge a signature that is known to be of a time, or of the one its stamp proves."""
        proof = await self._own_stamp(embedded, known)
        at = known if proof is None else min(proof.at, known)
        told: SignatureStatus = await async_validate_cms_signature(
            embedded.signed_data,
            raw_digest=embedded.compute_digest(),
            validation_context=self._signers.at(at),
        )
        standing = self._standing(told, at)
        return Judged(
            certificate=told.signing_cert,
            intact=told.intact and told.valid,
            trusted=told.trusted,
            proof=proof,
            standing=standing if proof is None else worst((standing, proof.standing)),
        )

    async def _own_stamp(
        self, embedded: EmbeddedPdfSignature, known: datetime
    ) -> Proof | None:
        """Judge the one time-stamp of a signature; of several, who knows which was added."""
        info: Any = embedded.signer_info
        beside = () if not info["unsigned_attrs"].native else info["unsigned_attrs"]
        tokens = [v for one in beside if one["type"].native == _TOKEN for v in one["values"]]
        if len(tokens) != 1:
            return None
        signature: bytes = info["signature"].native
        proof = await self.stamp(
            tokens[0]["content"], lambda name: hashed(name, signature).digest(), known
        )
        return proof if proof.holds else None

    def _standing(self, told: SignatureStatus, at: datetime) -> Standing:
        path = _certificates(told) if told.trusted else ()
        return self._lists.path([one.dump() for one in path], at) if path else _UNKNOWN


def _certificates(told: SignatureStatus) -> tuple[x509.Certificate, ...]:
    path: ValidationPath | None = told.validation_path
    return () if path is None else tuple(path.iter_certs(include_root=True))


class _Roots:
    """Roots with what leads to them, shared by the contexts of several times."""

    def __init__(
        self, roots: list[x509.Certificate], kept: Iterable[x509.Certificate]
    ) -> None:
        self._trusted = SimpleTrustManager.build(trust_roots=roots)
        self._registry = CertificateRegistry.build(kept)
        self._contexts: dict[datetime, ValidationContext] = {}

    def at(self, moment: datetime) -> ValidationContext:
        """Return what judges at a time."""
        if moment not in self._contexts:
            self._contexts[moment] = ValidationContext(
                trust_manager=self._trusted,
                certificate_registry=self._registry,
                revinfo_policy=_ASKED_BESIDE,
                moment=moment,
                allow_fetching=False,
            )
        return self._contexts[moment]
