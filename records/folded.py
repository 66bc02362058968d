"""What the entries of a trail add up to, gathered in memory while they pass by in pages."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from typing import Any, Final

from sqlmodel import SQLModel

from audit import merkle, tree
from audit.event import read
from cases.procedures import AnyEvent, is_proceeding
from records import bulk
from records.bulk import Row, columns_of
from records.database import Database
from records.folding import event_in
from records.projection import Changed, Effect, Place, Standing, advance, effects, outbox
from records.tables import (
    Case,
    CaseParty,
    Event,
    FilingNumber,
    Notice,
    Paper,
    Proceeding,
    TreeNode,
)


class UnreadableError(ValueError):
    """An entry is missing, or says nothing that can be folded."""


UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError)
"""What is raised where an entry has another form than its kind."""

Rows = dict[type[SQLModel], list[Row]]
"""By table, the columns of `FOLDED`."""

ENTRY: Final = columns_of(Event)
FOLDED: Final[dict[type[SQLModel], list[str]]] = {
    TreeNode: columns_of(TreeNode),
    Proceeding: columns_of(Proceeding),
    CaseParty: columns_of(CaseParty),
    FilingNumber: columns_of(FilingNumber),
    Paper: [name for name in columns_of(Paper) if name != "archived_until"],
    Notice: [name for name in columns_of(Notice) if name != "id"],
}
"""The tables that follow from entries, with the columns that entries tell of."""


class Copied:
    """The rows of the entries themselves as their bytes make them, and the tree over them."""

    def __init__(self) -> None:
        self.frontier = merkle.Frontier()
        self.differing: list[str] = []
        self._nodes: dict[tuple[int, int], merkle.Hash] = {}
        self._last: dict[str, int] = {}

    def take(self, page: Sequence[Row]) -> list[Row]:
        """Return the rows of a page's entries as their bytes make them."""
        made: list[Row] = []
        for index, live in enumerate(page, start=self.frontier.size):
            if live[0] != index:
                raise UnreadableError(f"entry {index} is missing")
            *_, digest, body, _, recorded_at = live
            try:
                row: Row = (
                    index,
                    *_columns(body),
                    digest,
                    body,
                    merkle.leaf(body),
                    recorded_at,
                )
            except UNREADABLE as error:
                raise UnreadableError(f"entry {index} cannot be read: {error!r}") from error
            self._count(index, *row[2:4])
            if row != live:
                self.differing.append(f"Event: the row of {index} is not that of its bytes")
            made.append(row)
        self._grow([row[-2] for row in made])
        return made

    def _count(self, index: int, proceeding: str, seq: int) -> None:
        before = self._last.get(proceeding, 0)
        if seq != before + 1:
            raise UnreadableError(f"entry {index} is {seq} of {proceeding} after {before}")
        self._last[proceeding] = seq

    def _grow(self, leaves: Sequence[merkle.Hash]) -> None:
        size = self.frontier.size
        known = {
            (run.level, place): self._nodes[run.level, place]
            for run in tree.before(size, len(leaves))
            for place in range(run.start, run.start + run.length)
        }
        self._nodes |= tree.completed(size, leaves, known)
        self.frontier.extend(leaves)

    def nodes(self) -> list[Row]:
        """Return the rows of the stored tree."""
        return [(*place, node) for place, node in self._nodes.items()]


def _columns(body: bytes) -> Row:
    entry = read(body)
    of_case = (entry["case"], entry["proceeding"], entry["seq"], entry["event"]["kind"])
    return (*of_case, entry["at"], entry["request"])


class Folded:
    """What the entries taken so far leave in the rows beside them."""

    def __init__(self) -> None:
        self._standings: dict[str, Standing] = {}
        self._told: list[Row] = []
        self._last: dict[str, str] = {}
        self._beside: dict[type[SQLModel], dict[Any, dict[str, Any]]] = {
            table: {} for table in (CaseParty, FilingNumber, Paper)
        }

    def take(self, page: Iterable[tuple[int, bytes]]) -> None:
        """Fold the next entries, of which index and bytes are given.

        Raises:
            UnreadableError: One says nothing that can be folded.
        """
        for index, body in page:
            try:
                self._take(read(body))
            except UNREADABLE as error:
                raise UnreadableError(f"entry {index} cannot be folded: {error!r}") from error

    def _take(self, entry: dict[str, Any]) -> None:
        place = Place(entry["case"], entry["proceeding"], entry["seq"], entry["at"])
        if place.at < self._last.get(place.proceeding, ""):
            raise ValueError("it happened before the one before it")
        self._last[place.proceeding] = place.at
        if is_proceeding(place.proceeding):
            self._fold(place, event_in(entry))

    def _fold(self, place: Place, event: AnyEvent) -> None:
        before = self._standings.get(place.proceeding)
        after = self._standings[place.proceeding] = advance(before, place, event)
        for effect in effects(after, event):
            self._follow(effect)
        self._told += [_row(Notice, values) for values in outbox(after, event)]

    def _follow(self, effect: Effect) -> None:
        if not isinstance(effect, Changed):
            self._beside[effect.table][effect.key] = effect.values
        elif effect.table is not Case:  # drafts are carried over as they are now
            self._beside[effect.table][effect.key] |= effect.values

    def rows(self) -> Rows:
        """Return the tables with the rows that all entries leave in them, notices last."""
        stand: list[Row] = []
        while self._standings:  # two forms of all states at once would be too much
            _, last = self._standings.popitem()
            stand.append(_row(Proceeding, last.row()))
        beside = {
            table: [_row(table, values) for values in rows.values()]
            for table, rows in self._beside.items()
        }
        return {Proceeding: stand, **beside, Notice: self._told}


def fold_trail(url: str, size: int) -> Rows:
    """Return what the first entries of a database's trail leave in the rows beside them.

    Entries never change, so a process of its own may read them.
    """
    with bulk.unswept():
        return asyncio.run(_fold_trail(url, size))


async def _fold_trail(url: str, size: int) -> Rows:
    folded, database = Folded(), Database(url)
    try:
        async with (
            database.reading() as session,
            aclosing(bulk.read(session, Event, ("index", "body"), by="index")) as pages,
        ):
            async for page in pages:
                folded.take((index, body) for index, body in page if index < size)
        return folded.rows()
    finally:
        await database.close()


def _row(table: type[SQLModel], values: dict[str, Any]) -> Row:
    return tuple(map(values.get, FOLDED[table]))
