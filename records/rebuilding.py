"""Rebuild all rows from the trail in an empty database, and compare them with the live ones.

What the trail does not hold is carried over: people and bodies, drafts, frozen answers, words,
document numbers with their codes, attachments' names, signed notes. All else is the fold of
the entries, and must come out as it stands.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import insert
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit import merkle
from audit.event import read
from cases.procedures import procedure_of
from cases.proceeding import Actor
from cases.recording import Recording
from records import trail
from records.access_tables import Policy, SubjectKey, Token
from records.database import Database
from records.folding import event_of
from records.projection import project, tell
from records.recorder import steps_of
from records.stamps import CheckpointStamp
from records.tables import (
    Appointment,
    Attachment,
    Case,
    CaseParty,
    Checkpoint,
    Cosignature,
    Counter,
    Event,
    FilingNumber,
    Notice,
    Paper,
    PaperNumber,
    Party,
    Payload,
    Person,
    Proceeding,
    Submission,
    Tree,
    TreeNode,
)

_CARRIED: Final[tuple[type[SQLModel], ...]] = (
    *(Party, Person, Appointment, Token, Case, CaseParty, Submission, Payload),
    *(SubjectKey, Policy, PaperNumber, Attachment),
    *(Checkpoint, Cosignature, CheckpointStamp, Counter),
)
_FOLDED: Final[tuple[type[SQLModel], ...]] = (
    *(Event, TreeNode, Proceeding, Paper, FilingNumber, Notice),
)
_NOT_FOLDED: Final[Mapping[type[SQLModel], set[str]]] = {
    Notice: {"id"},
    Paper: {"archived_until"},
}
"""Columns that no entry tells of."""
_PAGE: Final = 2000


class NotEmptyError(ValueError):
    """The database to rebuild in holds something already."""


@dataclass
class Rebuilt:
    """How many entries were folded, and which rows come out other than they stand."""

    entries: int = 0
    root: bytes = merkle.EMPTY
    differing: list[str] = field(default_factory=list[str])

    def __bool__(self) -> bool:
        return not self.differing


async def rebuild(live: Database, into: Database) -> Rebuilt:
    """Fold the whole trail of one database into another, and compare the two.

    Raises:
        NotEmptyError: The other is not empty.
    """
    found = Rebuilt()
    async with live.snapshot() as source, into.writing() as target:
        if (await target.get_one(Tree, 1)).size or await _any(target, Case):
            raise NotEmptyError("the database to rebuild in is not empty")
        for table in _CARRIED:
            await _carry(source, target, table)
        frontier = merkle.Frontier()
        async for page in _entries(source):
            await _take(target, frontier, page)
        found.entries, found.root = frontier.size, frontier.root()
        row = await target.get_one(Tree, 1)
        row.size, row.edge = frontier.size, frontier.edge
        target.add(row)
        # A fold reopens drafts as it goes; what they hold now is carried over.
        await target.flush()
        for case in (await source.exec(select(Case))).all():
            await target.merge(Case(**case.model_dump()))
        await target.flush()
        for table in _FOLDED:
            found.differing += await _compared(source, target, table)
        ours = await source.get_one(Tree, 1)
        if (ours.size, ours.edge) != (row.size, row.edge):
            found.differing.append("tree: the stored edge is not that of the entries")
    return found


async def _any(session: AsyncSession, table: type[SQLModel]) -> bool:
    return (await session.exec(select(table).limit(1))).first() is not None


async def _carry(source: AsyncSession, target: AsyncSession, table: type[SQLModel]) -> None:
    rows = [row.model_dump() for row in (await source.exec(select(table))).all()]
    if rows:
        await target.exec(insert(table), params=rows)


async def _entries(source: AsyncSession) -> AsyncGenerator[Sequence[Event]]:
    start = 0
    while True:
        statement = (
            select(Event)
            .where(col(Event.index) >= start)
            .order_by(col(Event.index))
            .limit(_PAGE)
        )
        page = (await source.exec(statement)).all()
        if not page:
            return
        yield page
        start = page[-1].index + 1


async def _take(
    target: AsyncSession, frontier: merkle.Frontier, page: Sequence[Event]
) -> None:
    """Enter a page of entries as they are, and fold what they say act by act."""
    leaves = [merkle.leaf(row.body) for row in page]
    rows = [row.model_dump() | {"leaf": leaf} for row, leaf in zip(page, leaves, strict=True)]
    await target.exec(insert(Event), params=rows)
    await trail.grow(target, frontier.size, leaves)
    frontier.extend(leaves)
    for (proceeding, _), act in groupby(page, key=lambda row: (row.proceeding, row.request)):
        if not proceeding.startswith("case/"):
            await _fold(target, proceeding, list(act))
    await target.flush()
    target.expunge_all()


async def _fold(target: AsyncSession, proceeding: str, rows: Sequence[Event]) -> None:
    procedure = procedure_of(proceeding)
    entry: dict[str, Any] = read(rows[0].body)
    events = tuple(event_of(row) for row in rows)
    recording = Recording(
        case=rows[0].case_number,
        proceeding=proceeding,
        first=rows[0].seq,
        at=datetime.fromisoformat(rows[0].at),
        actor=Actor(**entry["actor"]),
        request=rows[0].request,
        digest=rows[0].digest,
        policy=entry["policy"],
        events=events,
    )
    row = await target.get(Proceeding, proceeding)
    steps = steps_of(procedure, row, recording)
    await project(target, procedure, row, (recording, steps))
    await tell(target, recording, steps)


async def _compared(
    source: AsyncSession, target: AsyncSession, table: type[SQLModel]
) -> list[str]:
    """Return which rows of a table differ, each by what it holds."""
    name = table.__name__
    left_out = _NOT_FOLDED.get(table, set())
    live, made = [
        {
            repr(sorted(row.model_dump(exclude=left_out).items()))
            for row in (await session.exec(select(table))).all()
        }
        for session in (source, target)
    ]
    return [
        *(f"{name}: no fold makes {row[:300]}" for row in sorted(live - made)),
        *(f"{name}: missing {row[:300]}" for row in sorted(made - live)),
    ]
