"""Compare who a case is of, and whom its wall lets in, with what the entries tell."""

from typing import Any

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read
from records.projection import CONCERNED
from records.tables import Case, CaseParty, Event, Proceeding


async def open_walls(session: AsyncSession) -> list[str]:
    """Return the cases that are of others, or let others in, than the entries tell."""
    opened = select(Event.case_number, Event.body).where(col(Event.kind) == "case.opened")
    told: dict[str, dict[str, Any]] = {
        case: read(body)["event"] for case, body in (await session.exec(opened)).all()
    }
    faults = [
        f"{case.number}: it is of others than the entry that opened it tells"
        for case in (await session.exec(select(Case))).all()
        if not _is_of(case, told.get(case.number))
    ]
    walls = {(case, event[name]) for case, event in told.items() for name in CONCERNED[:2]}
    standing = select(Proceeding.case_number, Proceeding.state)
    for case, state in (await session.exec(standing)).all():
        opening = orjson.loads(state)["opening"]
        walls |= {(case, opening[name]) for name in CONCERNED if opening.get(name)}
    columns = select(CaseParty.case_number, CaseParty.party_id)
    rows = {(case, party) for case, party in (await session.exec(columns)).all()}
    return faults + [
        f"{case}: {party} is let in, or kept out, by no entry"
        for case, party in sorted(rows ^ walls)
    ]


def _is_of(case: Case, told: dict[str, Any] | None) -> bool:
    if told is None:
        return False
    names = ("institution", "committee", "applicant")
    return all(getattr(case, name) == told[name] for name in names)
