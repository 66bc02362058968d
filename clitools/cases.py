"""Read cases, papers and people for the one who runs the machine."""

import asyncio
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from cases.status import status
from clitools.database import opened
from documents.store import open_files
from records.reading import due_on, papers, proceedings
from records.tables import Appointment, Case, Party, Person
from settings import Settings


async def all_cases(settings: Settings) -> list[dict[str, Any]]:
    """Return all cases by number."""
    async with opened(settings) as database, database.reading() as session:
        rows = (await session.exec(select(Case).order_by(col(Case.number)))).all()
    return [{"number": r.number, "stage": r.stage, "title": r.title} for r in rows]


async def one_case(settings: Settings, number: str) -> dict[str, Any] | None:
    """Return a case with its proceedings; None when there is none."""
    async with opened(settings) as database, database.reading() as session:
        case = await session.get(Case, number)
        rows = await proceedings(session, number)
    if case is None:
        return None
    return {
        "number": case.number,
        "stage": case.stage,
        "title": case.title,
        "proceedings": [
            {
                "id": row.id,
                "stage": row.stage,
                "seq": row.seq,
                "status": status(row.procedure, row.stage).words.zh,
                "due_on": due_on(row),
            }
            for row in rows
        ],
    }


async def papers_of(
    settings: Settings, number: str, to: Path | None = None
) -> list[dict[str, Any]]:
    """Return the papers of a case; where a folder is given, copies are laid there.

    In the store they lie sealed: a copy is what others can read and verify.
    """
    async with opened(settings) as database, database.reading() as session:
        rows = await papers(session, number)
    listed = [row.model_dump() for row in rows]
    if to is None:
        return listed
    files = open_files(settings.home / "papers", settings.sealing_key)
    await asyncio.to_thread(to.mkdir, parents=True, exist_ok=True)
    for row in listed:
        copy = to / f"{row['template']}-{row['sha256'][:8]}.pdf"
        await asyncio.to_thread(copy.write_bytes, await files.get(row["sha256"]))
        row["file"] = str(copy)
    return listed


async def everybody(settings: Settings) -> list[dict[str, Any]]:
    """Return every appointment with the names behind it."""
    statement = (
        select(Appointment, Person, Party)
        .join(Person, col(Person.id) == col(Appointment.person_id))
        .join(Party, col(Party.id) == col(Appointment.party_id))
        .order_by(col(Party.id), col(Person.id), col(Appointment.role))
    )
    async with opened(settings) as database, database.reading() as session:
        rows = (await session.exec(statement)).all()
    return [
        {
            "person": person.id,
            "name": person.name,
            "party": party.name,
            "role": appointment.role,
            "category": appointment.category,
        }
        for appointment, person, party in rows
    ]
