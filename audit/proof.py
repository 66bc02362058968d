"""Proofs as text that others read: C2SP tlog-proof, one entry under one signed checkpoint."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from audit.merkle import SIZE, Hash

_HEAD: Final = "c2sp.org/tlog-proof@v1"
_LONGEST: Final = 64
"""Hashes of a proof: more than any tree has levels."""


class ProofError(ValueError):
    """The text is no proof."""


@dataclass(frozen=True, slots=True)
class LogProof:
    """Where an entry stands, the hashes up to the root, and the note that signs the root."""

    index: int
    hashes: tuple[Hash, ...]
    note: str

    @property
    def text(self) -> str:
        """The proof as it is kept in a file `.tlog-proof`."""
        lines = [_HEAD, f"index {self.index}", *encoded(self.hashes)]
        return "\n".join(lines) + "\n\n" + self.note


def encoded(hashes: Sequence[Hash]) -> list[str]:
    """Return hashes as lines of text."""
    return [b64encode(one).decode() for one in hashes]


def decoded(lines: Sequence[str]) -> tuple[Hash, ...]:
    """Return hashes from lines of text.

    Raises:
        ProofError: A line is none, or there are too many.
    """
    if len(lines) > _LONGEST:
        raise ProofError("more hashes than a proof can have")
    try:
        hashes = tuple(b64decode(line, validate=True) for line in lines)
    except ValueError:
        raise ProofError("a line is not base64") from None
    if any(len(one) != SIZE for one in hashes) or encoded(hashes) != list(lines):
        raise ProofError("a line is no hash")
    return hashes


def read_proof(text: str) -> LogProof:
    """Return a proof from its text; whether it holds is asked apart.

    Raises:
        ProofError: It is none.
    """
    body, found, note = text.partition("\n\n")
    head, *lines = body.split("\n")
    if head != _HEAD or not found or not lines:
        raise ProofError("not a tlog-proof of version 1")
    if lines[0].startswith("extra "):
        lines = lines[1:]
    word, _, number = (lines or [""])[0].partition(" ")
    if word != "index" or not (number.isascii() and number.isdecimal()):
        raise ProofError("the index is missing")
    if number != str(int(number[:20])):
        raise ProofError("the index is no plain number")
    return LogProof(int(number), decoded(lines[1:]), note)
