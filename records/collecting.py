"""Gather what the records hold of an institution beside its entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read
from records.feed import vote_is_open
from records.papers import composed, issued_numbers
from records.sealed_answers import answers_of
from records.tables import (
    Attachment,
    Case,
    CaseParty,
    Event,
    PaperNumber,
    Party,
    Person,
    Proceeding,
    Submission,
)

TABLES: Final[dict[str, type[SQLModel]]] = {
    "party": Party,
    "person": Person,
    "case": Case,
    "case_party": CaseParty,
    "submission": Submission,
    "paper_number": PaperNumber,
    "attachment": Attachment,
}
"""Rows that no entry tells in full, in the order in which they can be entered."""


@dataclass(frozen=True)
class Held:
    """What is held of an institution: its cases, who is concerned by them, and the rows."""

    cases: Sequence[str]
    streams: frozenset[str]
    rows: dict[str, list[dict[str, Any]]]
    digests: dict[str, str]
    """Of each act by its request: what tells two acts of one key apart."""
    attachments: dict[str, str]
    """Media type by SHA-256."""


async def voting(session: AsyncSession, institution: str) -> list[str]:
    """Return the cases of an institution in which ballots are sealed still."""
    statement = (
        select(Proceeding)
        .join(Case, col(Case.number) == col(Proceeding.case_number))
        .where(col(Case.institution) == institution)
    )
    rows = (await session.exec(statement)).all()
    cast = [row for row in rows if vote_is_open(row) and orjson.loads(row.state)["ballots"]]
    return sorted({row.case_number for row in cast})


async def hold(session: AsyncSession, institution: str) -> Held:
    """Return what is held of an institution.

    Raises:
        LookupError: There is no such institution.
    """
    if (body := await session.get(Party, institution)) is None or body.kind != "institution":
        raise LookupError(institution)
    mine = select(Case).where(col(Case.institution) == institution)
    cases = (await session.exec(mine.order_by(col(Case.number)))).all()
    numbers = [case.number for case in cases]
    events = await _rows(session, Event, col(Event.case_number).in_(numbers))
    walls = await _rows(session, CaseParty, col(CaseParty.case_number).in_(numbers))
    parties = {institution, *(row.party_id for row in walls)}
    own = col(Party.serves) == institution
    parties |= set((await session.exec(select(Party.id).where(own))).all())
    told = [await _told(session, party) for party in sorted(parties)]
    actors = {read(event.body)["actor"]["person"] for event in events}
    people = actors.union((case.applicant for case in cases), *told)
    places = {event.proceeding for event in events}
    conditions: dict[type[SQLModel], Any] = {
        Party: col(Party.id).in_(parties),
        Person: col(Person.id).in_(people),
        Case: col(Case.number).in_(numbers),
        CaseParty: col(CaseParty.case_number).in_(numbers),
        Submission: col(Submission.case_number).in_(numbers),
        PaperNumber: col(PaperNumber.proceeding).in_(places),
        Attachment: col(Attachment.case_number).in_(numbers),
    }
    rows = {
        name: await _plain(session, await _rows(session, table, conditions[table]))
        for name, table in TABLES.items()
    }
    # A number that was allotted and stands on no paper yet is allotted anew where they go.
    issued = issued_numbers(event.body for event in events)
    rows["paper_number"] = [
        row
        for row in rows["paper_number"]
        if (row["proceeding"], composed(row["series"], row["year"], row["serial"])) in issued
    ]
    streams = {f"party/{party}" for party in parties}
    streams |= {f"person/{row['id']}" for row in rows["person"]}
    others = await _rows(session, Event, col(Event.proceeding).in_(streams))
    return Held(
        cases=numbers,
        streams=frozenset(row.proceeding for row in others),
        rows=rows,
        digests={row.request: row.digest for row in [*events, *others]},
        attachments={row["sha256"]: row["media"] for row in rows["attachment"]},
    )


async def _plain(session: AsyncSession, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return rows as data; answers are opened, for where they go is another key."""
    found = [row.model_dump() for row in rows]
    for row, values in zip(rows, found, strict=True):
        if isinstance(row, Submission) and not row.answers:
            values["answers"] = ""  # erased
        elif isinstance(row, Case | Submission):
            values["answers"] = orjson.dumps(await answers_of(session, row)).decode()
    return found


async def _told(session: AsyncSession, party: str) -> set[str]:
    """Return the people of whom the entries of a body tell."""
    rows = await _rows(session, Event, col(Event.proceeding) == f"party/{party}")
    events = [read(row.body)["event"] for row in rows]
    return {event["person"] for event in events if "person" in event}


async def _rows(session: AsyncSession, table: type[SQLModel], where: Any) -> Sequence[Any]:
    return (await session.exec(select(table).where(where))).all()
