"""All tables.

Moments are text in UTC (`2026-11-24T03:04:05.000006Z`), so that both back ends sort and
compare them alike; JSON is text for the same reason.
"""

from typing import ClassVar

from sqlalchemy import LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

Moment = str


class Person(SQLModel, table=True):
    """Somebody who acts. The id is a surrogate; the name stays in this table."""

    id: str = Field(primary_key=True)
    name: str
    name_en: str = ""


class Party(SQLModel, table=True):
    """An institution, a committee or an authority."""

    id: str = Field(primary_key=True)
    kind: str  # institution, committee, authority, platform
    name: str
    name_en: str
    credit_code: str = ""
    division: str = ""
    short: str = ""  # as its document numbers begin, e.g. 京问渠
    serves: str = ""  # a committee's institution
    filing_entity: str = ""  # the seven digits of the institution in filing numbers


class Appointment(SQLModel, table=True):
    """A role a person holds in a party."""

    __table_args__: ClassVar = (UniqueConstraint("person_id", "party_id", "role"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    party_id: str = Field(foreign_key="party.id", index=True)
    role: str
    category: str = ""  # of a member or expert: peer, ethics, law
    employer: str = ""  # of an expert: the institution


class Case(SQLModel, table=True):
    """One project: its draft until submission, and where it belongs."""

    number: str = Field(primary_key=True)
    title: str = ""
    institution: str = Field(foreign_key="party.id", index=True)
    committee: str = Field(foreign_key="party.id", index=True)
    applicant: str = Field(foreign_key="person.id")
    division: str
    stage: str = "draft"
    form: str
    version: int = 1
    answers: bytes = Field(default=b"", sa_type=LargeBinary)  # sealed
    signed_off: str = ""  # content hash the officer signed off
    request: str = Field(unique=True)
    created_at: Moment


class Submission(SQLModel, table=True):
    """A frozen version of a case's answers."""

    case_number: str = Field(primary_key=True, foreign_key="case.number")
    version: int = Field(primary_key=True)
    content: str  # SHA-256 of the answers
    form: str
    answers: bytes = Field(default=b"", sa_type=LargeBinary)  # sealed; empty: erased
    at: Moment


class CaseParty(SQLModel, table=True):
    """A party that a case concerns: the wall that queries see."""

    __tablename__ = "case_party"  # pyright: ignore[reportAssignmentType]
    case_number: str = Field(primary_key=True, foreign_key="case.number")
    party_id: str = Field(primary_key=True, foreign_key="party.id", index=True)


class Proceeding(SQLModel, table=True):
    """Where a proceeding stands: a fold of its events."""

    id: str = Field(primary_key=True)
    case_number: str = Field(foreign_key="case.number", index=True)
    procedure: str
    ordinal: int
    stage: str
    seq: int
    state: str = Field(sa_type=Text)
    opened_at: Moment
    changed_at: Moment
    closed_at: Moment | None = None


class Event(SQLModel, table=True):
    """One entry of the trail. Rows are never changed and never removed."""

    __table_args__: ClassVar = (UniqueConstraint("proceeding", "seq"),)
    index: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    case_number: str = Field(index=True)
    proceeding: str
    seq: int
    kind: str
    at: Moment
    request: str = Field(index=True)
    digest: str
    body: bytes = Field(sa_type=LargeBinary)
    leaf: bytes = Field(sa_type=LargeBinary)
    recorded_at: Moment  # wall time; `at` is the workflow's


class Tree(SQLModel, table=True):
    """The right edge of the Merkle tree: one row, locked by every append."""

    id: int = Field(default=1, primary_key=True)
    size: int
    edge: bytes = Field(sa_type=LargeBinary)


class TreeNode(SQLModel, table=True):
    """The hash of a whole subtree of 16 leaves (level 1), of 256 (level 2), and so on."""

    __tablename__ = "tree_node"  # pyright: ignore[reportAssignmentType]
    level: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    hash: bytes = Field(sa_type=LargeBinary)


class Cosignature(SQLModel, table=True):
    """A witness's line under a checkpoint; the newest of each witness counts."""

    size: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    witness: str = Field(primary_key=True)
    line: str = Field(sa_type=Text)
    made_at: Moment


class Checkpoint(SQLModel, table=True):
    """A signed checkpoint."""

    size: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    note: str = Field(sa_type=Text)
    made_at: Moment


class Payload(SQLModel, table=True):
    """The words behind a commitment; they may be erased, the event may not."""

    commitment: str = Field(primary_key=True)
    proceeding: str = Field(index=True)
    seq: int
    path: str
    subject: str = Field(index=True)  # the person whose key seals them; empty: not sealed yet
    sealed: bytes = Field(sa_type=LargeBinary)  # `[value, salt]` as JSON


class PaperNumber(SQLModel, table=True):
    """A document number allotted to a paper, without gaps per party, series and year."""

    __tablename__ = "paper_number"  # pyright: ignore[reportAssignmentType]
    __table_args__: ClassVar = (UniqueConstraint("proceeding", "template"),)
    party_id: str = Field(primary_key=True)
    series: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    serial: int = Field(primary_key=True)
    proceeding: str
    template: str  # the second of its kind in a proceeding is `<template>/2`
    code: str | None = Field(default=None, index=True, unique=True)
    """16 hex digits: printed on the paper, known to nobody else."""


class Paper(SQLModel, table=True):
    """An issued paper; its bytes are stored by hash."""

    sha256: str = Field(primary_key=True)
    case_number: str = Field(foreign_key="case.number", index=True)
    proceeding: str
    template: str
    number: str
    issued_at: Moment
    version: int = 1
    of: str  # the proceeding in which its number was allotted
    replaced_by: str | None = None  # SHA-256 of the next version
    withdrawn_at: Moment | None = None
    archived_until: Moment | None = None  # as upkeep found it; unknown before


class Attachment(SQLModel, table=True):
    """A file that somebody attached to a case; its bytes are stored by hash."""

    case_number: str = Field(primary_key=True, foreign_key="case.number")
    sha256: str = Field(primary_key=True)
    name: str
    media: str
    size: int  # bytes
    pages: int  # 0: no PDF
    person_id: str = Field(foreign_key="person.id")
    party_id: str = Field(foreign_key="party.id")
    at: Moment
    scan: str = "unscanned"  # never "clean" without a scanner that said so


class FilingNumber(SQLModel, table=True):
    """A filing number of ours; no two filings bear the same."""

    __tablename__ = "filing_number"  # pyright: ignore[reportAssignmentType]
    number: str = Field(primary_key=True)
    proceeding: str = Field(unique=True)


class Notice(SQLModel, table=True):
    """The outbox: one thing one party or person must be told. The inbox reads it."""

    __table_args__: ClassVar = (UniqueConstraint("proceeding", "seq", "recipient"),)
    id: int | None = Field(default=None, primary_key=True)
    recipient: str = Field(index=True)
    topic: str
    case_number: str
    proceeding: str
    seq: int
    at: Moment


class Counter(SQLModel, table=True):
    """A named counter without gaps."""

    name: str = Field(primary_key=True)
    value: int
