"""Keys of logs and witnesses as text, and the lines that witnesses put under a checkpoint.

C2SP signed-note and tlog-cosignature/v1, Ed25519: a witness signs the checkpoint with the
time, after it saw the proof that the log only grew.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NOTE: Final = 0x01
COSIGNATURE: Final = 0x04
_ID, _TIME, _KEY, _SIGNATURE = 4, 8, 32, 64


class KeyTextError(ValueError):
    """The text names no key that can be used here."""


@dataclass(frozen=True)
class Verifier:
    """A key by its name: of a log (`NOTE`), or of a witness (`COSIGNATURE`)."""

    name: str
    kind: int
    raw: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a note names the key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[
            :_ID
        ]

    @property
    def text(self) -> str:
        """The key as note verifiers read it: `name+id+base64`."""
        told = b64encode(bytes([self.kind]) + self.raw).decode()
        return f"{self.name}+{self.id.hex()}+{told}"

    @property
    def key(self) -> Ed25519PublicKey:
        """The public key."""
        return Ed25519PublicKey.from_public_bytes(self.raw)


def verifier(name: str, kind: int, key: Ed25519PublicKey) -> Verifier:
    """Return the verifier of a key."""
    return Verifier(name, kind, key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def named(name: str) -> bool:
    """Tell whether a name may stand in a note: no blanks, no plus (C2SP signed-note)."""
    return bool(name) and name.isprintable() and not set(name) & {" ", "+"}


def read_verifier(text: str) -> Verifier:
    """Return a key from its text.

    Raises:
        KeyTextError: It is none, or its id is not that of the key.
    """
    name, _, rest = text.strip().partition("+")  # a name holds no plus, base64 may
    told, _, rest = rest.partition("+")
    try:
        blob = b64decode(rest, validate=True)
    except ValueError:
        raise KeyTextError("a key's last part is not base64") from None
    if not named(name) or len(blob) != 1 + _KEY or blob[0] not in {NOTE, COSIGNATURE}:
        raise KeyTextError("not a key of the form name+id+base64 with Ed25519")
    found = Verifier(name, blob[0], blob[1:])
    if found.id.hex() != told:
        raise KeyTextError(f"the id of {name} is not that of its key")
    return found


def sign_text(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Return a text as a signed note (C2SP signed-note); it must end with a line's end."""
    own = verifier(name, NOTE, key.public_key())
    return f"{text}\n— {name} {b64encode(own.id + key.sign(text.encode())).decode()}\n"


def signed_text(note: str, own: Verifier) -> str | None:
    """Return the text of a note that this key alone signed; None where it is not such."""
    text, _, line = note.partition("\n\n")
    name, blob = _parted(line.removesuffix("\n"))
    if name != own.name or blob[:_ID] != own.id:
        return None
    if line != f"— {name} {b64encode(blob).decode()}\n":
        return None
    try:
        own.key.verify(blob[_ID:], f"{text}\n".encode())
    except InvalidSignature:
        return None
    return f"{text}\n"


@dataclass(frozen=True)
class Cosigned:
    """That a witness saw a checkpoint, and when (seconds since 1970)."""

    witness: str
    at: int
    line: str  # as the witness wrote it, and nothing else


def cosign(body: str, name: str, key: Ed25519PrivateKey, at: int) -> str:
    """Return a witness's line under a checkpoint, whose consistency it has seen."""
    own = verifier(name, COSIGNATURE, key.public_key())
    signed = key.sign(_message(body, at))
    blob = own.id + at.to_bytes(_TIME) + signed
    return f"— {name} {b64encode(blob).decode()}\n"


def cosignatures(note: str, witnesses: Iterable[Verifier]) -> list[Cosigned]:
    """Return which of these witnesses signed a checkpoint; lines of others are ignored."""
    text, _, lines = note.partition("\n\n")
    known = {(one.name, one.id): one for one in witnesses if one.kind == COSIGNATURE}
    found: list[Cosigned] = []
    for line in lines.splitlines():
        name, blob = _parted(line)
        one = known.get((name, blob[:_ID]))
        if one is None or len(blob) != _ID + _TIME + _SIGNATURE:
            continue
        at = int.from_bytes(blob[_ID : _ID + _TIME])
        try:
            one.key.verify(blob[_ID + _TIME :], _message(text + "\n", at))
        except InvalidSignature:
            continue
        found.append(Cosigned(name, at, f"— {name} {b64encode(blob).decode()}\n"))
    return found


def _message(body: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{body}".encode()


def _parted(line: str) -> tuple[str, bytes]:
    """Return name and bytes of a signature line; nothing where it is none."""
    dash, _, rest = line.partition(" ")
    name, _, told = rest.rpartition(" ")
    if dash != "—" or not name:
        return "", b""
    try:
        return name, b64decode(told, validate=True)
    except ValueError:
        return "", b""
