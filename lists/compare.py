"""One list against another: what only one of them has, and what they tell otherwise."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lists.entry import Entry
from lists.fold import Change, differences
from lists.official import Listed
from lists.text import normal


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
    """Return how two lists differ, by kind and number; a number may stand in one twice."""
    one, unread = _by_number(first)
    other, more = _by_number(second)
    both: list[tuple[Entry, Entry]] = []
    only: tuple[list[Entry], list[Entry]] = ([], [])
    for key in dict.fromkeys((*one, *other)):
        mine, theirs = list(one.get(key, ())), list(other.get(key, ()))
        both += _paired(mine, theirs)
        only[0].extend(mine)
        only[1].extend(theirs)
    differing = tuple(
        Differing(a.number, a.algorithm, told) for a, b in both if (told := differences(a, b))
    )
    same = len(both) - len(differing)
    return Comparison(tuple(only[0]), tuple(only[1]), differing, same, unread + more)


def _paired(mine: list[Entry], theirs: list[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Yield the pairs of one number, and take them out: by algorithm, by entity, by turn."""
    for alike in (_same_algorithm, _same_entity, _any):
        for entry in list(mine):
            found = next((other for other in theirs if alike(entry, other)), None)
            if found is not None:
                mine.remove(entry)
                theirs.remove(found)
                yield entry, found


def _same_algorithm(one: Entry, other: Entry) -> bool:
    return normal(one.algorithm) == normal(other.algorithm)


def _same_entity(one: Entry, other: Entry) -> bool:
    return normal(one.entity) == normal(other.entity)


def _any(_one: Entry, _other: Entry) -> bool:
    return True


def _by_number(
    rows: Iterable[Listed],
) -> tuple[dict[tuple[str, str], list[Entry]], int]:
    found: dict[tuple[str, str], list[Entry]] = {}
    unreadable = 0
    for row in rows:
        if isinstance(row.found, Entry):
            found.setdefault((row.found.kind.value, row.found.number), []).append(row.found)
        else:
            unreadable += 1
    return found, unreadable
