"""Enter rows of lists in the register, and take them back: one writer at a time."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from lists.entry import Entry
from lists.official import Listed
from records.register.batch import Batch, Source
from records.register.entities import Entities
from records.register.tables import ListRow, RegisteredFiling

_AT_ONCE: Final = 1000
_LOCK: Final = text("SELECT pg_advisory_xact_lock(20260115)")


async def lock(session: AsyncSession) -> None:
    """Be the register's one writer until the transaction ends; the first thing it does."""
    if (connection := await session.connection()).dialect.name != "sqlite":
        await connection.execute(_LOCK)  # on SQLite, writers queue anyway


async def enter(
    session: AsyncSession, source: Source, rows: Sequence[tuple[str, Listed]]
) -> None:
    """Enter some data rows, each with its place, in the writer's transaction.

    Places that are entered already stay as they are, so that it is safe to repeat.
    """
    await lock(session)
    done = select(ListRow.place).where(ListRow.file == source.file)
    entered = set(await session.exec(done.where(col(ListRow.place).in_([p for p, _ in rows]))))
    fresh = [(place, listed) for place, listed in rows if place not in entered]
    batch = Batch(session, source)
    await batch.load([x.found for _, x in fresh if isinstance(x.found, Entry)])
    for place, listed in fresh:
        batch.enter(place, listed)
    await batch.close()


async def forget(session: AsyncSession, file: str) -> None:
    """Take back a list that was read wrongly, before it is read again."""
    await lock(session)
    filings = select(ListRow.filing).where(ListRow.file == file)
    told = select(RegisteredFiling.number).where(col(RegisteredFiling.id).in_(filings))
    numbers = sorted(set(await session.exec(told)))
    for first in range(0, len(numbers), _AT_ONCE):
        some = numbers[first : first + _AT_ONCE]
        await Batch(session, Source(file, "", "")).forget(file, some)
    await session.exec(delete(ListRow).where(col(ListRow.file) == file))  # what named none
    await Entities(session).drop_empty()
