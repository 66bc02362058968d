"""Witness a log: sign a checkpoint only when it extends the last one that was seen.

A log that shows two trees, or forgets entries, gets no signature, and the two notes prove it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import merkle
from audit.checkpoint import Checkpoint, open_note
from audit.merkle import Hash
from audit.notes import Verifier, cosign


class ForkError(ValueError):
    """The log does not extend what was seen: it forked, rolled back, or gave no proof."""


@dataclass(frozen=True)
class Witness:
    """Who witnesses which log."""

    name: str
    key: Ed25519PrivateKey
    log: Verifier

    def see(self, last: str | None, note: str, proof: Sequence[Hash], at: int) -> str:
        """Return the line that cosigns a note.

        Args:
            last: The note that was cosigned before; None at the first time.
            note: The log's new note.
            proof: That the new tree extends the last.
            at: Seconds since 1970.

        Raises:
            CheckpointError: The note is not the log's.
            ForkError: It does not extend the last.
        """
        new = self.opened(note)
        if last is not None:
            demand_growth(self.opened(last), new, proof)
        return cosign(new.body, self.name, self.key, at)

    def opened(self, note: str) -> Checkpoint:
        """Return the checkpoint of a note that the log signed."""
        return open_note(note, self.log.name, self.log.key)


def demand_growth(old: Checkpoint, new: Checkpoint, proof: Sequence[Hash]) -> None:
    """Refuse a checkpoint that does not extend another.

    Raises:
        ForkError: It does not, or the proof does not show it.
    """
    if new.size < old.size:
        raise ForkError(f"the log had {old.size} entries and shows {new.size}")
    if new.size == old.size:
        if new.root != old.root:
            raise ForkError(f"two different trees of {old.size} entries are signed")
        return
    heads = (old.root, new.root)
    if old.size and not merkle.verify_consistency((old.size, new.size), heads, proof):
        raise ForkError(f"the tree of {new.size} does not extend that of {old.size}")
