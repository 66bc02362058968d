"""Verify a whole trail from its stored bytes: order, hashes, tree, checkpoints, places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

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


class Verifier:
    """Takes a trail chunk by chunk, so that none is held longer than it is looked at.

    Every leaf is hashed again from the stored bytes, and the tree must pass through the root
    of each checkpoint.
    """

    def __init__(self, checkpoints: Sequence[Checkpoint] = ()) -> None:
        self._report, self._frontier = Report(), merkle.Frontier()
        self._waiting = sorted((c for c in checkpoints if c.size), key=lambda c: c.size)

    def take(self, chunk: Chunk) -> None:
        """Look at the next entries."""
        frontier, report = self._frontier, self._report
        if chunk.start != frontier.size:
            report.faults.append(f"entry {chunk.start} stands where {frontier.size} should")
        leaves = [sha256(b"\x00" + body).digest() for body in chunk.bodies]
        if leaves != list(chunk.leaves):
            report.faults += _changed(frontier.size, leaves, chunk.leaves)
        end = frontier.size + len(leaves)
        while self._waiting and self._waiting[0].size <= end:
            rest = self._waiting[0].size - frontier.size
            frontier.extend(leaves[:rest])
            leaves = leaves[rest:]
            _meet(self._waiting.pop(0), frontier, report)
        frontier.extend(leaves)

    def report(self) -> Report:
        """Return what was found, once all entries were taken."""
        report, frontier = self._report, self._frontier
        report.faults += [
            f"checkpoint of {c.size} entries, the trail ends before" for c in self._waiting
        ]
        self._waiting = []
        report.size, report.root = frontier.size, frontier.root()
        return report


def verify(chunks: Iterable[Chunk], checkpoints: Sequence[Checkpoint] = ()) -> Report:
    """Return a report on a trail read in order."""
    verifier = Verifier(checkpoints)
    for chunk in chunks:
        verifier.take(chunk)
    return verifier.report()


class Columns(NamedTuple):
    """What a row says of its entry beside the bytes, for queries to find it by."""

    case: str
    proceeding: str
    seq: int
    kind: str
    at: str
    request: str


class Places:
    """Compares rows with their bytes; each proceeding must count 1, 2, 3."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.papers: set[tuple[str, str]] = set()
        """(proceeding, SHA-256) of each paper the entries say was issued."""
        self._last: dict[str, int] = {}

    def take(self, row: Columns, body: bytes) -> None:
        """Look at the next row in the order of the trail."""
        name = f"{row.proceeding} {row.seq}"
        entry = _entry(body)
        if entry is None:
            self.faults.append(f"{name}: the bytes are no entry")
        else:
            event = entry["event"]
            said = {**entry, "kind": event["kind"]}
            self.faults += [
                f"{name}: the row's {column} is not that of the bytes"
                for column, ours in row._asdict().items()
                if said.get(column) != ours
            ]
            if event["kind"] == "paper.issued":
                self.papers.add((row.proceeding, event["paper"]["sha256"]))
        last = self._last.get(row.proceeding, 0)
        if row.seq != last + 1:
            self.faults.append(f"{row.proceeding}: {row.seq} follows {last}")
        self._last[row.proceeding] = row.seq


def _entry(body: bytes) -> dict[str, Any] | None:
    try:
        entry: Any = read(body)
    except ValueError:
        return None
    match entry:
        case {"event": {"kind": str()}}:
            found: dict[str, Any] = entry
            return found
        case _:
            return None


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
