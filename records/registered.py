"""What the trail tells of bodies, people and appointments, and whether the rows agree."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import chain
from typing import Any, Final

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read
from cases.registry import Appointed, PartyEntered
from records.access_tables import Policy, Token
from records.kept_words import holding
from records.tables import Appointment, Event, Moment, Party, Payload, Person
from records.vault import read_words

TOLD: Final = 16
"""Hex digits of a token's SHA-256 that entries tell."""


def particulars(party: Party) -> str:
    """Return the SHA-256 of everything that is known of a body."""
    return sha256(orjson.dumps(party.model_dump(), option=orjson.OPT_SORT_KEYS)).hexdigest()


async def newest(
    session: AsyncSession, stream: str, kind: str, at: Moment | None = None
) -> Mapping[str, Any] | None:
    """Return the newest event of a kind in a stream, up to a moment; None: none."""
    statement = select(Event.body).where(
        col(Event.proceeding) == stream, col(Event.kind) == kind
    )
    if at is not None:
        statement = statement.where(col(Event.at) <= at)
    body = (await session.exec(statement.order_by(col(Event.seq).desc()).limit(1))).first()
    return None if body is None else read(body)["event"]


async def appointments(
    session: AsyncSession, party: str | None = None, at: Moment | None = None
) -> dict[tuple[str, str, str], Appointed]:
    """Return the roles held in a body, or in all, at a moment, as the entries tell."""
    kinds = ("appointment.made", "appointment.ended")
    statement = select(Event.body).where(col(Event.kind).in_(kinds))
    if party is not None:
        statement = statement.where(col(Event.proceeding) == f"party/{party}")
    if at is not None:
        statement = statement.where(col(Event.at) <= at)
    held: dict[tuple[str, str, str], Appointed] = {}
    for body in (await session.exec(statement.order_by(col(Event.index)))).all():
        event = read(body)["event"]
        key = event["person"], event["party"], event["role"]
        if event["kind"] == "appointment.made":
            held[key] = Appointed(**event)
        else:
            held.pop(key, None)
    return held


async def differing(session: AsyncSession) -> list[str]:
    """Return the rows of bodies, people and appointments that are not as the entries tell."""
    told = await appointments(session)
    rows = {
        (row.person_id, row.party_id, row.role): Appointed(
            person=row.person_id,
            party=row.party_id,
            role=row.role,
            category=row.category,
            employer=row.employer,
        )
        for row in (await session.exec(select(Appointment))).all()
    }
    faults = [
        f"{' '.join(key)}: the appointment is not as the entries tell"
        for key in sorted(told.keys() | rows.keys())
        if told.get(key) != rows.get(key)
    ]
    found = [await _parties(session), await _people(session), await _tokens(session)]
    return [*faults, *chain.from_iterable(found), *await _policies(session)]


async def _parties(session: AsyncSession) -> list[str]:
    told = {name: event.content for name, event in (await parties(session)).items()}
    rows = {row.id: particulars(row) for row in (await session.exec(select(Party))).all()}
    return [
        f"{party}: the body is not as the entries tell"
        for party in sorted(told.keys() | rows.keys())
        if told.get(party) != rows.get(party)
    ]


async def _people(session: AsyncSession) -> list[str]:
    told = {e["person"]: e["name"] for e in await _events(session, "person.entered")}
    rows = {row.id: row.name for row in (await session.exec(select(Person))).all()}
    # Words that are not those committed to are told of where words are compared.
    names = await _names(session)
    held = await holding(session, names)
    words = await read_words(session, [row for row in names if row.commitment in held])
    return [
        f"{person}: the person is not as the entries tell"
        for person in sorted(told.keys() | rows.keys())
        if person not in told
        or person not in rows
        or (told[person] in words and words[told[person]].value != rows[person])
    ]


async def parties(session: AsyncSession, at: Moment | None = None) -> dict[str, PartyEntered]:
    """Return the bodies there were at a moment, as the entries tell; by default, now."""
    found = await _events(session, "party.entered", at)
    return {event["party"]: PartyEntered(**event) for event in found}


async def _tokens(session: AsyncSession) -> list[str]:
    events = await _events(session, "token.issued")
    told = {(e["person"], e["party"], e["token"], e["expires_at"]) for e in events}
    return [
        f"{row.person_id} {row.party_id}: no entry tells of this token"
        for row in (await session.exec(select(Token))).all()
        if (row.person_id, row.party_id, row.sha256[:TOLD], row.expires_at) not in told
    ]


async def _policies(session: AsyncSession) -> list[str]:
    return [
        f"policy {row.hash}: its rows are others"
        for row in (await session.exec(select(Policy))).all()
        if sha256(row.rows.encode()).hexdigest() != row.hash
    ]


async def _events(
    session: AsyncSession, kind: str, at: Moment | None = None
) -> list[dict[str, Any]]:
    statement = select(Event.body).where(col(Event.kind) == kind)
    if at is not None:
        statement = statement.where(col(Event.at) <= at)
    bodies = (await session.exec(statement.order_by(col(Event.index)))).all()
    return [read(body)["event"] for body in bodies]


async def _names(session: AsyncSession) -> Sequence[Payload]:
    statement = select(Payload).where(
        col(Payload.proceeding).startswith("person/"), col(Payload.path) == "name"
    )
    return (await session.exec(statement)).all()
