"""The log: its name, its key, and what it remembers having signed.

What it signed last lies beside its key, not among the records: whoever may change the records
cannot make the log forget a tree, or sign another history of it.
"""

import os
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.checkpoint import Checkpoint, read_body, sign


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
        """Return a checkpoint as a signed note, once it is remembered."""
        note = sign(checkpoint, self.key)
        with self.memory.with_suffix(".lock").open("a") as lock:
            flock(lock, LOCK_EX)  # of two that sign at once, the larger tree is kept
            if (last := self.last) is None or read_body(last).size < checkpoint.size:
                self._keep(note)
        return note

    def forget(self) -> Path | None:
        """Lay the last note aside as evidence, and return where it lies."""
        if (last := self.last) is None:
            return None
        aside = self.memory.with_suffix(f".{read_body(last).size}.contradicted")
        return self.memory.replace(aside)

    def _keep(self, note: str) -> None:
        draft = self.memory.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.memory)
