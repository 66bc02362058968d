"""Verify a whole trail from its stored bytes: order, hashes, tree, checkpoints."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain, pairwise
from multiprocessing import get_context
from typing import TypeVar

from audit import merkle
from audit.checkpoint import Checkpoint

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

    `look` must pickle: fresh processes take stretches from the first on, this one from the
    last, so that nobody waits for processes to start.
    """
    stretches = [range(start, min(start + width, size)) for start in range(0, size, width)]
    others = min(os.cpu_count() or 1, len(stretches)) - 1
    if others < 1:
        yield from chain.from_iterable(map(look, stretches))
        return
    with ProcessPoolExecutor(others, mp_context=get_context("spawn")) as pool:
        asked = [pool.submit(look, stretch) for stretch in stretches]
        ours = {
            future: look(stretch)
            for future, stretch in zip(reversed(asked), reversed(stretches), strict=True)
            if future.cancel()  # nobody has begun it
        }
        for future in asked:
            yield from ours.pop(future) if future in ours else future.result()


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
