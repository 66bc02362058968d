"""Publish signed checkpoints of the trail."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.checkpoint import Checkpoint, read_body, sign
from audit.event import moment
from audit.witness import ForkError, demand_growth
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
    """Return the signed note of the trail as it stands; one note for each size is kept.

    Raises:
        ForkError: The trail does not extend what was signed last: it was tampered with, and
            what signs for it does not sign that. `trail verify` tells more.
    """
    kept = await newest(session)
    if kept is None:
        head = await trail.head(session)
        checkpoint = Checkpoint(origin, head.size, head.root())
        await _demand_growth(session, checkpoint)
        note = sign(checkpoint, key)
        # Of two that publish at once, one writes; both say the same of the same tree.
        connection = await session.connection()
        row = {"size": head.size, "note": note, "made_at": moment(now)}
        await connection.execute(_KEEP, row)
        return note
    return kept


async def _demand_growth(session: AsyncSession, new: Checkpoint) -> None:
    statement = select(CheckpointRow.note).order_by(col(CheckpointRow.size).desc()).limit(1)
    last = (await session.exec(statement)).first()
    if last is None:
        return
    old = read_body(last, last.split("\n", 1)[0])  # the log may have had another name
    proof: tuple[bytes, ...] = ()
    if 0 < old.size < new.size:
        try:
            proof = await trail.consistency(session, old.size, new.size)
        except KeyError:  # hashes it takes are gone
            raise ForkError(f"the tree of {new.size} is not whole") from None
    demand_growth(old, new, proof)


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
