"""Counters without gaps: a number is taken in the transaction that uses it."""

from sqlmodel.ext.asyncio.session import AsyncSession

from records.tables import Counter


async def next_value(session: AsyncSession, name: str) -> int:
    """Return the next value of a counter, from 1; other writers wait."""
    counter = await session.get(Counter, name, with_for_update=True)
    if counter is None:
        counter = Counter(name=name, value=0)
    counter.value += 1
    session.add(counter)
    await session.flush()
    return counter.value
