"""The proofs that came with entries of another log, kept beside our own."""

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class OriginProof(SQLModel, table=True):
    """Where an entry stood in the log it comes from, proven by a checkpoint of that log."""

    __tablename__ = "origin_proof"  # pyright: ignore[reportAssignmentType]
    index: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    origin: str  # name of that log
    place: int  # index there
    proof: str = Field(sa_type=Text)  # C2SP tlog-proof
