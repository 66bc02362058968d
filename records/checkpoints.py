"""Publish signed checkpoints of the trail."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.checkpoint import Checkpoint, read_body
from audit.event import moment
from audit.log import Log
from audit.witness import ForkError, demand_growth
from cases.proceeding import SYSTEM
from cases.registry import Restored
from records import trail
from records.streams import Hand, Stream, append
from records.tables import Checkpoint as CheckpointRow
from records.tables import Cosignature, Event

_KEEP = text(
    "INSERT INTO checkpoint (size, note, made_at) VALUES (:size, :note, :made_at) "
    "ON CONFLICT (size) DO NOTHING"
)


async def publish(session: AsyncSession, log: Log, now: datetime) -> str:
    """Return the signed note of the trail as it stands; one note for each size is kept.

    Raises:
        ForkError: The trail does not extend what was signed last: it was tampered with, or an
            older one restored. `trail verify` tells more.
    """
    checkpoint = await grown(session, log)
    note = log.sign(checkpoint)  # another machine's, too: each remembers what it answered
    kept = await session.get(CheckpointRow, checkpoint.size)
    if kept is not None:
        return kept.note
    # Of two that publish at once, one writes; both say the same of the same tree.
    connection = await session.connection()
    row = {"size": checkpoint.size, "note": note, "made_at": moment(now)}
    await connection.execute(_KEEP, row)
    return note


async def newest(session: AsyncSession, log: Log) -> str | None:
    """Return the signed note of the trail as it stands, if there is one already.

    Raises:
        ForkError: As of `publish`.
    """
    kept = await session.get(CheckpointRow, (await grown(session, log)).size)
    return None if kept is None else kept.note


async def grown(session: AsyncSession, log: Log) -> Checkpoint:
    """Return the tree as it stands, which extends what the log signed and the records hold.

    Raises:
        ForkError: It does not.
    """
    last = log.last  # before the tree is read, which then holds what was signed
    new = await _standing(session, log.origin)
    if last is not None:
        await _demand_growth(session, read_body(last), new)
    return new


async def _standing(session: AsyncSession, origin: str) -> Checkpoint:
    """Return the tree as it stands, which extends what the records hold."""
    # The notes first: where others publish meanwhile, the tree holds what they signed.
    statement = select(CheckpointRow.note).order_by(col(CheckpointRow.size).desc()).limit(1)
    stored = (await session.exec(statement)).first()
    head = await trail.head(session)
    new = Checkpoint(origin, head.size, head.root())
    if stored is not None:
        await _demand_growth(session, read_body(stored), new)  # its name may be a former one
    return new


async def _demand_growth(session: AsyncSession, old: Checkpoint, new: Checkpoint) -> None:
    proof: tuple[bytes, ...] = ()
    if 0 < old.size < new.size:
        try:
            proof = await trail.consistency(session, old.size, new.size)
        except KeyError:  # hashes it takes are gone
            raise ForkError(f"the tree of {new.size} is not whole") from None
    demand_growth(old, new, proof)


async def contradict(session: AsyncSession, log: Log, now: datetime) -> Checkpoint | None:
    """Tell in the trail which signed tree it does not extend; None: there is none.

    The log may forget that tree once this is committed.

    Raises:
        ForkError: It does not even extend what the records hold; a restored one does.
    """
    await trail.lock(session)  # nothing is signed meanwhile that is not in the tree
    if (last := log.last) is None:
        return None
    lost, new = read_body(last), await _standing(session, log.origin)
    try:
        await _demand_growth(session, lost, new)
    except ForkError:
        request = f"restored/{lost.root.hex()[:32]}"
        told = select(Event.index).where(col(Event.request) == request)
        if (await session.exec(told)).first() is None:
            event = Restored(entries=lost.size, root=lost.root.hex())
            hand = Hand(actor=SYSTEM, at=now, policy="", request=request)
            await append(session, Stream("trail/restored"), event, hand)
        return lost
    return None


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
