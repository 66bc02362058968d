"""Publish signed checkpoints of the trail."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.checkpoint import Checkpoint, sign
from audit.event import moment
from records import trail
from records.tables import Checkpoint as CheckpointRow
from records.tables import Cosignature

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


async def cosigned(session: AsyncSession, note: str) -> str:
    """Return a note with the lines of the witnesses who cosigned it."""
    size = int(note.split("\n")[1])
    statement = select(Cosignature.line).where(col(Cosignature.size) == size)
    lines = (await session.exec(statement.order_by(col(Cosignature.witness)))).all()
    return note + "".join(lines)


async def best(session: AsyncSession, reach: int) -> str | None:
    """Return the newest cosigned note of a tree that holds the entry `reach`; None: none."""
    statement = (
        select(CheckpointRow.note)
        .join(Cosignature, col(Cosignature.size) == col(CheckpointRow.size))
        .where(col(CheckpointRow.size) > reach)
        .order_by(col(CheckpointRow.size).desc())
        .limit(1)
    )
    note = (await session.exec(statement)).first()
    return None if note is None else await cosigned(session, note)


async def keep(session: AsyncSession, cosignature: Cosignature) -> None:
    """Keep a witness's line, unless a newer one of theirs is kept for that size."""
    row = await session.get(Cosignature, (cosignature.size, cosignature.witness))
    if row is None:
        session.add(cosignature)
        return
    if row.made_at < cosignature.made_at:
        row.line, row.made_at = cosignature.line, cosignature.made_at
        session.add(row)


async def newest(session: AsyncSession) -> str | None:
    """Return the signed note of the trail as it stands, if there is one already."""
    head = await trail.head(session)
    kept = await session.get(CheckpointRow, head.size)
    return None if kept is None else kept.note
