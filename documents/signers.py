"""Keys that sign: in a file, in a PKCS#12, in a token, or with a service we only ask.

Whatever offers `Signer` can seal papers; the rest of the machinery holds no private key.
"""

# The token library has no types of its own:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Final, Protocol

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pkcs11.exceptions import PKCS11Error

from documents.pki import Key, Pair
from law.finding import WordedError
from law.words import Words

_SM2_ID: Final = "distid:1234567812345678"  # GB/T 32918: the signer's default identity
SM2: Final = f"SM2 with SM3, {_SM2_ID}"
_SECONDS: Final = 20
_TOKENS: Final = Lock()


class SignerError(WordedError):
    """A key cannot be used; the words say which and why, and hold no secret."""

    def __init__(self, which: str, zh: str, en: str) -> None:
        super().__init__(Words(f"{which}：{zh}", f"{which}: {en}"))
        self.args = (f"{which}：{zh} · {en}",)


class Signer(Protocol):
    """Signs bytes with a key that may be anywhere."""

    @property
    def certificate(self) -> bytes:
        """The signer's certificate, in DER."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the signature over SHA-256 of data: ECDSA in DER, or RSA PKCS #1 v1.5."""
        ...


@dataclass(frozen=True)
class KeySigner:
    """Signs with a key in memory."""

    pair: Pair

    @property
    def certificate(self) -> bytes:
        """The signer's certificate, in DER."""
        return self.pair.certificate.public_bytes(Encoding.DER)

    def sign(self, data: bytes) -> bytes:
        """Return the signature over SHA-256 of data."""
        key: Key = self.pair.key
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return key.sign(data, ec.ECDSA(hashes.SHA256()))


def from_pkcs12(path: Path, passphrase: str) -> KeySigner:
    """Return a signer from a PKCS #12 file (RFC 7292).

    Raises:
        SignerError: The passphrase is wrong, or the file holds no usable key.
    """
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(
            path.read_bytes(), passphrase.encode()
        )
    except (OSError, ValueError) as error:
        raise SignerError(path.name, f"无法打开（{error}）", str(error)) from None
    if certificate is None or not isinstance(
        key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)
    ):
        raise SignerError(
            path.name,
            "没有 EC 或 RSA 私钥及其证书",
            "it holds no EC or RSA key with its certificate",
        )
    return KeySigner(Pair(certificate, key))


@cache
def _session(module: str, token: str, pin: str) -> Any:
    """Return the session of a token; one for all its keys, for it lets one log in."""
    return pkcs11.lib(module).get_token(token_label=token).open(user_pin=pin)


class TokenSigner:
    """Signs with a key that never leaves its token (PKCS #11)."""

    def __init__(self, module: str, token: str, label: str, pin: str, pem: bytes) -> None:
        self.certificate = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
        self._name = f"token {token}, key {label}"
        try:
            self._key: Any = _session(module, token, pin).get_key(
                object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label
            )
        except (PKCS11Error, RuntimeError) as error:
            raise self._fault(error) from None

    def sign(self, data: bytes) -> bytes:
        """Return the signature over SHA-256 of data; one at a time, as tokens ask."""
        try:
            with _TOKENS:
                return self._signed(data)
        except PKCS11Error as error:
            _session.cache_clear()  # it may be gone: the next one opens it anew
            raise self._fault(error) from None

    def _fault(self, error: Exception) -> SignerError:
        told = f"{type(error).__name__} {error}"
        return SignerError(self._name, f"无法使用（{told}）", told)

    def _signed(self, data: bytes) -> bytes:
        if self._key.key_type is pkcs11.KeyType.RSA:
            signed: bytes = self._key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS)
            return signed
        # Many tokens sign digests only, and give the two numbers one after the other.
        raw: bytes = self._key.sign(sha256(data).digest(), mechanism=pkcs11.Mechanism.ECDSA)
        half = len(raw) // 2
        first, second = (int.from_bytes(part) for part in (raw[:half], raw[half:]))
        return encode_dss_signature(first, second)


@dataclass(frozen=True)
class Sm2Signer:
    """Experimental: a detached SM2 signature over SM3 (GB/T 32918), by openssl.

    It stands beside the paper, over the bytes of the finished file: neither PDF readers nor
    the PDF library know SM2.
    """

    key: Path  # PEM

    def sign(self, data: bytes) -> bytes:
        """Return the signature over SM3 of data, in DER."""
        arguments = ["dgst", "-sm3", "-sign", str(self.key), "-sigopt", _SM2_ID]
        return _openssl(arguments, data)

    @property
    def public_key(self) -> bytes:
        """The public key, in PEM."""
        return _openssl(["pkey", "-in", str(self.key), "-pubout"], b"")


def sm2_holds(public_key: bytes, data: bytes, signature: bytes) -> bool:
    """Tell whether a detached SM2 signature is one over these bytes."""
    with tempfile.TemporaryDirectory() as folder:
        key, signed = Path(folder) / "key.pem", Path(folder) / "signature"
        key.write_bytes(public_key)
        signed.write_bytes(signature)
        arguments = ["dgst", "-sm3", "-verify", str(key), "-signature", str(signed)]
        try:
            return b"OK" in _openssl([*arguments, "-sigopt", _SM2_ID], data)
        except SignerError:
            return False


def _openssl(arguments: list[str], data: bytes) -> bytes:
    done = subprocess.run(  # noqa: S603 -- our own words and paths
        ["openssl", *arguments],  # noqa: S607 -- the system's
        input=data,
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode:
        told = done.stderr.decode()[:200]
        raise SignerError(f"openssl {arguments[0]}", f"失败（{told}）", told)
    return done.stdout
