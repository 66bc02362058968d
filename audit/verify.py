"""Verify a whole trail from its stored bytes: order, hashes, tree, checkpoints, sequences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from audit import merkle
from audit.checkpoint import Checkpoint
from audit.event import read


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive stored entries by column: the bytes, and the leaf hashes beside them."""

    start: int
    bodies: Sequence[bytes]
    leaves: Sequence[bytes]


@dataclass
class Report:
    """What a verification found; falsy when anything is wrong."""

    size: int = 0
    root: bytes = merkle.EMPTY
    checkpoints: int = 0
    faults: list[str] = field(default_factory=list[str])

    def __bool__(self) -> bool:
        return not self.faults


def verify(chunks: Iterable[Chunk], checkpoints: Sequence[Checkpoint] = ()) -> Report:
    """Return a report on a trail read in order.

    Every leaf is hashed again from the stored bytes, and the tree must pass through the root
    of each checkpoint.
    """
    report, frontier = Report(), merkle.Frontier()
    waiting = sorted((c for c in checkpoints if c.size), key=lambda c: c.size)
    for chunk in chunks:
        if chunk.start != frontier.size:
            report.faults.append(f"entry {chunk.start} stands where {frontier.size} should")
        leaves = [sha256(b"\x00" + body).digest() for body in chunk.bodies]
        if leaves != list(chunk.leaves):
            report.faults += _changed(frontier.size, leaves, chunk.leaves)
        end = frontier.size + len(leaves)
        while waiting and waiting[0].size <= end:
            rest = waiting[0].size - frontier.size
            frontier.extend(leaves[:rest])
            leaves = leaves[rest:]
            _meet(waiting.pop(0), frontier, report)
        frontier.extend(leaves)
    report.faults += [
        f"checkpoint of {c.size} entries, the trail ends before" for c in waiting
    ]
    report.size, report.root = frontier.size, frontier.root()
    return report


def sequences(rows: Iterable[tuple[str, int, bytes]]) -> list[str]:
    """Return what is wrong between rows (proceeding, seq, bytes) read in order of the trail.

    The bytes must name the same place as the row, and each proceeding must count 1, 2, 3, …
    """
    faults: list[str] = []
    last: dict[str, int] = {}
    for proceeding, seq, body in rows:
        if _place(body) != (proceeding, seq):
            faults.append(f"{proceeding} {seq}: the bytes name another place")
        if seq != last.get(proceeding, 0) + 1:
            faults.append(f"{proceeding}: {seq} follows {last.get(proceeding, 0)}")
        last[proceeding] = seq
    return faults


def _place(body: bytes) -> tuple[object, object] | None:
    try:
        entry = read(body)
    except ValueError:
        return None
    return entry.get("proceeding"), entry.get("seq")


def _changed(start: int, found: Sequence[bytes], stored: Sequence[bytes]) -> list[str]:
    return [
        f"entry {start + i}: the bytes do not match the stored hash"
        for i, (new, old) in enumerate(zip(found, stored, strict=True))
        if new != old
    ]


def _meet(checkpoint: Checkpoint, frontier: merkle.Frontier, report: Report) -> None:
    if checkpoint.root == frontier.root():
        report.checkpoints += 1
    else:
        report.faults.append(f"the tree of {checkpoint.size} has another root than signed")
