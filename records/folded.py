"""What the entries of a trail add up to, gathered in memory while they pass by in pages."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlmodel import SQLModel

from audit import merkle, tree
from audit.event import read
from cases.procedures import is_proceeding
from records.bulk import Row, columns_of
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


class Folded:
    """What the entries taken so far add up to."""

    def __init__(self) -> None:
        self.frontier = merkle.Frontier()
        self.differing: list[str] = []
        self._nodes: dict[tuple[int, int], merkle.Hash] = {}
        self._standings: dict[str, Standing] = {}
        self._told: set[Row] = set()
        self._beside: dict[type[SQLModel], dict[Any, dict[str, Any]]] = {
            table: {} for table in (CaseParty, FilingNumber, Paper)
        }

    def take(self, page: Sequence[Row]) -> tuple[list[Row], list[Row]]:
        """Return the rows of a page's entries as their bytes make them, and of the outbox."""
        made: list[Row] = []
        told: list[Row] = []
        for index, live in enumerate(page, start=self.frontier.size):
            if live[0] != index:
                raise UnreadableError(f"entry {index} is missing")
            try:
                row = self._entry(live, told)
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                raise UnreadableError(f"entry {index} cannot be folded: {error!r}") from error
            if row != live:
                self.differing.append(f"Event: the row of {index} is not that of its bytes")
            made.append(row)
        self._grow([row[-2] for row in made])
        self._told.update(told)
        return made, told

    def _entry(self, live: Row, told: list[Row]) -> Row:
        """Fold one entry, and return its row as its bytes make it."""
        index, *_, digest, body, _, recorded_at = live
        entry = read(body)
        place = Place(entry["case"], entry["proceeding"], entry["seq"], entry["at"])
        if is_proceeding(place.proceeding):
            event = event_in(entry)
            before = self._standings.get(place.proceeding)
            after = advance(before, place, event)
            self._standings[place.proceeding] = after
            for effect in effects(after, event):
                self._follow(effect)
            told += [_row(Notice, values) for values in outbox(after, event)]
        of_bytes = (index, *place[:3], entry["event"]["kind"], place.at, entry["request"])
        return (*of_bytes, digest, body, merkle.leaf(body), recorded_at)

    def _follow(self, effect: Effect) -> None:
        if not isinstance(effect, Changed):
            self._beside[effect.table][effect.key] = effect.values
        elif effect.table is not Case:  # drafts are carried over as they are now
            self._beside[effect.table][effect.key] |= effect.values

    def _grow(self, leaves: Sequence[merkle.Hash]) -> None:
        size = self.frontier.size
        known = {
            (run.level, place): self._nodes[run.level, place]
            for run in tree.before(size, len(leaves))
            for place in range(run.start, run.start + run.length)
        }
        self._nodes |= tree.completed(size, leaves, known)
        self.frontier.extend(leaves)

    def rows(self) -> Iterable[tuple[type[SQLModel], set[Row]]]:
        """Yield the tables with the rows that all entries leave in them."""
        yield TreeNode, {(*place, node) for place, node in self._nodes.items()}
        stand = set[Row]()
        while self._standings:  # two forms of all states at once would be too much
            _, last = self._standings.popitem()
            stand.add(_row(Proceeding, last.row()))
        yield Proceeding, stand
        for table, rows in self._beside.items():
            yield table, {_row(table, values) for values in rows.values()}
        yield Notice, self._told


def _row(table: type[SQLModel], values: dict[str, Any]) -> Row:
    return tuple(map(values.get, FOLDED[table]))
