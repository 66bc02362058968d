"""The tree as static files that others' clients read: C2SP tlog-tiles, of height 8."""

from collections.abc import Iterator, Sequence
from typing import Final

from audit import merkle
from audit.merkle import Hash

WIDTH: Final = 256
_LONGEST: Final = 65_535  # bytes of an entry: two bytes tell its length


def tiles(leaves: Sequence[Hash]) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every tile of a tree, whole ones and the partial at the end."""
    level, hashes = 0, list(leaves)
    while hashes:
        for start in range(0, len(hashes), WIDTH):
            part = hashes[start : start + WIDTH]
            yield f"tile/{level}/{place(start // WIDTH, len(part))}", b"".join(part)
        whole = len(hashes) // WIDTH
        hashes = [merkle.root(hashes[n * WIDTH : (n + 1) * WIDTH]) for n in range(whole)]
        level += 1


def entries(number: int, bodies: Sequence[bytes]) -> tuple[str, bytes]:
    """Return path and bytes of the bundle of entries beside a tile of leaves.

    Raises:
        ValueError: An entry is longer than the format allows.
    """
    if any(len(body) > _LONGEST for body in bodies):
        raise ValueError(f"an entry of over {_LONGEST} bytes fits no tile")
    data = b"".join(len(body).to_bytes(2) + body for body in bodies)
    return f"tile/entries/{place(number, len(bodies))}", data


def place(number: int, width: int) -> str:
    """Return how a tile's number stands in its path.

    >>> place(1234067, 256)
    'x001/x234/067'
    >>> place(3, 7)
    '003.p/7'
    """
    parts = [f"{number % 1000:03d}"]
    while number >= 1000:  # noqa: PLR2004 -- three digits each
        number //= 1000
        parts.append(f"x{number % 1000:03d}")
    told = "/".join(reversed(parts))
    return told if width == WIDTH else f"{told}.p/{width}"
