"""The feed of entries within a wall; ballots are sealed while their vote is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from cases.ethics_review import state as ethics
from cases.expert_review import state as expert
from policies.relations import Person
from records.reading import entries_within
from records.tables import Event, Moment, Proceeding

_VOTING: Final = frozenset({"ethics_review", "expert_review"})
_COUNTED: Final = frozenset(
    {ethics.Stage.OPINION, ethics.Stage.DECIDING, ethics.Stage.DECIDED, expert.Stage.GIVEN}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is given to those who follow."""

    at: Moment
    data: dict[str, Any]
    """`index`, `case`, `kind`, `body` (null while sealed) and `leaf` in hex."""

    @property
    def index(self) -> int:
        """Its place in the trail."""
        index: int = self.data["index"]
        return index


async def feed(
    session: AsyncSession, person: Person, after: int, limit: int
) -> Sequence[Entry]:
    """Return a page of entries on cases within the person's wall, after an index, in order."""
    rows = await entries_within(session, person, after, limit)
    sealed = await _open_votes(session, {row.case_number for row in rows})
    return [_entry(row, sealed=(row.proceeding, row.kind) in sealed) for row in rows]


async def entry(session: AsyncSession, person: Person, index: int) -> Entry | None:
    """Return one entry as the feed gives it; None: it is not there for this person."""
    found = await feed(session, person, index - 1, 1)
    return found[0] if found and found[0].index == index else None


def ballots_of(procedure: str) -> str:
    """Return the kind of a procedure's ballots in the trail."""
    return f"{procedure}.ballot_cast"


def vote_is_open(row: Proceeding) -> bool:
    """Tell whether a vote has no outcome yet: nobody sees how others voted before."""
    return row.procedure in _VOTING and row.stage not in _COUNTED


async def _open_votes(session: AsyncSession, cases: set[str]) -> set[tuple[str, str]]:
    rows = await session.exec(select(Proceeding).where(col(Proceeding.case_number).in_(cases)))
    return {(row.id, ballots_of(row.procedure)) for row in rows if vote_is_open(row)}


def _entry(row: Event, *, sealed: bool) -> Entry:
    data = {
        "index": row.index,
        "case": row.case_number,
        "kind": row.kind,
        "body": None if sealed else orjson.loads(row.body),
        "leaf": row.leaf.hex(),
    }
    return Entry(row.at, data)
