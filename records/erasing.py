"""Erase words (PIPL, Art. 47): the words go, the trail says so, and nothing else moves."""

from collections.abc import Sequence
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from cases.dossier import Ground, PayloadErased
from law.words import Words
from records.drafts import Hand, append_to_case, lock_case
from records.errors import NotFoundError
from records.tables import Attachment, Event, Payload

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


async def _forget_name(session: AsyncSession, case: str, payload: Payload) -> None:
    """Forget an attachment's name where it is what is erased."""
    if payload.proceeding != f"case/{case}" or payload.path != "name":
        return
    statement = select(Attachment).where(
        col(Attachment.case_number) == case, col(Attachment.name) == payload.value
    )
    for row in (await session.exec(statement)).all():
        row.name = ERASED
        session.add(row)


async def _there(session: AsyncSession, case: str) -> dict[str, Payload]:
    names = select(Event.proceeding).where(col(Event.case_number) == case).distinct()
    found = select(Payload).where(col(Payload.proceeding).in_(names))
    return {row.commitment: row for row in (await session.exec(found)).all()}
