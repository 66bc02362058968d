"""Signed checkpoints of the trail: C2SP tlog-checkpoint in a C2SP signed-note, Ed25519."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ED25519: Final = b"\x01"
_KEY_ID: Final = 4
_STORED: Final = 5  # lines: name, size, root, an empty one, the log's signature


class CheckpointError(ValueError):
    """The note is malformed, signed by another key, or its signature fails."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: its name, how many entries, their root."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Return the checkpoint as a signed note."""
    raw = _raw(key.public_key())
    signature = key_id(checkpoint.origin, raw) + key.sign(checkpoint.body.encode())
    return f"{checkpoint.body}\n— {checkpoint.origin} {b64encode(signature).decode()}\n"


def open_note(note: str, origin: str, *keys: Ed25519PublicKey) -> Checkpoint:
    """Return the checkpoint of a note signed by a key of the log; others are ignored.

    Raises:
        CheckpointError: The note is not a checkpoint of this log signed with this key.
    """
    checkpoint = read_body(note, origin)
    known = {key_id(origin, _raw(key)): key for key in keys}
    for line in note.split("\n\n", 1)[1].splitlines():
        blob = _signature(line, origin)
        if (key := known.get(blob[:_KEY_ID])) is not None:
            _verify(key, blob[_KEY_ID:], checkpoint.body)
            return checkpoint
    raise CheckpointError("no signature by the key of this log")


def read_body(note: str, origin: str = "") -> Checkpoint:
    """Return the checkpoint of a note, whoever signed it; without an origin, of any log.

    Raises:
        CheckpointError: The note is not a checkpoint of this log.
    """
    try:
        text, _ = note.split("\n\n", 1)
        name, size, root = text.split("\n")[:3]
        checkpoint = Checkpoint(name, int(size), b64decode(root, validate=True))
    except ValueError as error:
        raise CheckpointError(f"not a checkpoint: {error}") from None
    if name != (origin or name) or checkpoint.body != text + "\n":
        raise CheckpointError(f"a checkpoint of {name!r}, not of {origin!r}")
    return checkpoint


def as_stored(note: str) -> str:
    """Return a note as the log signed and stored it, without the lines of witnesses."""
    return "".join(note.splitlines(keepends=True)[:_STORED])


def key_id(name: str, raw: bytes) -> bytes:
    """Return the four bytes by which a note names a key."""
    return sha256(name.encode() + b"\n" + _ED25519 + raw).digest()[:_KEY_ID]


def verifier_key(name: str, key: Ed25519PublicKey) -> str:
    """Return the key in the form note verifiers read: `name+id+base64`."""
    raw = _raw(key)
    return f"{name}+{key_id(name, raw).hex()}+{b64encode(_ED25519 + raw).decode()}"


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _signature(line: str, origin: str) -> bytes:
    prefix = f"— {origin} "
    if not line.startswith(prefix):
        return b""
    try:
        return b64decode(line.removeprefix(prefix), validate=True)
    except ValueError:
        return b""


def _verify(key: Ed25519PublicKey, signature: bytes, body: str) -> None:
    try:
        key.verify(signature, body.encode())
    except InvalidSignature:
        raise CheckpointError("the signature does not match the checkpoint") from None
