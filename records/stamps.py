"""Time-stamps (RFC 3161) of checkpoints: that a tree was signed before a moment."""

from datetime import datetime

from sqlalchemy import LargeBinary, text
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.checkpoint import as_stored
from audit.event import moment
from records.stamp_tokens import is_of
from records.tables import Checkpoint, Moment

_KEEP = text(
    "INSERT INTO checkpoint_stamp (size, token, made_at) VALUES (:size, :token, :made_at) "
    "ON CONFLICT (size) DO NOTHING"
)


class CheckpointStamp(SQLModel, table=True):
    """A time-stamp token over the note of a checkpoint, exactly as it is stored."""

    __tablename__ = "checkpoint_stamp"  # pyright: ignore[reportAssignmentType]
    size: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    token: bytes = Field(sa_type=LargeBinary)
    made_at: Moment


async def unstamped(session: AsyncSession) -> Checkpoint | None:
    """Return the newest checkpoint, if it bears no time-stamp."""
    newest = select(Checkpoint).order_by(col(Checkpoint.size).desc()).limit(1)
    found = (await session.exec(newest)).first()
    if found is None or await session.get(CheckpointStamp, found.size) is not None:
        return None
    return found


async def keep_stamp(session: AsyncSession, size: int, token: bytes, now: datetime) -> None:
    """Keep the time-stamp of a checkpoint; the first one stays."""
    row = {"size": size, "token": token, "made_at": moment(now)}
    await (await session.connection()).execute(_KEEP, row)


async def stamp_of(session: AsyncSession, note: str) -> bytes:
    """Return the time-stamp token of a note, with or without witnesses; empty if none."""
    found = await session.get(CheckpointStamp, int(note.split("\n")[1]))
    if found is None or not is_of(found.token, as_stored(note).encode()):
        return b""
    return found.token


async def foreign_stamps(session: AsyncSession) -> list[str]:
    """Return the time-stamps of no checkpoint there is, of another note, or of no signer."""
    statement = select(CheckpointStamp, Checkpoint.note).join(
        Checkpoint, col(Checkpoint.size) == col(CheckpointStamp.size), isouter=True
    )
    rows = (await session.exec(statement.order_by(col(CheckpointStamp.size)))).all()
    return [
        f"the time-stamp of {stamp.size} entries is not of the checkpoint that is there"
        for stamp, note in rows
        if not is_of(stamp.token, (note or "").encode())
    ]
