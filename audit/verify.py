"""Verify a whole trail from its stored bytes: order, hashes, tree, checkpoints, places."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain, pairwise
from multiprocessing import get_context
from typing import Any, NamedTuple, TypeVar

from audit import merkle
from audit.checkpoint import Checkpoint
from audit.event import read

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class Part:
    """What one chunk showed: its subtrees, apart at every cut, and what is wrong in it."""

    start: int
    stretches: Sequence[Sequence[tuple[merkle.Hash, int]]]
    faults: Sequence[str]


def examine(chunk: Chunk, cuts: Sequence[int] = ()) -> Part:
    """Hash every leaf of a chunk again; `cuts` are the tree sizes a checkpoint was signed for.

    This is nearly all the work of a verification, and needs nothing of the chunks before.
    """
    leaves = [sha256(b"\x00" + body).digest() for body in chunk.bodies]
    faults = [] if leaves == chunk.leaves else _changed(chunk.start, leaves, chunk.leaves)
    end = chunk.start + len(leaves)
    bounds = [chunk.start, *(c for c in cuts if chunk.start < c < end), end]
    stretches = [
        merkle.subtrees(start, leaves[start - chunk.start : stop - chunk.start])
        for start, stop in pairwise(bounds)
    ]
    return Part(chunk.start, stretches, faults)


class Verifier:
    """Joins the parts of a trail in order; the tree must pass through each signed root.

    After a gap nothing can be put together any more: the rest of the report says less.
    """

    def __init__(self, checkpoints: Sequence[Checkpoint] = ()) -> None:
        self._report, self._frontier = Report(), merkle.Frontier()
        self._waiting = sorted((c for c in checkpoints if c.size), key=lambda c: c.size)
        self._broken = False

    @property
    def cuts(self) -> list[int]:
        """The tree sizes of the checkpoints that are still to come, smallest first."""
        return [checkpoint.size for checkpoint in self._waiting]

    def take(self, part: Part) -> None:
        """Take the next part."""
        frontier, report = self._frontier, self._report
        report.faults += part.faults
        if part.start != frontier.size and not self._broken:
            report.faults.append(f"entry {part.start} stands where {frontier.size} should")
            self._broken = True
        if self._broken:
            return
        for stretch in part.stretches:
            for subtree, width in stretch:
                frontier.join(subtree, width)
            while self._waiting and self._waiting[0].size == frontier.size:
                _meet(self._waiting.pop(0), frontier, report)

    def report(self) -> Report:
        """Return what was found, once all parts were taken."""
        report, frontier = self._report, self._frontier
        why = "could not be reached" if self._broken else "the trail ends before"
        report.faults += [f"checkpoint of {size} entries, {why}" for size in self.cuts]
        self._waiting = []
        report.size, report.root = frontier.size, frontier.root()
        return report


def verify(chunks: Iterable[Chunk], checkpoints: Sequence[Checkpoint] = ()) -> Report:
    """Return a report on a trail read in order."""
    verifier = Verifier(checkpoints)
    for chunk in chunks:
        verifier.take(examine(chunk, verifier.cuts))
    return verifier.report()


def spread(look: Callable[[range], list[T]], size: int, width: int) -> Iterator[T]:
    """Yield what `look` found in each stretch of `width` indices, in order, by all cores.

    `look` must pickle; it runs in fresh processes unless one stretch holds the whole.
    """
    stretches = [range(start, min(start + width, size)) for start in range(0, size, width)]
    if len(stretches) <= 1:
        yield from chain.from_iterable(map(look, stretches))
        return
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from chain.from_iterable(pool.map(look, stretches))


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
        self.papers: set[tuple[object, ...]] = set()
        """Of each paper that the entries say was issued: proceeding, template, number,
        version, the proceeding of its number, the hash it replaces, its own hash."""
        self.withdrawn: set[str] = set()
        """SHA-256 of each paper that the entries say was withdrawn."""
        self.attached: set[tuple[object, ...]] = set()
        """(case, SHA-256, media type, bytes) of each attachment the entries tell of."""
        self.submissions: set[tuple[str, int, str]] = set()
        """(case, version, content hash) of each version the entries say was submitted."""
        self.first: dict[str, int] = {}
        self.last: dict[str, int] = {}
        """The first and the last place seen of each proceeding."""

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
            self._note(row, event)
        last = self.last.get(row.proceeding)
        if last is None:
            self.first[row.proceeding] = row.seq
        elif row.seq != last + 1:
            self.faults.append(f"{row.proceeding}: {row.seq} follows {last}")
        self.last[row.proceeding] = row.seq

    def _note(self, row: Columns, event: dict[str, Any]) -> None:
        match event:
            case {
                "kind": "paper.issued",
                "paper": {"template": str(t), "number": str(n), "sha256": str(h)} as paper,
            }:
                of = paper.get("of") or row.proceeding
                version, old = paper.get("version", 1), paper.get("replaces", "")
                self.papers.add((row.proceeding, t, n, version, of, old, h))
            case {
                "kind": "correction.withdrawn",
                "opening": {"paper": {"sha256": str(h)}},
            }:
                self.withdrawn.add(h)
            case {"kind": "case.attached", "sha256": str(h), "media": str(media)}:
                self.attached.add((row.case, h, media, event.get("size")))
            case {
                "kind": "ethics_review.submitted",
                "opening": {"version": int(version), "content": str(content)},
            }:
                self.submissions.add((row.case, version, content))
            case _:
                pass

    def join(self, later: "Places") -> None:
        """Go on with what was found in the rows that follow."""
        for proceeding, first in later.first.items():
            last = self.last.get(proceeding, 0)
            if first != last + 1:
                self.faults.append(f"{proceeding}: {first} follows {last}")
        self.last |= later.last
        self.faults += later.faults
        self.papers |= later.papers
        self.withdrawn |= later.withdrawn
        self.attached |= later.attached
        self.submissions |= later.submissions


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
