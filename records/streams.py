"""Append to a row of the trail that is no proceeding: a case's own, a body's, a person's."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import Entry
from cases.procedures import DraftEvent
from cases.proceeding import Actor
from cases.registry import RegistryEvent
from records import trail
from records.tables import Event


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Who writes, when, under which policy, and the request that makes it count once."""

    actor: Actor
    at: datetime
    policy: str
    request: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """A row of the trail: its id, and the case it is about; of none, empty."""

    id: str
    case: str = ""


async def append(
    session: AsyncSession, stream: Stream, event: DraftEvent | RegistryEvent, hand: Hand
) -> int:
    """Append an event, and return its place in the stream."""
    await trail.lock(session)  # two that write to one stream come one after the other
    # Clocks of two machines differ, and who waited for the lock is late: no time goes back.
    last = select(func.max(Event.seq), func.max(Event.at)).where(
        col(Event.proceeding) == stream.id
    )
    before, latest = (await session.exec(last)).one()
    seq = (before or 0) + 1
    at = max(hand.at, datetime.fromisoformat(latest)) if latest else hand.at
    entry = Entry(
        case=stream.case,
        proceeding=stream.id,
        seq=seq,
        at=at,
        actor=asdict(hand.actor),
        request=hand.request,
        policy=hand.policy,
        event=event,
    )
    await trail.append(session, trail.Appended([entry], hand.digest, hand.at))
    return seq
