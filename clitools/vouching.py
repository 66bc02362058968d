"""Judge what others signed of the trail, by keys and roots that lie beside the database."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import moment, read
from audit.log import Log
from audit.notes import Verifier, cosignatures
from documents.pki import DevelopmentAuthority
from documents.verifying.token import is_trusted
from documents.verifying.trust import Trust
from records.stamps import CheckpointStamp
from records.tables import Checkpoint, Cosignature, Event
from settings import Settings


async def unvouched(session: AsyncSession, settings: Settings) -> list[str]:
    """Return the lines of known witnesses, and the time-stamps, that do not hold.

    And the trees the log signed that hold no more, where no entry tells of them.
    """
    return [
        *await _lines(session, settings),
        *await _stamps(session, settings),
        *await _contradicted(session, settings.log),
    ]


async def _contradicted(session: AsyncSession, log: Log) -> list[str]:
    told = select(Event.body).where(col(Event.kind) == "trail.restored")
    events = [read(body)["event"] for body in (await session.exec(told)).all()]
    roots = {(event.get("entries"), event.get("root")) for event in events}
    return [
        f"a tree of {one.size} entries was signed and holds no more, and no entry tells of it"
        for one in log.contradicted
        if (one.size, one.root.hex()) not in roots
    ]


async def _lines(session: AsyncSession, settings: Settings) -> list[str]:
    statement = select(Cosignature, Checkpoint.note).join(
        Checkpoint, col(Checkpoint.size) == col(Cosignature.size), isouter=True
    )
    known = settings.witnesses
    names = {one.name for one in known}
    rows = (await session.exec(statement.order_by(col(Cosignature.size)))).all()
    return [
        f"the line of {row.witness} under the checkpoint of {row.size} entries is not theirs, "
        "or of a former key that keys/witnesses.vkey lists no more"
        for row, note in rows
        if row.witness in names and not _theirs(row, note, known)
    ]


def _theirs(row: Cosignature, note: str | None, known: Sequence[Verifier]) -> bool:
    """Tell whether a kept line is the witness's, exactly as it was written, of that time."""
    found = cosignatures((note or "") + row.line, known)
    told = [(c.witness, c.line, moment(datetime.fromtimestamp(c.at, UTC))) for c in found]
    return told == [(row.witness, row.line, row.made_at)]


async def _stamps(session: AsyncSession, settings: Settings) -> list[str]:
    statement = select(CheckpointStamp, Checkpoint.note).join(
        Checkpoint, col(Checkpoint.size) == col(CheckpointStamp.size)
    )
    rows = (await session.exec(statement.order_by(col(CheckpointStamp.size)))).all()
    if not rows:
        return []
    authority = DevelopmentAuthority(settings.keys / "pki", may_make=settings.may_make_keys)
    trust, faults = authority.trust(), list[str]()
    for stamp, note in rows:
        asked = (stamp.token, note.encode(), trust, stamp.made_at)
        if not await asyncio.to_thread(_is_trusted, *asked):
            faults.append(f"the time-stamp of {stamp.size} entries is of nobody we trust")
    return faults


def _is_trusted(token: bytes, note: bytes, trust: Trust, made_at: str) -> bool:
    try:
        return is_trusted(token, note, trust, datetime.fromisoformat(made_at))
    except ValueError:  # it is no moment
        return False
