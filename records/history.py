"""The time machine: a case as it stood at any second, folded from its entries."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read
from records.folding import fold, state_adapter
from records.tables import Event


@dataclass(frozen=True)
class Stood:
    """Where a proceeding stood: its stage, and all of its state as plain data."""

    id: str
    procedure: str
    seq: int
    stage: str
    state: dict[str, Any]


@dataclass(frozen=True)
class Moment:
    """A case at a second: its proceedings, and the policy that governed the last act."""

    case: str
    at: str
    entries: int
    policy: str
    proceedings: tuple[Stood, ...]


async def as_of(session: AsyncSession, case: str, at: str) -> Moment:
    """Return a case as it stood at a moment (`2026-11-24T03:04:05.000006Z`)."""
    statement = (
        select(Event)
        .where(col(Event.case_number) == case, col(Event.at) <= at)
        .order_by(col(Event.index))
    )
    rows = (await session.exec(statement)).all()
    by: dict[str, list[Event]] = {}
    for row in rows:
        by.setdefault(row.proceeding, []).append(row)
    policies = [policy for row in rows if (policy := str(read(row.body)["policy"]))]
    return Moment(
        case=case,
        at=at,
        entries=len(rows),
        policy=policies[-1] if policies else "",
        proceedings=tuple(
            _stood(name, found) for name, found in by.items() if not name.startswith("case/")
        ),
    )


def _stood(proceeding: str, rows: list[Event]) -> Stood:
    state = fold(proceeding, rows)
    procedure = proceeding.split("/", 1)[0].replace("-", "_")
    plain: dict[str, Any] = state_adapter(procedure).dump_python(state, mode="json")
    return Stood(proceeding, procedure, rows[-1].seq, str(state.stage), plain)
