"""Merkle tree hashes over the audit trail, as RFC 6962 section 2.1 defines them.

A `Hash` is 32 bytes. Leaves are the canonical bytes of events, oldest first.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

Hash = bytes
EMPTY: Final[Hash] = sha256(b"").digest()
SIZE: Final = 32


def leaf(entry: bytes) -> Hash:
    """Hash one entry; the 0x00 prefix keeps leaves and nodes apart."""
    return sha256(b"\x00" + entry).digest()


def node(left: Hash, right: Hash) -> Hash:
    """Hash two subtrees into their parent."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[Hash]) -> Hash:
    """Return the tree head of n leaves, level by level; `EMPTY` when there are none."""
    level = list(leaves)
    while len(level) > 1:
        pairs = iter(level)
        above = [  # `node` in place: the call would cost a third of the whole
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(pairs, pairs, strict=False)
        ]
        level = above + level[-1:] if len(level) % 2 else above
    return level[0] if level else EMPTY


def subtrees(start: int, leaves: Sequence[Hash]) -> list[tuple[Hash, int]]:
    """Return the whole subtrees, with their widths, that leaves from index `start` make up.

    Whoever joins them in order to a `Frontier` of that size gets the same tree; so parts of a
    trail can be hashed apart from each other.
    """
    found: list[tuple[Hash, int]] = []
    at = 0
    while at < len(leaves):
        place = start + at
        room = place & -place or len(leaves)
        width = min(room, 1 << (len(leaves) - at).bit_length() - 1)
        found.append((root(leaves[at : at + width]), width))
        at += width
    return found


class Frontier:
    """The right edge of a growing tree: one hash for each 1-bit of its size.

    That is all an append needs, so a tree of a million events grows by reading 20 hashes.
    """

    def __init__(self, size: int = 0, edge: bytes = b"") -> None:
        self.size = size
        self._edge = [edge[i : i + SIZE] for i in range(0, len(edge), SIZE)]
        if len(self._edge) != size.bit_count():
            raise ValueError(f"an edge of {len(self._edge)} hashes is no tree of {size}")

    @property
    def edge(self) -> bytes:
        """The hashes of the edge, largest subtree first, joined."""
        return b"".join(self._edge)

    def append(self, entry: Hash) -> None:
        """Add one leaf hash."""
        self.join(entry, 1)

    def extend(self, entries: Sequence[Hash]) -> None:
        """Add many leaf hashes."""
        for subtree, width in subtrees(self.size, entries):
            self.join(subtree, width)

    def join(self, subtree: Hash, width: int) -> None:
        """Add a whole subtree of `width` leaves, a power of two that divides the size."""
        size = self.size // width
        while size & 1:
            subtree = node(self._edge.pop(), subtree)
            size >>= 1
        self._edge.append(subtree)
        self.size += width

    def root(self) -> Hash:
        """Return the tree head."""
        if not self._edge:
            return EMPTY
        *rest, head = self._edge
        for left in reversed(rest):
            head = node(left, head)
        return head


def inclusion(leaves: Sequence[Hash], index: int) -> tuple[Hash, ...]:
    """Return the siblings from leaf `index` up to the root, at most ceil(log2(n)) of them."""
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    if index < split:
        return (*inclusion(leaves[:split], index), root(leaves[split:]))
    return (*inclusion(leaves[split:], index - split), root(leaves[:split]))


def consistency(leaves: Sequence[Hash], first: int) -> tuple[Hash, ...]:
    """Return the proof that the tree of the first `first` leaves is a prefix of this one."""
    if not 0 < first < len(leaves):
        return ()
    return _subproof(leaves, first, whole=True)


def _subproof(leaves: Sequence[Hash], first: int, *, whole: bool) -> tuple[Hash, ...]:
    if first == len(leaves):
        return () if whole else (root(leaves),)
    split = _split(len(leaves))
    if first <= split:
        return (*_subproof(leaves[:split], first, whole=whole), root(leaves[split:]))
    return (
        *_subproof(leaves[split:], first - split, whole=False),
        root(leaves[:split]),
    )


def verify_inclusion(
    entry: Hash, index: int, size: int, proof: Sequence[Hash], head: Hash
) -> bool:
    """Tell whether `proof` places `entry` at `index` in the tree of `size` under `head`.

    RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size or not _hashes(entry, head, *proof):
        return False
    at, last, climbed = index, size - 1, entry
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            climbed = node(sibling, climbed)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            climbed = node(climbed, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and climbed == head


def verify_consistency(
    sizes: tuple[int, int], heads: tuple[Hash, Hash], proof: Sequence[Hash]
) -> bool:
    """Tell whether the tree of the second size and head extends that of the first.

    RFC 9162, 2.1.4.2. An empty first tree proves nothing and is refused.
    """
    (first, second), (old, new) = sizes, heads
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and old == new
    if not _hashes(old, new, *proof):
        return False
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, old)
    return bool(path) and _climb_both((first - 1, second - 1), path) == (old, new)


def _climb_both(at: tuple[int, int], path: Iterable[Hash]) -> tuple[Hash, Hash] | None:
    first, last = at
    while first & 1:
        first, last = first >> 1, last >> 1
    start, *rest = path
    old = new = start
    for sibling in rest:
        if last == 0:
            return None
        if first & 1 or first == last:
            old, new = node(sibling, old), node(sibling, new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new = node(new, sibling)
        first, last = first >> 1, last >> 1
    return (old, new) if last == 0 else None


def _hashes(*values: bytes) -> bool:
    return all(len(value) == SIZE for value in values)


def _split(n: int) -> int:
    return 1 << (n - 1).bit_length() - 1
