"""Judge what others signed of the trail, by keys and roots that lie beside the database."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.notes import Verifier, cosignatures
from documents.pki import DevelopmentAuthority
from documents.verifying.token import is_trusted
from records.stamps import CheckpointStamp
from records.tables import Checkpoint, Cosignature
from settings import Settings


async def unvouched(session: AsyncSession, settings: Settings) -> list[str]:
    """Return the lines of known witnesses, and the time-stamps, that do not hold."""
    return [*await _lines(session, settings), *await _stamps(session, settings)]


async def _lines(session: AsyncSession, settings: Settings) -> list[str]:
    statement = select(Cosignature, Checkpoint.note).join(
        Checkpoint, col(Checkpoint.size) == col(Cosignature.size), isouter=True
    )
    known = settings.witnesses
    names = {one.name for one in known}
    rows = (await session.exec(statement.order_by(col(Cosignature.size)))).all()
    return [
        f"the line of {row.witness} under the checkpoint of {row.size} entries is not theirs"
        for row, note in rows
        if row.witness in names and not _theirs(row, note, known)
    ]


def _theirs(row: Cosignature, note: str | None, known: Sequence[Verifier]) -> bool:
    """Tell whether a kept line is the witness's, exactly as it was written, of that time."""
    found = cosignatures((note or "") + row.line, known)
    told = [(one.witness, one.line, datetime.fromtimestamp(one.at, UTC)) for one in found]
    return told == [(row.witness, row.line, datetime.fromisoformat(row.made_at))]


async def _stamps(session: AsyncSession, settings: Settings) -> list[str]:
    statement = select(CheckpointStamp, Checkpoint.note).join(
        Checkpoint, col(Checkpoint.size) == col(CheckpointStamp.size)
    )
    rows = (await session.exec(statement.order_by(col(CheckpointStamp.size)))).all()
    authority = DevelopmentAuthority(settings.keys / "pki", may_make=settings.may_make_keys)
    trust, faults = authority.trust(), list[str]()
    for stamp, note in rows:
        asked = (stamp.token, note.encode(), trust, datetime.fromisoformat(stamp.made_at))
        if not await asyncio.to_thread(is_trusted, *asked):
            faults.append(f"the time-stamp of {stamp.size} entries is of nobody we trust")
    return faults
