"""What revocation lists say of a certificate at a given time.

A revocation counts from its date on, in whatever list it stands: the newest list of the
operator reaches back to papers stamped before it was made. That nothing stands against a
certificate is only said where a list vouches for that certificate at that time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

from audit.answers import Answer
from audit.answers import worst as worst_answer

_STRONG: Final = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_PEM: Final = b"-----BEGIN"
_REFUSED: Final = (TypeError, ValueError, UnsupportedAlgorithm, x509.ExtensionNotFound)
_List = x509.CertificateRevocationList
_Scope = x509.IssuingDistributionPoint


@dataclass(frozen=True)
class Standing:
    """What is known of a certificate, or of all on a path: unknown where no list tells."""

    answer: Answer
    since: datetime | None = None  # revoked at whatever time; None: never, as far as is known


class Lists:
    """The lists of a paper and of the operator together."""

    def __init__(self, told: Iterable[bytes]) -> None:
        self._lists = [read_list(one) for one in dict.fromkeys(told)]
        self._signed: dict[tuple[int, x509.Certificate], bool] = {}

    def path(self, path: Sequence[bytes], at: datetime) -> Standing:
        """Return the worst that is told of the certificates (DER) below a root, at a time."""
        parsed = [x509.load_der_x509_certificate(one) for one in path]
        return worst(self._one(one, issuer, at) for issuer, one in pairwise(parsed))

    def _one(self, one: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Standing:
        lists = [found for n, found in enumerate(self._lists) if self._of(n, issuer)]
        dates = [date for found in lists if (date := _revoked(found, one)) is not None]
        since = min(dates, default=None)
        if since is not None and since <= at:
            return Standing(Answer.FAIL, since)
        vouched = any(_covers(found, one) and _reaches(found, one, at) for found in lists)
        return Standing(Answer.PASS if vouched else Answer.UNKNOWN, since)

    def _of(self, n: int, issuer: x509.Certificate) -> bool:
        """Tell whether a list is this issuer's own; its signature is verified once."""
        if self._lists[n].issuer != issuer.subject:
            return False
        if (n, issuer) not in self._signed:
            self._signed[n, issuer] = _signed_by(self._lists[n], issuer)
        return self._signed[n, issuer]


def worst(told: Iterable[Standing]) -> Standing:
    """Return what several are worth together: a fault, else the least known."""
    found = list(told)
    answer = worst_answer(one.answer for one in found)
    return Standing(answer, min((s.since for s in found if s.since), default=None))


def read_list(told: bytes) -> _List:
    """Return a revocation list, from DER or PEM."""
    load = x509.load_pem_x509_crl if _PEM in told[:99] else x509.load_der_x509_crl
    return load(told)


def _signed_by(found: _List, issuer: x509.Certificate) -> bool:
    """Tell whether a list is signed by its issuer, speaking of its own certificates alone."""
    try:
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
        key: object = issuer.public_key()
        strong = isinstance(found.signature_hash_algorithm, _STRONG)
        scope = _scope(found)
        own = scope is None or not scope.indirect_crl
        return usage.crl_sign and strong and own and found.is_signature_valid(key)  # type: ignore[arg-type] # -- it raises TypeError for other keys
    except _REFUSED:
        return False


def _scope(found: _List) -> _Scope | None:
    told = [extension.value for extension in found.extensions]
    return next((value for value in told if isinstance(value, _Scope)), None)


def _revoked(found: _List, one: x509.Certificate) -> datetime | None:
    """Return since when a list revokes a certificate: where it says since when it was bad."""
    entry = found.get_revoked_certificate_by_serial_number(one.serial_number)
    if entry is None:
        return None
    told = [extension.value for extension in entry.extensions]
    if x509.CRLReason(x509.ReasonFlags.remove_from_crl) in told:
        return None
    bad = [
        value.invalidity_date_utc for value in told if isinstance(value, x509.InvalidityDate)
    ]
    return min((entry.revocation_date_utc, *bad))


def _reaches(found: _List, one: x509.Certificate, at: datetime) -> bool:
    """Tell whether a list is of that time; after a certificate's end, lists may drop it."""
    until = found.next_update_utc or found.last_update_utc
    return at <= until and found.last_update_utc <= one.not_valid_after_utc


def _covers(found: _List, one: x509.Certificate) -> bool:
    """Tell whether a list would name a certificate if it were revoked, for whatever reason."""
    critical: set[type[object]] = {type(e.value) for e in found.extensions if e.critical}
    if not critical <= {_Scope}:  # a list of changes only, or what we cannot read
        return False
    scope = _scope(found)
    if scope is None:
        return True
    if scope.only_some_reasons or scope.only_contains_attribute_certs or scope.relative_name:
        return False
    authority = _is_authority(one)
    if scope.only_contains_ca_certs if not authority else scope.only_contains_user_certs:
        return False
    return scope.full_name is None or bool(set(scope.full_name) & _addresses(one))


def _is_authority(one: x509.Certificate) -> bool:
    values = [extension.value for extension in one.extensions]
    return any(isinstance(value, x509.BasicConstraints) and value.ca for value in values)


def _addresses(one: x509.Certificate) -> set[x509.GeneralName]:
    """Return where the lists of a certificate lie, as it says itself."""
    values = [extension.value for extension in one.extensions]
    points = [p for v in values if isinstance(v, x509.CRLDistributionPoints) for p in v]
    return {name for point in points for name in point.full_name or ()}
