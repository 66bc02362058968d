"""Tables of who may come in: tokens, keys that open words, policies that were in force."""

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field, SQLModel

from records.tables import Moment


class Token(SQLModel, table=True):
    """A bearer token; only its SHA-256 is kept."""

    sha256: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id")
    party_id: str = Field(foreign_key="party.id")
    expires_at: Moment
    used_at: Moment | None = None  # the first time
    refused_at: Moment | None = None  # the first time after it had expired


class SubjectKey(SQLModel, table=True):
    """The key of a person's words or a case's answers, wrapped by the installation's."""

    __tablename__ = "subject_key"  # pyright: ignore[reportAssignmentType]
    subject: str = Field(primary_key=True)
    wrapped: bytes = Field(sa_type=LargeBinary)


class Policy(SQLModel, table=True):
    """A policy that was in force once, row by row, so that its answers can be given again."""

    hash: str = Field(primary_key=True)
    rows: str = Field(sa_type=Text)
