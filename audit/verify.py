"""Verify a whole trail from its stored bytes: order, hashes, tree, checkpoints."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from audit import merkle
from audit.checkpoint import Checkpoint
from audit.parts import Chunk, Part, examine


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


def _meet(checkpoint: Checkpoint, frontier: merkle.Frontier, report: Report) -> None:
    if checkpoint.root == frontier.root():
        report.checkpoints += 1
    else:
        report.faults.append(f"the tree of {checkpoint.size} has another root than signed")
