"""Draw a sample that nobody chose and anybody can draw again.

Each case gets a number from the signed root, the words of the one who draws, and its own name;
the smallest numbers are the sample. So that nobody steers it, the drawer makes his words, or
their hash, known before the checkpoint is signed that is drawn from, and says beforehand which
one it will be; the office then does not know the words, nor he the root.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

_DOMAIN: Final = b"shenbei/sample/v1"


def draw(root: bytes, words: str, population: Iterable[str], count: int) -> list[str]:
    """Return the sample, in the order it is drawn.

    Args:
        root: Root hash of the checkpoint that is drawn from.
        words: What the auditor says; made known with the sample.
        population: All that could be drawn, such as the cases in the tree.
        count: How many are drawn; fewer where there are not so many.
    """
    named = {one: _number(root, words, one) for one in population}
    return sorted(named, key=lambda one: (named[one], one))[:count]


def _number(root: bytes, words: str, one: str) -> bytes:
    parts = (_DOMAIN, root, words.encode(), one.encode())
    return sha256(b"".join(len(part).to_bytes(8) + part for part in parts)).digest()
