"""The certificates papers are sealed with: a development authority made on first start.

A root, a signing authority below it, one certificate for each sealing body, and a time-stamp
authority. It proves the machinery, not anybody's identity: in production the operator lays
his own files there, and none is made.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from documents.verifying.trust import Trust, trusted

_YEARS: Final = timedelta(days=3650)
_LISTED: Final = timedelta(days=30)
_RSA_BITS: Final = 3072
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)


class DevelopmentAuthority:
    """The development certificates in a folder; what is missing is made on first use."""

    def __init__(self, folder: Path, *, may_make: bool = True) -> None:
        self.folder = folder
        self._may_make = may_make

    @cached_property
    def root(self) -> Pair:
        """The root everything chains to."""
        return self._pair("root", "Shenbei development root", None)

    @cached_property
    def signing(self) -> Pair:
        """The authority that certifies bodies."""
        return self._pair("signing", "Shenbei development signing authority", self.root)

    @cached_property
    def time_stamping(self) -> Pair:
        """The time-stamp authority; RSA, which is what RFC 3161 clients all read."""
        return self._pair("tsa", "Shenbei development time-stamp authority", self.signing)

    def revocations(self) -> tuple[bytes, ...]:
        """The lists of what root and signing authority revoked, in DER, as of now.

        The operator's own lie in the folder; the development authority revokes nothing.
        """
        ours = (("root", self.root), ("signing", self.signing))
        laid = sorted((self.folder / "trust").glob("*.crl"))
        return (
            *(self._revocations(stem, pair) for stem, pair in ours),
            *(path.read_bytes() for path in laid),
        )

    def _revocations(self, stem: str, issuer: Pair) -> bytes:
        path = self.folder / f"{stem}.crl"
        if path.exists():
            return path.read_bytes()
        if not self._may_make:
            raise FileNotFoundError(f"in production, lay the revocation list (DER) at {path}")
        return _nothing_revoked(issuer)

    def roots(self) -> tuple[bytes, ...]:
        """Return the trusted certificates, in PEM: our root, and those laid beside it."""
        laid = sorted((self.folder / "trust").glob("*.pem"))
        return (self.root.pem, *(path.read_bytes() for path in laid))

    def stampers(self) -> tuple[bytes, ...]:
        """Return whom we trust for time-stamps, in PEM: our root, and those laid apart."""
        laid = sorted((self.folder / "trust" / "stampers").glob("*.pem"))
        return (self.root.pem, *(path.read_bytes() for path in laid))

    def trust(self) -> Trust:
        """Return whom papers are verified with, and the lists that are newer than papers."""
        own = [self.folder / f"{stem}.crl" for stem in ("root", "signing")]
        laid = sorted((self.folder / "trust").glob("*.crl"))
        lists = [path.read_bytes() for path in (*own, *laid) if path.exists()]
        return trusted(self.roots(), self.stampers(), lists)

    def person(self, identifier: str, name: str) -> Pair:
        """Return the signing certificate of a person."""
        return self._pair(f"person-{identifier}", name, self.signing)

    def body(self, identifier: str, name: str) -> Pair:
        """Return the sealing certificate of a body."""
        return self._pair(f"body-{identifier}", name, self.signing)

    def retire(self, kind: str, identifier: str) -> Path:
        """Lay a key aside; the next paper is sealed with a new one, old papers still hold."""
        path = self.folder / f"{kind}-{identifier}.pem"
        serial = x509.load_pem_x509_certificate(path.read_bytes()).serial_number
        return path.rename(path.with_suffix(f".{serial:x}.retired"))

    def _pair(self, stem: str, name: str, issuer: Pair | None) -> Pair:
        path = self.folder / f"{stem}.pem"
        if not path.exists() and not self._may_make:
            raise FileNotFoundError(f"in production, lay key and certificate (PEM) at {path}")
        if not path.exists():
            made = _make(stem, name, issuer)
            _write_once(path, made)
        pem = path.read_bytes()
        key = load_pem_private_key(pem, None)
        if not isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
            raise TypeError(f"{path.name} holds a key of an unexpected kind")
        return Pair(x509.load_pem_x509_certificate(pem), key)


def _write_once(path: Path, pair: Pair) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_suffix(f".{pair.certificate.serial_number:x}")
    draft.touch(mode=0o600)
    draft.write_bytes(private + pair.pem)
    try:
        path.hardlink_to(draft)  # the first of two processes wins; the other reads its file
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _make(stem: str, name: str, issuer: Pair | None) -> Pair:
    stamps = stem == "tsa"
    key: Key = (
        rsa.generate_private_key(65537, _RSA_BITS)
        if stamps
        else ec.generate_private_key(ec.SECP256R1())
    )
    authority = stem in {"root", "signing"}
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
        ]
    )
    parent = issuer.certificate.subject if issuer else subject
    parent_key = issuer.key if issuer else key
    now = datetime.now(UTC)  # noqa: TID251 -- a certificate begins when it is made
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(parent)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _YEARS)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(_usage(authority=authority, stamps=stamps), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(parent_key.public_key()),
            critical=False,
        )
    )
    if issuer is not None:
        of = "root" if authority else "signing"
        builder = builder.add_extension(_list_address(of), critical=False)
    if stamps:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    return Pair(builder.sign(parent_key, hashes.SHA256()), key)


def _nothing_revoked(issuer: Pair) -> bytes:
    now = datetime.now(UTC)  # noqa: TID251 -- a list is of its hour
    key = issuer.key
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(now - timedelta(hours=1))
        .next_update(now + _LISTED)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.DER)


def _list_address(stem: str) -> x509.CRLDistributionPoints:
    """Return where an authority's list lies; papers carry it, so nobody needs to fetch it."""
    uri = x509.UniformResourceIdentifier(f"http://localhost/crl/{stem}.crl")
    return x509.CRLDistributionPoints([x509.DistributionPoint([uri], None, None, None)])


def _usage(*, authority: bool, stamps: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority and not stamps,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
