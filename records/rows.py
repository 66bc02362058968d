"""Write what follows from events in the rows, in the caller's transaction."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from cases.procedures import AnyEvent
from law.words import Words
from records.errors import NumberTakenError
from records.projection import (
    Changed,
    Effect,
    Entered,
    Standing,
    effects,
    outbox,
)
from records.tables import CaseParty, FilingNumber, Notice, Proceeding


class Step(NamedTuple):
    """One event, and where its proceeding stands after it."""

    event: AnyEvent
    after: Standing


async def write(session: AsyncSession, row: Proceeding | None, steps: Sequence[Step]) -> None:
    """Bring the rows of a case to where the steps leave them; `row` is the proceeding's.

    Raises:
        NumberTakenError: A step records a filing number that another filing bears.
    """
    last = steps[-1].after
    if row is None:
        session.add(Proceeding(**last.row()))
    else:
        session.add(row.sqlmodel_update(last.columns()))
    for step in steps:
        for effect in effects(step.after, step.event):
            await _apply(session, effect)
    if told := [row for step in steps for row in outbox(step.after, step.event)]:
        await session.exec(insert(Notice), params=told)


async def _apply(session: AsyncSession, effect: Effect) -> None:
    if isinstance(effect, Changed):
        row = await session.get_one(effect.table, effect.key)
        session.add(row.sqlmodel_update(effect.values))
    elif effect.table is FilingNumber:
        await _take_number(session, effect)
    # A party may be in a case by an earlier proceeding.
    elif effect.table is not CaseParty or await session.get(CaseParty, effect.key) is None:
        session.add(effect.table(**effect.values))


async def _take_number(session: AsyncSession, effect: Entered) -> None:
    try:
        async with session.begin_nested():
            session.add(FilingNumber(**effect.values))
    except IntegrityError:
        number = effect.key
        raise NumberTakenError(
            Words(f"编号 {number} 已经发给其他备案", f"{number} belongs to another filing")
        ) from None
