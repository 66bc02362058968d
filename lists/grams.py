"""Tokens of the search index, and of what is searched: pairs of characters."""

import re
from collections.abc import Iterable, Iterator
from operator import add
from typing import Final

from lists.text import clean, normal

_DIGITS: Final = 4  # of numbers runs of four are indexed, too: pairs alone are too common
_RUN: Final = re.compile(f"[0-9]{{{_DIGITS},}}")
_WORD: Final = re.compile(r"\w")
# A printed number, or a part of one with some of its words.
_PRINTED: Final = re.compile(r"(?:网?信?算?备([0-9]{2,})号?|([0-9]{10,})号)\Z")
SEPARATOR: Final = "\n"
"""Stands between the fields of a searched text, and in no term."""


def searched(fields: Iterable[str]) -> str:
    """Return the fields as one text to look terms up in."""
    return SEPARATOR.join(filter(None, map(normal, fields)))


def terms(query: str) -> tuple[str, ...]:
    """Return the terms of a query: its parts between spaces, as they are compared.

    >>> terms(" 腾讯  微信 ")
    ('腾讯', '微信')
    >>> terms("网信算备330110号")
    ('330110',)
    """
    parts = (normal(clean(part)) for part in query.split())
    bare = (_PRINTED.sub(r"\1\2", part) for part in parts)
    return tuple(dict.fromkeys(part for part in bare if _WORD.search(part)))


def grams(text: str) -> Iterator[str]:
    """Yield the tokens of a searched text: each pair of its characters, runs of digits.

    >>> sorted(set(grams("腾讯ai")))
    ['ai', '腾讯', '讯a']
    """
    for part in text.split(SEPARATOR):
        yield from map(add, part, part[1:])
        for run in _RUN.findall(part):
            yield from _runs(run)


def wanted(term: str) -> list[str]:
    """Return the tokens that a text with the term has; none for a single character."""
    if _RUN.fullmatch(term):
        return sorted(set(_runs(term)))
    return sorted(set(map(add, term, term[1:])))


def _runs(digits: str) -> Iterator[str]:
    return (digits[i : i + _DIGITS] for i in range(len(digits) - _DIGITS + 1))
