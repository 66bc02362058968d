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
    "LAG(recorded_at, 1, '') OVER (ORDER BY \"index\") AS before FROM event) AS seen "
    "WHERE at > :limit OR recorded_at > :limit OR recorded_at < at OR recorded_at < before "
    'ORDER BY "index"'
)


async def misdated(session: AsyncSession, now: datetime) -> tuple[list[str], list[str]]:
    """Return the entries of a time to come, and those that a wrong clock dated.

    The second prove nothing: when an entry was recorded is in no bytes that are hashed, and a
    clock that once was wrong leaves them behind for good.
    """
    limit = moment(now + _APART)
    connection = await session.connection()
    rows = (await connection.execute(_DOUBTFUL, {"limit": limit})).all()
    ahead = [f"entry {index}: of a time to come" for index, *t in rows if max(t[:2]) > limit]
    told = ((index, _why(*times)) for index, *times in rows if max(times[:2]) <= limit)
    return ahead, [f"entry {index}: {why}" for index, why in told if why]


def _why(at: str, recorded: str, before: str) -> str:
    if _earlier(recorded, at):
        return f"recorded at {recorded}, before it happened"
    if _earlier(recorded, before):
        return f"recorded at {recorded}, before the one before it"
    return ""


def _earlier(one: str, other: str) -> bool:
    """Tell whether a moment is earlier than another by more than clocks may be apart."""
    if one >= other:
        return False
    try:
        return datetime.fromisoformat(other) - datetime.fromisoformat(one) > _APART
    except (ValueError, TypeError):
        return True  # it is no moment at all
