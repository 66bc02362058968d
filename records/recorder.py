"""Write one recording: events, rows and notices in one transaction, once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import Entry, moment, read
from cases.clocks import PaperIssued
from cases.ethics_review.events import Decided
from cases.ethics_review.state import Outcome
from cases.filing import FilingRecorded
from cases.notices import notices
from cases.procedures import AnyEvent, Procedure, procedure_of
from cases.proceeding import State, evolve
from cases.recording import Receipt, Recorded, Recording
from law.words import Words
from records import trail
from records.errors import NumberTakenError, SequenceError
from records.tables import (
    Case,
    CaseParty,
    Event,
    FilingNumber,
    Notice,
    Paper,
    Payload,
    Proceeding,
)

_any_event: Any = AnyEvent  # a union of classes, not a class
EVENT: Final[TypeAdapter[AnyEvent]] = TypeAdapter(_any_event)


@dataclass(frozen=True, slots=True)
class _Step:
    """One event with its place and the state after it."""

    seq: int
    event: AnyEvent
    state: State


@cache
def state_adapter(procedure: str) -> TypeAdapter[Any]:
    """Return what reads and writes the state of a procedure."""
    return TypeAdapter(procedure_of(f"{procedure}/").state)  # type: ignore[maybe-unrecognized-str-typeform] # a class, not a form


async def record(session: AsyncSession, recording: Recording, wall: datetime) -> Recorded:
    """Write the events of one act and all that follows from them in the rows.

    Safe to repeat: the same recording again answers with what was written.

    Raises:
        SequenceError: Another recording stands at its place, or a gap would come before it.
        NumberTakenError: It records a filing number that another filing bears.
    """
    if written := await _written(session, recording):
        return written
    procedure = procedure_of(recording.proceeding)
    row = await session.get(Proceeding, recording.proceeding)
    if recording.first != (row.seq if row else 0) + 1:
        raise SequenceError(f"{recording.proceeding}: {recording.first} leaves a gap")
    steps = _fold(procedure, row, recording)
    await _append(session, recording, wall)
    await _payloads(session, recording)
    await _project(session, procedure, row, (recording, steps))
    await _tell(session, recording, steps)
    await session.flush()
    return Recorded(receipt=_receipt(recording), events=recording.events)


async def _written(session: AsyncSession, recording: Recording) -> Recorded | None:
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
        return None
    if {row.request for row in rows} != {recording.request}:
        raise SequenceError(f"{recording.proceeding} {recording.first} is taken")
    return Recorded(receipt=_receipt(recording), events=tuple(event_of(row) for row in rows))


def event_of(row: Event) -> AnyEvent:
    """Return the event that a trail entry holds."""
    return EVENT.validate_python(read(row.body)["event"])


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


def _fold(
    procedure: Procedure, row: Proceeding | None, recording: Recording
) -> tuple[_Step, ...]:
    if row is None:
        first: Any = recording.events[0]
        state = procedure.begin(first.opening)
    else:
        state = state_adapter(procedure.name).validate_json(row.state)
    steps: list[_Step] = []
    for seq, event in enumerate(recording.events, start=recording.first):
        state = evolve(state, event)
        steps.append(_Step(seq, event, state))
    return tuple(steps)


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


async def _payloads(session: AsyncSession, recording: Recording) -> None:
    if recording.payloads:
        rows = [
            {**asdict(p), "proceeding": recording.proceeding, "seq": recording.first}
            for p in recording.payloads
        ]
        await session.exec(insert(Payload), params=rows)


async def _project(
    session: AsyncSession,
    procedure: Procedure,
    row: Proceeding | None,
    written: tuple[Recording, Sequence[_Step]],
) -> None:
    recording, steps = written
    last, at = steps[-1], moment(recording.at)
    if row is None:
        row = Proceeding(
            id=recording.proceeding,
            case_number=recording.case,
            procedure=procedure.name,
            ordinal=int(recording.proceeding.rsplit("/", 1)[1]),
            stage="",
            seq=0,
            state="",
            opened_at=at,
            changed_at=at,
        )
        await _admit(session, recording.case, last.state)
    row.seq, row.stage, row.changed_at = last.seq, str(last.state.stage), at
    row.state = state_adapter(procedure.name).dump_json(last.state).decode()
    if row.stage in procedure.closed and row.closed_at is None:
        row.closed_at = at
    session.add(row)
    for step in steps:
        if isinstance(step.event, FilingRecorded):
            await _take_number(session, recording.proceeding, step.event.number)
        elif isinstance(step.event, PaperIssued):
            _file_paper(session, recording, step.event)
        elif isinstance(step.event, Decided) and step.event.outcome is Outcome.RE_REVIEW:
            await _reopen_draft(session, recording.case)


async def _reopen_draft(session: AsyncSession, number: str) -> None:
    """Let the applicant modify and submit a new version for the next round."""
    case = await session.get_one(Case, number)
    case.stage, case.signed_off, case.version = "draft", "", case.version + 1
    session.add(case)


def _file_paper(session: AsyncSession, recording: Recording, issued: PaperIssued) -> None:
    session.add(
        Paper(
            sha256=issued.paper.sha256,
            case_number=recording.case,
            proceeding=recording.proceeding,
            template=issued.paper.template,
            number=issued.paper.number,
            issued_at=moment(recording.at),
        )
    )


async def _admit(session: AsyncSession, case: str, state: Any) -> None:
    """Open the case's wall to the parties that the proceeding concerns."""
    for name in ("institution", "committee", "organiser", "authority"):
        party = getattr(state.opening, name, None)
        if party and await session.get(CaseParty, (case, party)) is None:
            session.add(CaseParty(case_number=case, party_id=party))


async def _take_number(session: AsyncSession, proceeding: str, number: str) -> None:
    try:
        async with session.begin_nested():
            session.add(FilingNumber(number=number, proceeding=proceeding))
    except IntegrityError:
        raise NumberTakenError(
            Words(f"编号 {number} 已经发给其他备案", f"{number} belongs to another filing")
        ) from None


async def _tell(session: AsyncSession, recording: Recording, steps: Sequence[_Step]) -> None:
    at = moment(recording.at)
    rows = [
        {
            "recipient": notice.recipient,
            "topic": notice.topic,
            "case_number": recording.case,
            "proceeding": recording.proceeding,
            "seq": step.seq,
            "at": at,
        }
        for step in steps
        for notice in notices(step.state, step.event)
    ]
    if rows:
        await session.exec(insert(Notice), params=rows)
