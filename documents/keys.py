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
            raise SignerError(f"{path}: {error}") from None

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
        if "pkcs12" in told:
            return from_pkcs12(folder / told["pkcs12"], self._secret(told, "passphrase"))
        if "pkcs11" in told:
            pem = (folder / told["certificate"]).read_bytes()
            place = (told["pkcs11"], told["token"], told["label"])
            return TokenSigner(*place, self._secret(told, "pin"), pem)
        held = self.authority.body if kind == "body" else self.authority.person
        return KeySigner(held(identifier, name))

    def _secret(self, told: Mapping[str, Any], key: str) -> str:
        name = told.get(key, "")
        if name not in self._environment:
            raise SignerError(f"{_FILE}: {key} names the variable {name!r}, which is not set")
        return self._environment[name]
