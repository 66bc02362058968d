"""Who signs with which key: the development authority's files, unless the operator says else.

`signers.toml` beside the certificates names other places. Secrets are in variables, never in
the file:

    [body.c1]
    pkcs12 = "seal-c1.p12"
    passphrase = "SHENBEI_SEAL_C1"            # name of the variable
    [person.p7]
    pkcs11 = "/usr/lib/softhsm/libsofthsm2.so"
    token = "office"
    label = "p7"
    pin = "SHENBEI_PIN"
    certificate = "p7.pem"
    holder = "张三 310000"                    # as the certificate calls them, where it
                                              # is not the name that we know
    [body.c1.sm2]
    key = "sm2-c1.pem"                        # experimental, beside the paper
    [time_stamp]
    url = "https://tsa.example/"
"""

import os
import tomllib
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, Literal

from cryptography import x509
from cryptography.x509.oid import NameOID

from documents.pki import DevelopmentAuthority
from documents.signers import (
    KeySigner,
    Signer,
    SignerError,
    Sm2Signer,
    TokenSigner,
    from_pkcs12,
)

Kind = Literal["body", "person"]
_FILE: Final = "signers.toml"


class Keys:
    """Finds the signer of a body or of a person."""

    def __init__(
        self, authority: DevelopmentAuthority, environment: Mapping[str, str] = os.environ
    ) -> None:
        self.authority = authority
        self._environment = environment

    @cached_property
    def _told(self) -> Mapping[str, Any]:
        path = self.authority.folder / _FILE
        if not path.exists():
            return {}
        try:
            return tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise SignerError(path.name, f"不是 TOML（{error}）", str(error)) from None

    @property
    def time_stamps_at(self) -> str | None:
        """Address of an outside time-stamp authority (RFC 3161), if one is named."""
        address: str | None = self._told.get("time_stamp", {}).get("url")
        return address

    def sm2(self, identifier: str) -> Sm2Signer | None:
        """Return the signer of a body's detached SM2 signatures, if it has one."""
        told = self._told.get("body", {}).get(identifier, {}).get("sm2")
        return Sm2Signer(self.authority.folder / told["key"]) if told else None

    def signer(self, kind: Kind, identifier: str, name: str) -> Signer:
        """Return the signer of a body or a person.

        Raises:
            SignerError: Its key is not where `signers.toml` says, or cannot be used.
        """
        told = self._told.get(kind, {}).get(identifier, {})
        folder = self.authority.folder
        holder = told.get("holder", name)
        if "pkcs12" in told:
            passphrase = self._secret(told, "passphrase")
            return _held(from_pkcs12(folder / told["pkcs12"], passphrase), holder)
        if "pkcs11" in told:
            pem = (folder / told["certificate"]).read_bytes()
            place = (told["pkcs11"], told["token"], told["label"])
            return _held(TokenSigner(*place, self._secret(told, "pin"), pem), holder)
        held = self.authority.body if kind == "body" else self.authority.person
        return KeySigner(held(identifier, name))

    def _secret(self, told: Mapping[str, Any], key: str) -> str:
        name = told.get(key, "")
        if name not in self._environment:
            raise SignerError(
                _FILE,
                f"{key} 所指的变量 {name!r} 没有设置",
                f"{key} names the variable {name!r}, which is not set",
            )
        return self._environment[name]


def _held(signer: Signer, holder: str) -> Signer:
    """Return the signer, if its certificate is the holder's: nobody signs for another."""
    subject = x509.load_der_x509_certificate(signer.certificate).subject
    names = [str(name.value) for name in subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if holder not in names:
        told = "、".join(names)
        raise SignerError(
            _FILE,
            f"证书持有人是「{told}」，不是「{holder}」；确认无误的，以 holder 写明",
            f"the certificate is of {told}, not {holder}; if it is right, say so as holder",
        )
    return signer
