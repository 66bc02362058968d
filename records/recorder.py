"""Write one recording: events, rows and notices in one transaction, once."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import Entry, moment
from cases.recording import Receipt, Recorded, Recording, SequenceError
from records import trail
from records.folding import event_of
from records.projection import Place, advance, standing
from records.rows import Step, write
from records.tables import Event, Proceeding
from records.vault import write_words


async def record(session: AsyncSession, recording: Recording, wall: datetime) -> Recorded:
    """Write the events of one act and all that follows from them in the rows.

    Safe to repeat: the same recording again answers with what was written.

    Raises:
        SequenceError: Another recording stands at its place, or a gap would come before it.
        NumberTakenError: It records a filing number that another filing bears.
    """
    row = await session.get(Proceeding, recording.proceeding)
    if recording.first != (row.seq if row else 0) + 1:
        return await _written(session, recording)
    steps = _steps(row, recording)
    await _append(session, recording, wall)
    place = recording.proceeding, recording.first
    await write_words(session, place, recording.actor.person, recording.payloads)
    await write(session, row, steps)
    await session.flush()
    return Recorded(receipt=_receipt(recording), events=recording.events)


async def _written(session: AsyncSession, recording: Recording) -> Recorded:
    """Return what an earlier attempt wrote."""
    statement = (
        select(Event)
        .where(
            col(Event.proceeding) == recording.proceeding,
            col(Event.seq) >= recording.first,
            col(Event.seq) < recording.first + len(recording.events),
        )
        .order_by(col(Event.seq))
    )
    rows = (await session.exec(statement)).all()
    if not rows:
        raise SequenceError(f"{recording.proceeding}: {recording.first} leaves a gap")
    if {row.request for row in rows} != {recording.request}:
        raise SequenceError(f"{recording.proceeding} {recording.first} is taken")
    return Recorded(receipt=receipt_of(rows), events=tuple(event_of(row) for row in rows))


def receipt_of(rows: Sequence[Event]) -> Receipt:
    """Return the receipt of the act that left these entries."""
    last = rows[-1]
    return Receipt(
        proceeding=last.proceeding,
        request=last.request,
        digest=last.digest,
        seq=last.seq,
        kinds=tuple(row.kind for row in rows),
        at=datetime.fromisoformat(last.at),
    )


def _receipt(recording: Recording) -> Receipt:
    return Receipt(
        proceeding=recording.proceeding,
        request=recording.request,
        digest=recording.digest,
        seq=recording.first + len(recording.events) - 1,
        kinds=tuple(event.kind for event in recording.events),
        at=recording.at,
    )


def _steps(row: Proceeding | None, recording: Recording) -> list[Step]:
    """Return the events of an act, each with where it leaves the proceeding."""
    after, at = None if row is None else standing(row), moment(recording.at)
    steps: list[Step] = []
    for seq, event in enumerate(recording.events, start=recording.first):
        place = Place(recording.case, recording.proceeding, seq, at)
        after = advance(after, place, event)
        steps.append(Step(event, after))
    return steps


async def _append(session: AsyncSession, recording: Recording, wall: datetime) -> None:
    actor = asdict(recording.actor)
    entries = [
        Entry(
            case=recording.case,
            proceeding=recording.proceeding,
            seq=seq,
            at=recording.at,
            actor=actor,
            request=recording.request,
            policy=recording.policy,
            event=event,
        )
        for seq, event in enumerate(recording.events, start=recording.first)
    ]
    await trail.append(session, trail.Appended(entries, recording.digest, wall))
