"""Read cases and proceedings, through the wall of the one who asks."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from law.words import Words
from policies.relations import Person, Subject
from records.errors import NotFoundError
from records.tables import Case, CaseParty, Event, Notice, Paper, Proceeding


def _within(person: Person) -> ColumnElement[bool]:
    """Return the wall: cases that concern the person's party, or lie in its jurisdiction."""
    concerns = (
        select(CaseParty.case_number)
        .where(
            col(CaseParty.case_number) == col(Case.number),
            col(CaseParty.party_id) == person.party,
        )
        .exists()
    )
    if "regulator" in person.roles and person.division:
        prefix = person.division.rstrip("0")
        prefix += "0" * (len(prefix) % 2)
        return or_(concerns, col(Case.division).startswith(prefix))
    return concerns


async def case_within(session: AsyncSession, person: Person, number: str) -> Case:
    """Return a case the person's party is concerned with.

    Raises:
        NotFoundError: No such case, or one behind the wall: the two look alike.
    """
    statement = select(Case).where(col(Case.number) == number, _within(person))
    case = (await session.exec(statement)).one_or_none()
    if case is None:
        raise NotFoundError(Words(f"没有案件 {number}", f"there is no case {number}"))
    return case


async def cases_within(
    session: AsyncSession, person: Person, after: str, limit: int
) -> Sequence[Case]:
    """Return a page of cases by number, after one."""
    statement = (
        select(Case)
        .where(col(Case.number) > after, _within(person))
        .order_by(col(Case.number))
        .limit(limit)
    )
    return (await session.exec(statement)).all()


async def entries_within(
    session: AsyncSession, person: Person, after: int, limit: int
) -> Sequence[Event]:
    """Return a page of the trail's entries on cases within the wall, after an index."""
    statement = (
        select(Event)
        .join(Case, col(Case.number) == col(Event.case_number))
        .where(col(Event.index) > after, _within(person))
        .order_by(col(Event.index))
        .limit(limit)
    )
    return (await session.exec(statement)).all()


async def proceedings(session: AsyncSession, number: str) -> Sequence[Proceeding]:
    """Return the proceedings of a case in the order they were opened."""
    statement = (
        select(Proceeding)
        .where(col(Proceeding.case_number) == number)
        .order_by(col(Proceeding.opened_at), col(Proceeding.id))
    )
    return (await session.exec(statement)).all()


def due_on(row: Proceeding) -> str | None:
    """Return the last day of the first clock of a proceeding that still runs."""
    clocks: list[dict[str, Any]] = orjson.loads(row.state)["clocks"]
    return next((clock["due_on"] for clock in clocks if clock["stopped_at"] is None), None)


def subject(case: Case, rows: Sequence[Proceeding]) -> Subject:
    """Return what relations speak of; of several proceedings of a kind, the newest."""
    states: dict[str, Any] = {row.procedure: orjson.loads(row.state) for row in rows}
    return Subject(
        stage=case.stage,
        applicant=case.applicant,
        institution=case.institution,
        committee=case.committee,
        division=case.division,
        states=states,
    )


async def papers(session: AsyncSession, number: str) -> Sequence[Paper]:
    """Return the papers of a case, oldest first."""
    statement = (
        select(Paper).where(col(Paper.case_number) == number).order_by(col(Paper.issued_at))
    )
    return (await session.exec(statement)).all()


async def inbox(
    session: AsyncSession, recipients: Sequence[str], before: int | None, limit: int
) -> Sequence[Notice]:
    """Return a page of notices to any of the recipients, newest first, before an id."""
    statement = select(Notice).where(col(Notice.recipient).in_(recipients))
    if before is not None:
        statement = statement.where(col(Notice.id) < before)
    statement = statement.order_by(col(Notice.id).desc()).limit(limit)
    return (await session.exec(statement)).all()


async def acted(session: AsyncSession, request: str) -> Sequence[Event]:
    """Return the entries an act left, by its request id; none when it was never recorded."""
    statement = select(Event).where(col(Event.request) == request).order_by(col(Event.seq))
    return (await session.exec(statement)).all()
