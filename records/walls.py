"""Compare who a case is of, and whom its wall lets in, with what the entries tell."""

from collections.abc import Mapping
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
    cases = {case.number: case for case in (await session.exec(select(Case))).all()}
    lie = await _divisions(session)
    faults = [f"{number}: the case is gone" for number in sorted(told.keys() - cases.keys())]
    for number, row in cases.items():
        if not _is_of(row, told.get(number)):
            faults.append(f"{number}: it is of others than the entry that opened it tells")
        if (row.institution, row.division) not in lie:
            faults.append(f"{number}: no entry tells that its institution lies there")
    faults += await _unsigned(session, cases)
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


async def _divisions(session: AsyncSession) -> set[tuple[str, str]]:
    """Return (body, division) as the entries tell, former ones, too: a case keeps its own."""
    entered = select(Event.body).where(col(Event.kind) == "party.entered")
    events = [read(body)["event"] for body in (await session.exec(entered)).all()]
    return {(event["party"], event["division"]) for event in events}


async def _unsigned(session: AsyncSession, cases: Mapping[str, Case]) -> list[str]:
    """Return the drafts that are signed off in their row only."""
    signed = select(Event.case_number, Event.body).where(col(Event.kind) == "case.signed_off")
    told = {
        (case, event["version"], event["content"])
        for case, body in (await session.exec(signed)).all()
        for event in [read(body)["event"]]
    }
    return [
        f"{number}: no entry tells that version {case.version} was signed off"
        for number, case in cases.items()
        if case.signed_off and (number, case.version, case.signed_off) not in told
    ]


def _is_of(case: Case, told: dict[str, Any] | None) -> bool:
    if told is None:
        return False
    names = ("institution", "committee", "applicant")
    return all(getattr(case, name) == told[name] for name in names)
