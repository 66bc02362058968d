"""Rebuild all rows from the trail in an empty database, and compare them with the live ones.

What the trail does not hold is carried over: people and bodies, drafts, frozen answers, words,
document numbers with their codes, attachments' names, signed notes. All else is the fold of
the entries, and must come out as it stands. Entries pass by in pages; what they add up to is
held until the last one: states, papers, and what people were told.
"""

import gc
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final

from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit import merkle
from records import bulk
from records.access_tables import Policy, SubjectKey, Token
from records.bulk import Row, columns_of
from records.database import Database
from records.folded import ENTRY, FOLDED, Folded, UnreadableError
from records.origins import OriginProof
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
    Notice,
    PaperNumber,
    Party,
    Payload,
    Person,
    Submission,
    Tree,
)
from records.webhooks.tables import DeadLetter, Webhook, WebhookSecret

_CARRIED: Final[tuple[type[SQLModel], ...]] = (
    *(Party, Person, Appointment, Token, Case, CaseParty, Submission, Payload),
    *(SubjectKey, Policy, PaperNumber, Attachment),
    *(Checkpoint, Cosignature, CheckpointStamp, Counter),
    *(Webhook, WebhookSecret, DeadLetter, OriginProof),
)


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

    Where an entry cannot be folded, that is the answer, and the other stays empty.

    Raises:
        NotEmptyError: The other is not empty.
    """
    try:
        async with live.snapshot() as source, into.writing() as target:
            case = (await target.exec(select(Case.number).limit(1))).first()
            if case is not None or (await target.get_one(Tree, 1)).size:
                raise NotEmptyError("the database to rebuild in is not empty")
            return await _rebuilt(source, target)
    except UnreadableError as error:
        return Rebuilt(differing=[f"Event: {error}"])
    finally:
        gc.unfreeze()


async def _rebuilt(source: AsyncSession, target: AsyncSession) -> Rebuilt:
    for table in _CARRIED:
        names = columns_of(table)
        async for rows in bulk.read(source, table, names):
            await bulk.enter(target, table, names, rows)
    folded = Folded()
    async with aclosing(bulk.read(source, Event, ENTRY, by="index")) as pages:
        async for page in pages:
            made, told = folded.take(page)
            await bulk.enter(target, Event, ENTRY, made)
            await bulk.enter(target, Notice, FOLDED[Notice], told)
            gc.freeze()  # it is kept to the end: to look at it again and again takes a third
    tree = folded.frontier
    found = Rebuilt(tree.size, tree.root(), folded.differing)
    for table, follow in folded.rows():
        if table not in {Notice, CaseParty}:  # these are there already
            await bulk.enter(target, table, FOLDED[table], list(follow))
        found.differing += await _differing(source, table, follow)
    ours, row = [await session.get_one(Tree, 1) for session in (source, target)]
    if (ours.size, ours.edge) != (tree.size, tree.edge):
        found.differing.append("Tree: the stored edge is not that of the entries")
    row.size, row.edge = tree.size, tree.edge
    target.add(row)
    return found


async def _differing(source: AsyncSession, table: type[SQLModel], made: set[Row]) -> list[str]:
    """Return which rows of a table are not as they were made, each by what it holds."""
    name, names = table.__name__, FOLDED[table]
    unmade: list[str] = []
    async for page in bulk.read(source, table, names):
        live = set(page)
        unmade += [f"{name}: no fold makes {_said(names, row)}" for row in live - made]
        made -= live
    if table in _CARRIED:  # it may hold more than entries tell of
        unmade = []
    return sorted(unmade) + sorted(f"{name}: missing {_said(names, row)}" for row in made)


def _said(names: Sequence[str], row: Row) -> str:
    return str(dict(zip(names, row, strict=True)))[:300]
