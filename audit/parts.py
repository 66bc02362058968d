"""Look at a trail in parts, on all cores: each is hashed apart from the others.

Little is imported here: every process that looks at parts begins with it.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, pairwise
from multiprocessing import get_context
from typing import TypeVar

from audit import merkle

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive stored entries by column: the bytes, and the leaf hashes beside them."""

    start: int
    bodies: Sequence[bytes]
    leaves: Sequence[bytes]


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
    pool = ProcessPoolExecutor(others, mp_context=get_context("spawn"))
    try:
        asked = [pool.submit(look, stretch) for stretch in stretches]
        ours = {
            future: look(stretch)
            for future, stretch in zip(reversed(asked), reversed(stretches), strict=True)
            if future.cancel()  # nobody has begun it
        }
        for future in asked:
            yield from ours.pop(future) if future in ours else future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # they end by themselves


def _changed(start: int, found: Sequence[bytes], stored: Sequence[bytes]) -> list[str]:
    return [
        f"entry {start + i}: the bytes do not match the stored hash"
        for i, (new, old) in enumerate(zip(found, stored, strict=True))
        if new != old
    ]
