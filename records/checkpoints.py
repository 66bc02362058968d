"""Publish signed checkpoints, and check the whole trail against them."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.checkpoint import Checkpoint, CheckpointError, open_note, sign
from audit.event import moment
from audit.verify import Chunk, Report, sequences, verify
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
    head = await trail.head(session)
    kept = await session.get(CheckpointRow, head.size)
    if kept is None:
        note = sign(Checkpoint(origin, head.size, head.root()), key)
        # Of two that publish at once, one writes; both say the same of the same tree.
        connection = await session.connection()
        row = {"size": head.size, "note": note, "made_at": moment(now)}
        await connection.execute(_KEEP, row)
        return note
    return kept.note


async def verify_trail(session: AsyncSession, origin: str, key: Ed25519PublicKey) -> Report:
    """Verify all of the trail: tree, checkpoints and their signatures, rows, sequences."""
    signed: list[Checkpoint] = []
    faults: list[str] = []
    for row in await trail.checkpoints(session):
        try:
            signed.append(open_note(row.note, origin, key))
        except CheckpointError as error:
            faults.append(f"checkpoint of {row.size} entries: {error}")
    chunks: list[Chunk] = [chunk async for chunk in trail.chunks(session)]
    report = verify(chunks, signed)
    head = await trail.head(session)
    if (head.size, head.root()) != (report.size, report.root):
        report.faults.append("the stored edge of the tree is not that of the entries")
    report.faults += [*faults, *sequences(await trail.places(session))]
    return report
