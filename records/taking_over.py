"""Take over what another log holds of an institution; nothing, or all of it.

The entries keep their bytes and get places in our tree; where they stood before, and the proof
of it, is kept beside. Everything that follows from entries is folded from them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import orjson
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.bundle import Word
from audit.event import read
from audit.places import Places
from cases.proceeding import SYSTEM
from cases.registry import Imported
from cases.text import Payload as Said
from records import bulk, trail
from records.arriving import Arriving, ClashError, Proven, misplaced, strange
from records.collecting import TABLES
from records.counters import last_value, raise_to
from records.folded import FOLDED, Folded
from records.kept_words import missing_words
from records.origins import OriginProof
from records.registered import appointments
from records.sealed_answers import sealed
from records.streams import Hand, Stream, append
from records.tables import Appointment, Case, CaseParty, Event, Submission
from records.vault import write_words
from records.verification import beside

_KEYS: Final = {
    "party": ("id",),
    "person": ("id",),
    "case": ("number",),
    "case_party": ("case_number", "party_id"),
    "submission": ("case_number", "version"),
    "paper_number": ("party_id", "series", "year", "serial"),
    "attachment": ("case_number", "sha256"),
}


async def take_over(session: AsyncSession, arriving: Arriving, wall: datetime) -> int:
    """Enter what arrives, and return how many entries are new; again, none is.

    Raises:
        ClashError: Something of it is here already, and other than that.
    """
    await trail.lock(session)
    if foreign := [*strange(arriving), *misplaced(arriving)]:
        raise ClashError(foreign)
    new = await _unknown(session, arriving.entries)
    await _rows(session, arriving.rows)
    if new:
        await _enter(session, arriving, new, wall)
    # Rows may come with entries that are here already: they are held to these as well.
    if faults := await _faults(session):
        raise ClashError(faults)
    return len(new)


async def _enter(
    session: AsyncSession, arriving: Arriving, new: Sequence[Proven], wall: datetime
) -> None:
    """Enter new entries, what follows from them, and an entry that says that they came."""
    digests = arriving.digests
    entries = [(one.body, digests.get(read(one.body)["request"], "")) for one in new]
    first = await trail.extend(session, entries, wall)
    for index, one in enumerate(new, start=first):
        session.add(
            OriginProof(index=index, origin=arriving.origin, place=one.place, proof=one.proof)
        )
    await _fold(session, new)
    await _words(session, arriving.words, new)
    await _appoint(session)
    await _count(session, arriving.rows)
    event = Imported(
        institution=arriving.institution,
        origin=arriving.origin,
        log_key=arriving.log_key,
        manifest=arriving.manifest,
        entries=len(new),
        first=first,
    )
    request = f"import/{arriving.manifest[:32]}"
    hand = Hand(actor=SYSTEM, at=wall, policy="", request=request)
    await append(session, Stream(f"import/{arriving.institution}"), event, hand)


async def _faults(session: AsyncSession) -> list[str]:
    """Return what in the rows is not as the entries tell, now that all of it is here."""
    await session.flush()
    places = Places()
    async for rows in trail.pages(session, range(await trail.count(session))):
        places.take([row[1:7] for row in rows], [row.body for row in rows])
    faults = places.faults + await beside(session, places)
    return faults or await missing_words(session)


async def _unknown(session: AsyncSession, entries: Sequence[Proven]) -> list[Proven]:
    """Return the entries that are not here; a case is here whole, or not at all."""
    new: list[Proven] = []
    clashes: list[str] = []
    begun: set[str] = set()
    for one in entries:
        entry = read(one.body)
        name = f"{entry['proceeding']} {entry['seq']}"
        statement = select(Event.body).where(
            col(Event.proceeding) == entry["proceeding"], col(Event.seq) == entry["seq"]
        )
        here = (await session.exec(statement)).one_or_none()
        if here is None:
            new.append(one)
            if entry["case"] in begun:
                clashes.append(f"{name}: the case went on there after it was taken over")
        elif here != one.body:
            clashes.append(f"{name}: another entry stands here")
        elif entry["case"]:
            begun.add(entry["case"])
    if clashes:
        raise ClashError(clashes)
    return new


async def _rows(
    session: AsyncSession, rows: Mapping[str, Sequence[Mapping[str, Any]]]
) -> None:
    """Enter rows by table; one that is here must be the same, unless it changed since."""
    clashes: list[str] = []
    for name, table in TABLES.items():
        for values in rows.get(name, ()):
            key = [values[column] for column in _KEYS[name]]
            here = await session.get(table, key[0] if len(key) == 1 else tuple(key))
            if here is None:
                session.add(await _entered(session, table, values))
            elif name in {"party", "person"} and here.model_dump() != dict(values):
                clashes.append(f"{name} {' '.join(map(str, key))}: another stands here")
        await session.flush()
    if clashes:
        raise ClashError(clashes)


async def _entered(
    session: AsyncSession, table: type[SQLModel], values: Mapping[str, Any]
) -> SQLModel:
    """Return a row to enter; its answers are sealed with our key."""
    if "answers" not in values:
        return table.model_validate(dict(values))
    row = table.model_validate({**values, "answers": b""})
    # Nothing: of a version that was erased there.
    if (answers := values["answers"]) and isinstance(row, Case | Submission):
        row.answers = await sealed(session, row, orjson.loads(answers))
    return row


async def _fold(session: AsyncSession, new: Sequence[Proven]) -> None:
    """Enter the rows that follow from entries."""
    folded = Folded()
    folded.take(enumerate(one.body for one in new))
    here = {
        (row.case_number, row.party_id)
        for row in (await session.exec(select(CaseParty))).all()
    }
    for table, found in folded.rows().items():
        wanted = [row for row in found if row not in here] if table is CaseParty else found
        await bulk.enter(session, table, FOLDED[table], wanted)


async def _words(session: AsyncSession, words: Sequence[Word], new: Sequence[Proven]) -> None:
    """Keep the words of new entries, sealed with our keys."""
    entries = {one.place: read(one.body) for one in new}
    for word in words:
        if (entry := entries.get(word.index)) is None:
            continue
        event = entry["event"]
        named = event["kind"] == "person.entered"
        subject = str(event["person"] if named else entry["actor"]["person"])
        said = Said(word.path, word.value, word.salt, word.commitment)
        await write_words(session, (entry["proceeding"], entry["seq"]), subject, [said])


async def _appoint(session: AsyncSession) -> None:
    """Enter the roles that the entries tell of and nobody holds here yet."""
    rows = (await session.exec(select(Appointment))).all()
    here = {(row.person_id, row.party_id, row.role) for row in rows}
    for key, made in (await appointments(session)).items():
        if key not in here:
            person, party, role = key
            session.add(
                Appointment(
                    person_id=person,
                    party_id=party,
                    role=role,
                    category=made.category,
                    employer=made.employer,
                )
            )
    await session.flush()


async def _count(
    session: AsyncSession, rows: Mapping[str, Sequence[Mapping[str, Any]]]
) -> None:
    """Let no number that arrived be given again."""
    shorts = {row["id"]: row["short"] for row in rows.get("party", ())}
    taken: dict[str, int] = {}
    for row in rows.get("case", ()):
        begins, serial = str(row["number"]).rsplit("-", 1)
        taken[f"case/{begins}"] = max(int(serial), taken.get(f"case/{begins}", 0))
    for row in rows.get("paper_number", ()):
        series = str(row["series"]).removeprefix(shorts.get(row["party_id"], ""))
        name = f"paper/{row['party_id']}/{series}/{row['year']}"
        taken[name] = max(int(row["serial"]), taken.get(name, 0))
    for name, value in taken.items():
        await raise_to(session, name, max(value, await last_value(session, name)))
