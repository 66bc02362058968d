"""Bring the rows to where the events leave them: standing, papers, numbers, notices."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import moment
from cases.clocks import PaperIssued
from cases.correction import Withdrawn
from cases.ethics_review.events import Decided
from cases.ethics_review.state import Outcome
from cases.filing import FilingRecorded
from cases.notices import notices
from cases.procedures import AnyEvent, Procedure
from cases.proceeding import Paper as IssuedPaper
from cases.proceeding import State
from cases.recording import Recording
from law.words import Words
from records.errors import NumberTakenError
from records.folding import state_adapter
from records.tables import Case, CaseParty, FilingNumber, Notice, Paper, Proceeding


@dataclass(frozen=True, slots=True)
class Step:
    """One event with its place and the state after it."""

    seq: int
    event: AnyEvent
    state: State


async def project(
    session: AsyncSession,
    procedure: Procedure,
    row: Proceeding | None,
    written: tuple[Recording, Sequence[Step]],
) -> None:
    """Bring the rows of a case to where the last of the steps leaves them.

    Raises:
        NumberTakenError: A step records a filing number that another filing bears.
    """
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
    if row.stage != last.state.stage:  # since when it is with whom it is
        row.stage, row.changed_at = str(last.state.stage), at
    row.seq = last.seq
    row.state = state_adapter(procedure.name).dump_json(last.state).decode()
    if row.stage in procedure.closed and row.closed_at is None:
        row.closed_at = at
    session.add(row)
    for step in steps:
        await _follow(session, recording, step.event)


async def _follow(session: AsyncSession, recording: Recording, event: AnyEvent) -> None:
    """Bring the rows beside the proceeding's to where an event leaves them."""
    if isinstance(event, FilingRecorded):
        await _take_number(session, recording.proceeding, event.number)
    elif isinstance(event, PaperIssued):
        await _file_paper(session, recording, event.paper)
    elif isinstance(event, Withdrawn):
        old = await session.get_one(Paper, event.opening.paper.sha256)
        old.withdrawn_at = moment(recording.at)
        session.add(old)
    elif isinstance(event, Decided) and event.outcome is Outcome.RE_REVIEW:
        await _reopen_draft(session, recording.case)


async def _reopen_draft(session: AsyncSession, number: str) -> None:
    """Let the applicant modify and submit a new version for the next round."""
    case = await session.get_one(Case, number)
    case.stage, case.signed_off, case.version = "draft", "", case.version + 1
    session.add(case)


async def _file_paper(
    session: AsyncSession, recording: Recording, issued: IssuedPaper
) -> None:
    session.add(
        Paper(
            sha256=issued.sha256,
            case_number=recording.case,
            proceeding=recording.proceeding,
            template=issued.template,
            number=issued.number,
            issued_at=moment(recording.at),
            version=issued.version,
            of=issued.of or recording.proceeding,
        )
    )
    if issued.replaces:
        old = await session.get_one(Paper, issued.replaces)
        old.replaced_by = issued.sha256
        session.add(old)


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


async def tell(session: AsyncSession, recording: Recording, steps: Sequence[Step]) -> None:
    """Put what the steps must tell people into the outbox."""
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
