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


_RAISE = text(
    "INSERT INTO counter (name, value) VALUES (:name, :value) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


async def last_value(session: AsyncSession, name: str) -> int:
    """Return the last value taken of a counter; 0 before the first."""
    asked = text("SELECT value FROM counter WHERE name = :name")
    found = (await (await session.connection()).execute(asked, {"name": name})).scalar()
    return found or 0


async def raise_to(session: AsyncSession, name: str, value: int) -> None:
    """Note that all values up to one are taken; the caller keeps other writers away."""
    await (await session.connection()).execute(_RAISE, {"name": name, "value": value})
