"""Rebuild all rows from the trail in an empty database, and compare them with the live ones.

What the trail does not hold is carried over: people and bodies, drafts, frozen answers, words,
document numbers with their codes, attachments' names, signed notes. All else is the fold of
the entries, and must come out as it stands. Entries pass by in pages, and another process
folds them meanwhile: states, papers, and what people were told are held to the last one.
"""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final

from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit import merkle
from records import bulk, trail
from records.access_tables import Policy, SubjectKey, Token
from records.bulk import Row, columns_of
from records.database import Database
from records.folded import ENTRY, FOLDED, Copied, Rows, UnreadableError, fold_trail
from records.following import departing, elsewhere
from records.origins import OriginProof
from records.orphans import OrphanError, made_orphans, stored_orphans
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
    PaperNumber,
    Party,
    Payload,
    Person,
    Submission,
    Tree,
    TreeNode,
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

    Where an entry cannot be folded, or a row is gone that others stand on, that is the
    answer, and the other stays empty.

    Raises:
        NotEmptyError: The other is not empty.
    """
    try:
        with bulk.unswept():
            return await _rebuild(live, into)
    except UnreadableError as error:
        return Rebuilt(differing=[f"Event: {error}"])
    except OrphanError as error:
        return Rebuilt(differing=error.faults)


async def _rebuild(live: Database, into: Database) -> Rebuilt:
    async with live.snapshot() as source, into.writing() as target:
        case = (await target.exec(select(Case.number).limit(1))).first()
        tree = await target.get(Tree, 1)
        if case is not None or (tree is not None and tree.size):
            raise NotEmptyError("the database to rebuild in is not empty")
        await _look(source)
        size = await trail.count(source)
        with elsewhere(size) as pool:
            following = pool.submit(fold_trail, live.url, size)
            copied = await _copied(source, target)
            rows = await asyncio.wrap_future(following)
        await _stand(target, rows)
        return await _compared(source, target, copied, rows)


async def _stand(target: AsyncSession, rows: Rows) -> None:
    """Raise `OrphanError` unless all that the rows to enter stand on is there."""
    for table, follow in rows.items():
        if gone := await made_orphans(target, table, FOLDED[table], follow):
            raise OrphanError(gone)


async def _look(source: AsyncSession) -> None:
    """Raise `OrphanError` unless every row that others stand on is there."""
    faults = await stored_orphans(source, _CARRIED)
    if await source.get(Tree, 1) is None:
        faults.append("Tree: its row is missing")
    if faults:
        raise OrphanError(faults)


async def _copied(source: AsyncSession, target: AsyncSession) -> Copied:
    for table in _CARRIED:
        names = columns_of(table)
        async for rows in bulk.read(source, table, names):
            await bulk.enter(target, table, names, rows)
    copied = Copied()
    async with (
        aclosing(bulk.read(source, Event, ENTRY, by="index")) as pages,
        bulk.entering(target, Event, ENTRY) as put,
    ):
        async for page in pages:
            await put(copied.take(page))
    await bulk.enter(target, TreeNode, FOLDED[TreeNode], copied.nodes())
    return copied


async def _compared(
    source: AsyncSession, target: AsyncSession, copied: Copied, rows: Rows
) -> Rebuilt:
    """Enter the rows that follow, and return what is not as it stands."""
    tree = copied.frontier
    found = Rebuilt(tree.size, tree.root(), copied.differing)
    found.differing += await _differing(source, TreeNode, set(copied.nodes()))
    for table, follow in rows.items():
        async with asyncio.TaskGroup() as both:
            if table is not CaseParty:  # these are there already
                both.create_task(bulk.enter(target, table, FOLDED[table], follow))
            differing = both.create_task(_differing(source, table, set(follow)))
        found.differing += differing.result()
    ours = await source.get_one(Tree, 1)
    if (ours.size, ours.edge) != (tree.size, tree.edge):
        found.differing.append("Tree: the stored edge is not that of the entries")
    await target.merge(Tree(id=1, size=tree.size, edge=tree.edge))
    return found


async def _differing(source: AsyncSession, table: type[SQLModel], made: set[Row]) -> list[str]:
    """Return which rows of a table are not as they were made, each by what it holds."""
    name, names = table.__name__, FOLDED[table]
    unmade, missing = await departing(source, table, made)
    if table in _CARRIED:  # it may hold more than entries tell of
        unmade = []
    return [
        *sorted(f"{name}: no fold makes {_said(names, row)}" for row in unmade),
        *sorted(f"{name}: missing {_said(names, row)}" for row in missing),
    ]


def _said(names: Sequence[str], row: Row) -> str:
    return str(dict(zip(names, row, strict=True)))[:300]
