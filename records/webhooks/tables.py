"""The tables of webhooks.

Roles and jurisdiction are not kept here: the appointments tell them anew at each delivery.
"""

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field, SQLModel

from records.tables import Moment


class Webhook(SQLModel, table=True):
    """An address to which the feed of a party is sent."""

    id: str = Field(primary_key=True)
    party_id: str = Field(foreign_key="party.id", index=True)
    person_id: str = Field(foreign_key="person.id")  # behind whose wall it is
    url: str = Field(sa_type=Text)
    kinds: str = Field(default="[]", sa_type=Text)  # of entries; none: all
    after: int  # the last index that was handed to the deliveries
    state: str = "active"  # or paused
    why: str = ""  # it is paused: gone, not_entitled
    created_at: Moment


class WebhookSecret(SQLModel, table=True):
    """A secret that signs, sealed; several may sign at a time while they are rotated."""

    __tablename__ = "webhook_secret"  # pyright: ignore[reportAssignmentType]
    webhook_id: str = Field(primary_key=True, foreign_key="webhook.id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sealed: bytes = Field(sa_type=LargeBinary)
    request: str = Field(unique=True)  # that made it
    digest: str
    made_at: Moment
    until: Moment | None = None  # a rotated one signs until then


class DeadLetter(SQLModel, table=True):
    """An entry that could not be delivered, whatever was tried."""

    __tablename__ = "webhook_dead_letter"  # pyright: ignore[reportAssignmentType]
    webhook_id: str = Field(primary_key=True, foreign_key="webhook.id")
    index: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    case_number: str
    attempts: int
    code: str  # why the last attempt failed
    status: int | None = None  # what the receiver answered, if it did
    at: Moment
    redelivered_at: Moment | None = None
