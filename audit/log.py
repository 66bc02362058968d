"""The log: its name, its key, and what it remembers having signed.

What it signed last lies beside its key, not among the records: whoever may change the records
cannot make the log forget a tree, or sign another history of it.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.checkpoint import Checkpoint, read_body, sign
from audit.witness import demand_growth

_ASIDE: Final = ".contradicted"


@dataclass(frozen=True)
class Log:
    """A log that signs its checkpoints with a key, and remembers the last in a file."""

    origin: str
    key: Ed25519PrivateKey
    memory: Path

    @property
    def last(self) -> str | None:
        """The note of the largest tree it signed; None: it remembers none."""
        return self.memory.read_text("utf-8") if self.memory.exists() else None

    def sign(self, checkpoint: Checkpoint) -> str:
        """Return a checkpoint as a signed note, once it is remembered.

        Raises:
            ForkError: Another tree of that size is remembered.
        """
        note = sign(checkpoint, self.key)
        with self._locked():  # of two that sign at once, the larger tree is kept
            last = None if self.last is None else read_body(self.last)
            if last is None or last.size < checkpoint.size:
                keep_note(self.memory, note)
            elif last.size == checkpoint.size:  # somebody else signed since it was asked
                demand_growth(last, checkpoint, ())
        return note

    def forget(self, lost: Checkpoint) -> None:
        """Lay the note of a tree that holds no more aside as evidence."""
        with self._locked():
            if self.last is not None and read_body(self.last) == lost:
                name = f".{lost.size}-{lost.root.hex()[:8]}{_ASIDE}"
                self.memory.replace(self.memory.with_suffix(name))

    @property
    def contradicted(self) -> list[Checkpoint]:
        """The trees it signed that hold no more: an entry of the trail tells of each."""
        notes = self.memory.parent.glob(f"{self.memory.stem}.*{_ASIDE}")
        return sorted(
            (read_body(note.read_text("utf-8")) for note in notes), key=lambda one: one.size
        )

    @contextmanager
    def _locked(self) -> Generator[None]:
        with self.memory.with_suffix(".lock").open("a") as lock:
            flock(lock, LOCK_EX)
            yield


def keep_note(file: Path, note: str) -> None:
    """Put a note in the place of the one in a file; a crash leaves one or the other, whole."""
    draft = file.with_suffix(".new")
    with draft.open("w", encoding="utf-8") as opened:
        opened.write(note)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
