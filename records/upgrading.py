"""Bring a database up: its schema, what lay in the open, what was told of nowhere."""

import asyncio
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from cases.proceeding import SYSTEM
from records.access_tables import Token
from records.database import Database
from records.migrate import upgrade
from records.registry import appoint, enter_party, enter_person, tell_token
from records.sealed_answers import seal_old_answers
from records.streams import Hand
from records.tables import Appointment, Event, Party, Person
from records.vault import seal_old


async def bring_up(url: str, key: bytes, now: datetime) -> None:
    """Run missing migrations, seal what lay open, tell of old people. Repeatable."""
    await asyncio.to_thread(upgrade, url)
    database = Database(url, key)
    try:
        async with database.writing() as session:
            await seal_old(session)
            await seal_old_answers(session)
            await _tell(session, now)
    finally:
        await database.close()


async def _tell(session: AsyncSession, now: datetime) -> None:
    """Enter what a trail of before does not tell: bodies, people, roles, tokens.

    Only where it tells of no body at all: a row that somebody adds later stays a fault.
    """
    told = select(Event.index).where(col(Event.kind) == "party.entered").limit(1)
    if (await session.exec(told)).first() is not None:
        return
    hand = Hand(actor=SYSTEM, at=now, policy="", request="upgrade/registry")
    for party in (await session.exec(select(Party).order_by(col(Party.id)))).all():
        await enter_party(session, party, hand)
    for person in (await session.exec(select(Person).order_by(col(Person.id)))).all():
        await enter_person(session, person, hand)
    for made in (await session.exec(select(Appointment).order_by(col(Appointment.id)))).all():
        await appoint(session, made, hand)
    for token in (await session.exec(select(Token).order_by(col(Token.sha256)))).all():
        await tell_token(session, token, hand)
