"""Look at when entries happened and were recorded: nothing comes from a time to come."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import moment

_APART: Final = timedelta(minutes=5)
"""How far the clocks of two machines may be apart."""
_DOUBTFUL: Final = text(
    'SELECT "index", at, recorded_at, before FROM (SELECT "index", at, recorded_at, '
    'COALESCE(MAX(recorded_at) OVER (ORDER BY "index" '
    "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), '') AS before FROM event) AS seen "
    "WHERE at > :limit OR recorded_at > :limit OR recorded_at < at OR recorded_at < before "
    'ORDER BY "index"'
)


async def misdated(session: AsyncSession, now: datetime) -> list[str]:
    """Return the entries of a time to come, or recorded before they happened or out of order.

    The trail stands in the order of recording; its moments are in no bytes that are hashed.
    """
    limit = moment(now + _APART)
    connection = await session.connection()
    rows = (await connection.execute(_DOUBTFUL, {"limit": limit})).all()
    told = ((index, _why(*times, limit=limit)) for index, *times in rows)
    return [f"entry {index}: {why}" for index, why in told if why]


def _why(at: str, recorded: str, before: str, *, limit: str) -> str:
    if max(at, recorded) > limit:
        return f"it is of {max(at, recorded)}, which is to come"
    if _earlier(recorded, at):
        return f"it was recorded at {recorded}, before it happened"
    if _earlier(recorded, before):
        return f"it was recorded at {recorded}, before those before it"
    return ""


def _earlier(one: str, other: str) -> bool:
    """Tell whether a moment is earlier than another by more than clocks may be apart."""
    if one >= other:
        return False
    try:
        return datetime.fromisoformat(other) - datetime.fromisoformat(one) > _APART
    except (ValueError, TypeError):
        return True  # it is no moment at all
