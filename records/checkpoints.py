"""Publish signed checkpoints of the trail."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.checkpoint import Checkpoint, sign
from audit.event import moment
from records import trail
from records.tables import Checkpoint as CheckpointRow

_KEEP = text(
    "INSERT INTO checkpoint (size, note, made_at) VALUES (:size, :note, :made_at) "
    "ON CONFLICT (size) DO NOTHING"
)


async def publish(
    session: AsyncSession, origin: str, key: Ed25519PrivateKey, now: datetime
) -> str:
    """Return the signed note of the trail as it stands; one note for each size is kept."""
    kept = await newest(session)
    if kept is None:
        head = await trail.head(session)
        note = sign(Checkpoint(origin, head.size, head.root()), key)
        # Of two that publish at once, one writes; both say the same of the same tree.
        connection = await session.connection()
        row = {"size": head.size, "note": note, "made_at": moment(now)}
        await connection.execute(_KEEP, row)
        return note
    return kept


async def newest(session: AsyncSession) -> str | None:
    """Return the signed note of the trail as it stands, if there is one already."""
    head = await trail.head(session)
    kept = await session.get(CheckpointRow, head.size)
    return None if kept is None else kept.note
