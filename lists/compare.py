"""One list against another: what only one of them has, and what they tell otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass

from lists.entry import Entry
from lists.fold import Change, differences
from lists.official import Listed


@dataclass(frozen=True, slots=True)
class Differing:
    """A filing that both lists have, told otherwise."""

    number: str
    algorithm: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two lists side by side; unreadable rows are counted, not compared."""

    only_first: tuple[Entry, ...]
    only_second: tuple[Entry, ...]
    differing: tuple[Differing, ...]
    same: int
    unreadable: int


def compare(first: Iterable[Listed], second: Iterable[Listed]) -> Comparison:
    """Return how two lists differ, by kind and number."""
    one, unread = _by_number(first)
    other, more = _by_number(second)
    both = [(one[key], other[key]) for key in one if key in other]
    differing = tuple(
        Differing(a.number, a.algorithm, told) for a, b in both if (told := differences(a, b))
    )
    return Comparison(
        tuple(entry for key, entry in one.items() if key not in other),
        tuple(entry for key, entry in other.items() if key not in one),
        differing,
        len(both) - len(differing),
        unread + more,
    )


def _by_number(rows: Iterable[Listed]) -> tuple[dict[tuple[str, str], Entry], int]:
    found: dict[tuple[str, str], Entry] = {}
    unreadable = 0
    for row in rows:
        if isinstance(row.found, Entry):
            found[row.found.kind.value, row.found.number] = row.found
        else:
            unreadable += 1
    return found, unreadable
