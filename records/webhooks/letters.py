"""Keep what could not be delivered, until somebody has it sent again."""

from collections.abc import Sequence

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from law.words import Words
from records.errors import NotFoundError
from records.tables import Moment
from records.webhooks.tables import DeadLetter, Webhook


async def lay(session: AsyncSession, letter: DeadLetter) -> None:
    """Keep a dead letter; a later one of the same entry counts the attempts on.

    Nothing is kept for a webhook that was removed meanwhile.
    """
    if await session.get(Webhook, letter.webhook_id) is None:
        return
    place = (letter.webhook_id, letter.index)
    before = await session.get(DeadLetter, place)
    if before is None:
        session.add(letter)
    elif before.at != letter.at:  # the same one again counts once
        before.attempts += letter.attempts
        before.code, before.status, before.at = letter.code, letter.status, letter.at


async def of_webhook(
    session: AsyncSession, webhook: str, after: int, limit: int
) -> Sequence[DeadLetter]:
    """Return a page of dead letters by index, after one."""
    statement = (
        select(DeadLetter)
        .where(col(DeadLetter.webhook_id) == webhook, col(DeadLetter.index) > after)
        .order_by(col(DeadLetter.index))
        .limit(limit)
    )
    return (await session.exec(statement)).all()


async def one(session: AsyncSession, webhook: str, index: int) -> DeadLetter:
    """Return a dead letter.

    Raises:
        NotFoundError: That entry is none.
    """
    row = await session.get(DeadLetter, (webhook, index))
    if row is None:
        raise NotFoundError(Words("没有该未送达事件", "no such entry is a dead letter"))
    return row


async def redelivered(session: AsyncSession, webhook: str, index: int, at: Moment) -> None:
    """Note that a dead letter was delivered after all."""
    own = (col(DeadLetter.webhook_id) == webhook, col(DeadLetter.index) == index)
    await session.exec(update(DeadLetter).where(*own).values(redelivered_at=at))
