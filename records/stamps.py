"""Time-stamps (RFC 3161) of checkpoints: that a tree was signed before a moment."""

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from records.tables import Moment


class CheckpointStamp(SQLModel, table=True):
    """A time-stamp token over the note of a checkpoint, exactly as it is stored."""

    __tablename__ = "checkpoint_stamp"  # pyright: ignore[reportAssignmentType]
    size: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    token: bytes = Field(sa_type=LargeBinary)
    made_at: Moment
