"""Publish signed checkpoints, and check the whole trail against them."""

from collections.abc import Set as AbstractSet
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.checkpoint import Checkpoint, CheckpointError, open_note, sign
from audit.event import moment
from audit.verify import Chunk, Columns, Places, Report, Verifier
from cases.text import commitment
from records import trail
from records.tables import Checkpoint as CheckpointRow
from records.tables import Event, Paper, Payload

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
    """Verify all of the trail, and the rows that stand beside it.

    Tree, checkpoints and their signatures, each row against its bytes, each proceeding's
    count, words against their commitments, papers against the entries that issued them.
    `session` must see one moment: `Database.snapshot`.
    """
    signed: list[Checkpoint] = []
    faults: list[str] = []
    for kept in await trail.checkpoints(session):
        try:
            signed.append(open_note(kept.note, origin, key))
        except CheckpointError as error:
            faults.append(f"checkpoint of {kept.size} entries: {error}")
    head = await trail.head(session)
    verifier, places = Verifier(signed), Places()
    async for rows in trail.pages(session):
        leaves = [row.leaf for row in rows]
        verifier.take(Chunk(rows[0].index, [row.body for row in rows], leaves))
        for row in rows:
            places.take(_columns(row), row.body)
    report = verifier.report()
    if (head.size, head.root()) != (report.size, report.root):
        report.faults.append("the stored edge of the tree is not that of the entries")
    report.faults += [*faults, *places.faults]
    report.faults += await _words(session)
    report.faults += await _papers(session, places.papers)
    return report


def _columns(row: Event) -> Columns:
    return Columns(row.case_number, row.proceeding, row.seq, row.kind, row.at, row.request)


async def _words(session: AsyncSession) -> list[str]:
    """Return the words that are not those committed to; erased ones are no fault."""
    return [
        f"{row.proceeding} {row.seq}: the words of {row.path} are not those committed to"
        for row in (await session.exec(select(Payload))).all()
        if commitment(row.path, row.salt, row.value) != row.commitment
    ]


async def _papers(session: AsyncSession, issued: AbstractSet[tuple[str, str]]) -> list[str]:
    statement = select(Paper.proceeding, Paper.sha256)
    listed = set((await session.exec(statement)).all())
    return [
        *(f"{p}: no entry issued the paper {sha}" for p, sha in sorted(listed - issued)),
        *(f"{p}: the paper {sha} is missing" for p, sha in sorted(issued - listed)),
    ]
