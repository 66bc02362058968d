"""Counters without gaps: a number is taken in the transaction that uses it."""

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

_NEXT = text(
    "INSERT INTO counter (name, value) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
)


async def next_value(session: AsyncSession, name: str) -> int:
    """Return the next value of a counter, from 1; other writers wait."""
    connection = await session.connection()
    value: int = (await connection.execute(_NEXT, {"name": name})).scalar_one()
    return value
