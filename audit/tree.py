"""The tree as it is stored: hashes of whole subtrees, so that a proof reads few of them.

Leaves stand beside their entries. Above them a hash is kept of each whole subtree of 16
leaves, of 256, of 4096, and so on: one for each 15 entries, and a proof among a million
entries reads at most some hundred of them, in one query.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from audit import merkle
from audit.merkle import Hash

BITS: Final = 4
"""A level is kept for each so many levels of the tree."""
WIDTH: Final = 1 << BITS
TOP: Final = 15
"""The highest level: more leaves than there will be."""


class Subtree(NamedTuple):
    """A whole subtree: its first leaf, and how many leaves it has, a power of two."""

    first: int
    width: int


class Run(NamedTuple):
    """Consecutive stored hashes: of a level, from a place, so many. Level 0 is the leaves."""

    level: int
    start: int
    length: int


Proof = tuple[tuple[Subtree, ...], ...]
"""Of each hash of a proof, the whole subtrees that it is made of, from left to right."""
Nodes = Mapping[tuple[int, int], Hash]
"""Stored hashes by level and place."""


def whole(first: int, count: int) -> tuple[Subtree, ...]:
    """Return the whole subtrees that make up `count` leaves from the start of a subtree."""
    found: list[Subtree] = []
    while count:
        width = 1 << count.bit_length() - 1
        found.append(Subtree(first, width))
        first, count = first + width, count - width
    return tuple(found)


def inclusion(index: int, size: int) -> Proof:
    """Return what the proof of a leaf in a tree of a size is made of (RFC 6962, 2.1.1).

    Raises:
        ValueError: The tree does not reach that leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} does not hold the leaf {index}")
    return tuple(_path(index, 0, size))


def _path(index: int, first: int, count: int) -> Iterator[tuple[Subtree, ...]]:
    if count == 1:
        return
    split = 1 << (count - 1).bit_length() - 1
    if index < first + split:
        yield from _path(index, first, split)
        yield whole(first + split, count - split)
    else:
        yield from _path(index, first + split, count - split)
        yield whole(first, split)


def consistency(first: int, size: int) -> Proof:
    """Return what the proof that a tree extends an older one is made of (RFC 6962, 2.1.2)."""
    if not 0 < first < size:
        return ()
    return tuple(_old_and_new(first, Subtree(0, size), known=True))


def _old_and_new(old: int, within: Subtree, *, known: bool) -> Iterator[tuple[Subtree, ...]]:
    first, count = within
    if old == count:
        if not known:
            yield whole(first, count)
        return
    split = 1 << (count - 1).bit_length() - 1
    if old <= split:
        yield from _old_and_new(old, Subtree(first, split), known=known)
        yield whole(first + split, count - split)
    else:
        right = Subtree(first + split, count - split)
        yield from _old_and_new(old - split, right, known=False)
        yield whole(first, split)


def runs(wanted: Iterable[Subtree]) -> list[Run]:
    """Return the stored hashes that subtrees are computed from, by level and place.

    Between two runs that nearly touch, the few hashes are read, too: to ask once more costs
    more. In a proof these are the siblings on both sides of the path.
    """
    found: list[Run] = []
    for run in sorted(map(_run, wanted)):
        last = found[-1] if found else Run(-1, 0, 0)
        end = last.start + last.length
        if run.level == last.level and run.start - end < WIDTH:
            length = max(end, run.start + run.length) - last.start
            found[-1] = Run(run.level, last.start, length)
        else:
            found.append(run)
    return found


def _run(subtree: Subtree) -> Run:
    level = (subtree.width.bit_length() - 1) // BITS
    span = WIDTH**level
    return Run(level, subtree.first // span, subtree.width // span)


def computed(proof: Proof, nodes: Nodes) -> tuple[Hash, ...]:
    """Return the hashes of a proof from the stored ones."""
    return tuple(joined([_hash(subtree, nodes) for subtree in one]) for one in proof)


def head(size: int, nodes: Nodes) -> Hash:
    """Return the root of the tree of a size from the stored hashes."""
    return joined([_hash(subtree, nodes) for subtree in whole(0, size)])


def _hash(subtree: Subtree, nodes: Nodes) -> Hash:
    level, start, length = _run(subtree)
    return merkle.root([nodes[level, start + n] for n in range(length)])


def joined(hashes: Sequence[Hash]) -> Hash:
    """Return the root over whole subtrees, each smaller than the one before."""
    if not hashes:
        return merkle.EMPTY
    *rest, found = hashes
    for left in reversed(rest):
        found = merkle.node(left, found)
    return found


def completed(
    start: int, leaves: Sequence[Hash], nodes: Nodes, top: int = TOP
) -> dict[tuple[int, int], Hash]:
    """Return the hashes to be stored after leaves were appended at `start`.

    Args:
        start: How many leaves there were.
        leaves: The new ones.
        nodes: The stored hashes that stand before them in their subtrees: see `before`.
        top: The highest level wanted.
    """
    known = dict(nodes)
    known |= {(0, start + n): leaf for n, leaf in enumerate(leaves)}
    made: dict[tuple[int, int], Hash] = {}
    level, old, new = 1, start // WIDTH, (start + len(leaves)) // WIDTH
    while new > old and level <= top:
        for place in range(old, new):
            below = [known[level - 1, place * WIDTH + n] for n in range(WIDTH)]
            known[level, place] = made[level, place] = merkle.root(below)
        level, old, new = level + 1, old // WIDTH, new // WIDTH
    return made


def before(size: int, count: int) -> list[Run]:
    """Return the stored hashes that appending so many leaves to a tree needs."""
    wanted: list[Run] = []
    level, place, new = 0, size, size + count
    while new // WIDTH > place // WIDTH:
        if place % WIDTH:
            wanted.append(Run(level, place // WIDTH * WIDTH, place % WIDTH))
        level, place, new = level + 1, place // WIDTH, new // WIDTH
    return wanted


def within(start: int, count: int) -> list[Run]:
    """Return the stored hashes above leaves that begin a subtree of theirs, at any level."""
    found: list[Run] = []
    level, span = 1, WIDTH
    while span <= count:
        found.append(Run(level, start // span, (start + count) // span - start // span))
        level, span = level + 1, span * WIDTH
    return found


def level_of(count: int) -> int:
    """Return the highest level of which so many leaves make a whole subtree."""
    return (count.bit_length() - 1) // BITS
