"""What a proceeding did, for a workflow that goes on with it."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from cases.clocks import PaperIssued
from cases.procedures import procedure_of
from cases.recording import Past
from records import trail
from records.folding import event_of
from records.recorder import receipt_of
from records.tables import Event, Proceeding


@dataclass(frozen=True)
class Remembered:
    """A proceeding as the trail holds it: how it was opened, and its past."""

    id: str
    opening: Any
    past: Past
    owes: bool  # its workflow has something to do still


async def remembered(session: AsyncSession, proceeding: str) -> Remembered | None:
    """Return a proceeding as the trail holds it; None when it holds nothing of it."""
    rows = await trail.events_of_proceeding(session, proceeding)
    if not rows:
        return None
    first: Any = event_of(rows[0])
    acts = (list(act) for _, act in groupby(rows, key=lambda row: row.request))
    of_case = col(Proceeding.case_number) == rows[0].case_number
    listed = (await session.exec(select(Proceeding.id).where(of_case))).all()
    past = Past(
        events=tuple(map(event_of, rows)),
        receipts=tuple(map(receipt_of, acts)),
        begun=tuple(listed),
        taken_in=await _taken_in(session, proceeding, rows[0].case_number),
    )
    row = await session.get_one(Proceeding, proceeding)
    return Remembered(proceeding, first.opening, past, _owes(row, past))


def _owes(row: Proceeding, past: Past) -> bool:
    """Tell whether a workflow is needed: it is open, or its last paper is not issued."""
    closing = procedure_of(row.id).closing
    issued = {event.paper.template for event in past.events if isinstance(event, PaperIssued)}
    return row.closed_at is None or bool(closing and closing not in issued)


async def _taken_in(session: AsyncSession, proceeding: str, case: str) -> tuple[str, ...]:
    statement = (
        select(Event.request)
        .where(
            col(Event.case_number) == case,
            col(Event.request).endswith(f"/from/{proceeding}", autoescape=True),
        )
        .distinct()
    )
    return tuple((await session.exec(statement)).all())
