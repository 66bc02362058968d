"""Erase words (PIPL, Art. 47): the words go, the trail says so, and nothing else moves."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from cases.dossier import Ground, PayloadErased
from law.words import Words
from records.access_tables import SubjectKey
from records.drafts import append_to_case, lock_case
from records.errors import NotFoundError
from records.streams import Hand, Stream, append
from records.tables import Attachment, Event, Payload, Person
from records.vault import read_words

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
        row = await session.get_one(Person, person)
        row.name, row.name_en = ERASED, ""
        session.add(row)
    if (key := await session.get(SubjectKey, person)) is not None:
        await session.delete(key)
    counted = theirs | ({"": own} if own else {})
    return {case: len(commitments) for case, commitments in counted.items()}


async def _forget_name(session: AsyncSession, case: str, payload: Payload) -> None:
    """Forget an attachment's name where it is what is erased."""
    if payload.proceeding != f"case/{case}" or payload.path != "name":
        return
    said = (await read_words(session, [payload])).get(payload.commitment)
    statement = select(Attachment).where(
        col(Attachment.case_number) == case, col(Attachment.name) == (said and said.value)
    )
    for row in (await session.exec(statement)).all():
        row.name = ERASED
        session.add(row)


async def _there(session: AsyncSession, case: str) -> dict[str, Payload]:
    names = select(Event.proceeding).where(col(Event.case_number) == case).distinct()
    found = select(Payload).where(col(Payload.proceeding).in_(names))
    return {row.commitment: row for row in (await session.exec(found)).all()}
