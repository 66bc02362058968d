"""Erase words (PIPL, Art. 47): the words go, the trail says so, and nothing else moves."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read
from cases.dossier import Ground, PayloadErased
from law.words import Words
from records import trail
from records.access_tables import SubjectKey
from records.drafts import append_to_case, lock_case
from records.errors import NotFoundError
from records.streams import Hand, Stream, append
from records.tables import Attachment, Case, Event, Payload, Person

ERASED: Final = "（已删除 erased）"


async def erase(
    session: AsyncSession, case: str, commitments: Sequence[str], ground: Ground, hand: Hand
) -> int:
    """Erase the words behind commitments of a case; return how many were there still.

    The event that says so is written first, in the same transaction. What is erased already
    stays so, without another event.

    Raises:
        NotFoundError: A commitment is none of the case's words.
    """
    await lock_case(session, case)
    there = await _there(session, case)
    missing = [one for one in commitments if one not in there]
    if missing:
        raise NotFoundError(
            Words(
                f"{case} 没有这些文字：{'、'.join(missing)}",
                f"{case} holds no such words (or none any more): {', '.join(missing)}",
            )
        )
    if there:
        event = PayloadErased(commitments=tuple(commitments), ground=ground)
        await append_to_case(session, case, event, hand)
    for one in commitments:
        await _forget_name(session, case, there[one])
        await session.delete(there[one])
    return len(commitments)


async def forget(
    session: AsyncSession, person: str, ground: Ground, hand: Hand
) -> dict[str, int]:
    """Erase all words of a person, then their key; return how many there were by case.

    What stands in copies of the database is unreadable where the key is not among them. Words
    that others wrote of the person are erased by their commitments.
    """
    # As every writer does: first the cases, then the tree; then nobody writes any more.
    drafts = select(Case).where(col(Case.number).in_(await _cases_of(session, person)))
    locked = drafts.order_by(col(Case.number)).with_for_update(key_share=True)
    await session.exec(locked)
    await trail.lock(session)
    by_case = (
        select(Event.case_number, Payload.commitment)
        .join(
            Event,
            (col(Event.proceeding) == col(Payload.proceeding))
            & (col(Event.seq) == col(Payload.seq)),
        )
        .where(col(Payload.subject) == person)
        .order_by(col(Event.case_number), col(Payload.commitment))
    )
    theirs: dict[str, list[str]] = {}
    for case, one in (await session.exec(by_case)).all():
        theirs.setdefault(case, []).append(one)
    own = theirs.pop("", [])  # of no case: the name
    for case, commitments in theirs.items():
        request = f"{hand.request}/{case}"
        await erase(session, case, commitments, ground, replace(hand, request=request))
    if own:
        event = PayloadErased(commitments=tuple(own), ground=ground)
        await append(session, Stream(f"person/{person}"), event, hand)
        for commitment in own:
            await session.delete(await session.get_one(Payload, commitment))
    if (row := await session.get(Person, person)) is not None and row.name != ERASED:
        row.name, row.name_en = ERASED, ""
        session.add(row)
    if (key := await session.get(SubjectKey, person)) is not None:
        await session.delete(key)
    counted = theirs | ({"": own} if own else {})
    return {case: len(commitments) for case, commitments in counted.items()}


async def _cases_of(session: AsyncSession, person: str) -> list[str]:
    """Return the cases in which there are words of a person."""
    statement = (
        select(Event.case_number)
        .join(Payload, col(Event.proceeding) == col(Payload.proceeding))
        .where(col(Payload.subject) == person)
        .distinct()
    )
    return list((await session.exec(statement)).all())


async def _forget_name(session: AsyncSession, case: str, payload: Payload) -> None:
    """Forget an attachment's name where it is what is erased."""
    if payload.proceeding != f"case/{case}" or payload.path != "name":
        return
    attached = select(Event.body).where(
        col(Event.proceeding) == payload.proceeding, col(Event.seq) == payload.seq
    )
    sha256 = read((await session.exec(attached)).one())["event"]["sha256"]
    row = await session.get_one(Attachment, (case, sha256))
    row.name = ERASED
    session.add(row)


async def _there(session: AsyncSession, case: str) -> dict[str, Payload]:
    names = select(Event.proceeding).where(col(Event.case_number) == case).distinct()
    found = select(Payload).where(col(Payload.proceeding).in_(names))
    return {row.commitment: row for row in (await session.exec(found)).all()}
