"""The register's tables.

A list is kept row by row as it was printed; what stands in `register_filing` is a fold of the
rows that name the filing, so that lists may arrive in any order.
"""

from typing import ClassVar

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

Moment = str


class ListFile(SQLModel, table=True):
    """An imported list. Its bytes are stored by hash."""

    __tablename__ = "register_file"  # pyright: ignore[reportAssignmentType]
    sha256: str = Field(primary_key=True)
    name: str
    published: str  # the month, YYYY-MM
    columns: str = ""  # the column map it was read with
    total: int = 0  # its data rows
    done: int = 0  # those entered so far
    finished: bool = False
    imported_at: Moment


class ListRow(SQLModel, table=True):
    """One data row of a list, or one filing of ours: what was printed, and what came of it."""

    __tablename__ = "register_row"  # pyright: ignore[reportAssignmentType]
    __table_args__: ClassVar = (UniqueConstraint("file", "place", "part"),)
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    file: str = Field(index=True)  # SHA-256 of the list; empty for a filing of ours
    place: str  # table:row; the proceeding for a filing of ours
    part: int = 0  # counts the filings that one row cancels
    published: str  # the month or day that the row speaks of
    outcome: str = Field(index=True)  # added, changed, cancelled, unchanged, unreadable
    reason: str = ""  # of an unreadable row: its code
    reason_zh: str = ""
    reason_en: str = ""
    filing: int | None = Field(default=None, index=True)
    number: str = Field(default="", index=True)  # as read
    cells: str = Field(sa_type=Text)  # as printed
    said: str = Field(default="{}", sa_type=Text)  # the entry
    changes: str = Field(default="[]", sa_type=Text)  # field by field against what stood
    recorded_at: Moment


class Entity(SQLModel, table=True):
    """Who filed: by credit code where known, else by name."""

    __tablename__ = "register_entity"  # pyright: ignore[reportAssignmentType]
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str
    credit_code: str = Field(default="", index=True)


class EntityName(SQLModel, table=True):
    """A name an entity bears or bore, as names are compared."""

    __tablename__ = "register_entity_name"  # pyright: ignore[reportAssignmentType]
    normal: str = Field(primary_key=True)
    name: str
    entity: int = Field(foreign_key="register_entity.id", index=True)
    published: str  # when a list first told it


class RegisteredFiling(SQLModel, table=True):
    """A filing as it stands. Its number alone is no key: two lists may bear the same."""

    __tablename__ = "register_filing"  # pyright: ignore[reportAssignmentType]
    __table_args__: ClassVar = (UniqueConstraint("kind", "number", "twin"),)
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    number: str = Field(index=True)
    twin: int = 0  # counts the algorithms that one number was printed for
    algorithm: str = ""
    class_name: str = ""  # as printed
    algorithm_class: str = Field(default="", index=True)
    role: str = ""
    entity: int = Field(default=0, foreign_key="register_entity.id", index=True)
    entity_name: str = ""
    product: str = Field(default="", sa_type=Text)
    purpose: str = Field(default="", sa_type=Text)
    remark: str = Field(default="", sa_type=Text)
    credit_code: str = ""
    division: str = ""
    year: str = ""
    state: str = ""  # filed, changed, cancelled, revoked
    state_on: str = ""  # since when, as far as a list tells
    first_published: str = ""
    published: str = ""
    doubts: str = Field(default="[]", sa_type=Text)
    own: bool = False
    text: str = Field(default="", sa_type=Text)  # all that is searched, as it is compared


class Posting(SQLModel, table=True):
    """Of successive filings, those that have a token of the search: a Roaring bitmap."""

    __tablename__ = "register_posting"  # pyright: ignore[reportAssignmentType]
    token: str = Field(primary_key=True)
    chunk: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    keys: bytes


class FacetCount(SQLModel, table=True):
    """How many filings have a facet's value, over the whole register."""

    __tablename__ = "register_facet"  # pyright: ignore[reportAssignmentType]
    facet: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    count: int
