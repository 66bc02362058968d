"""What the register's answers look like, for its description; tests hold answers to it."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Filing(_Shape):
    """A filing as it stands. Words are as printed; codes are explained by the facets."""

    id: int
    kind: str
    number: str
    twin: int
    algorithm: str
    class_name: str
    algorithm_class: str
    role: str
    entity: int
    entity_name: str
    product: str
    purpose: str
    division: str
    year: str
    state: str
    state_on: str
    first_published: str
    published: str
    own: bool


class Whole(Filing):
    """A filing with its remark and credit code."""

    remark: str
    credit_code: str


class Telling(_Shape):
    """A row of a list that told a filing: what it said and changed, and where it stands."""

    published: str
    since: str
    kind: str
    outcome: str
    changes: list[dict[str, str]]
    remarks: list[dict[str, str]]
    remark: str
    file: str
    sha256: str
    place: str


class Told(Whole):
    """A filing with its doubts and its history."""

    doubts: list[str]
    history: list[Telling]


class Page(_Shape):
    """A page of hits; `next` goes on after it."""

    items: list[Filing]
    next: int | None
    facets: dict[str, dict[str, int]]
    counted: int | None
    counted_every_hit: bool
    other_values: dict[str, list[str]]


class Name(_Shape):
    """A name that an entity bears or bore, and the month of the list that first told it."""

    name: str
    published: str


class Holder(_Shape):
    """An entity, its names over time, and a page of its filings."""

    id: int
    name: str
    credit_code: str
    names: list[Name]
    filings: list[Whole]
    total: int
    next: int | None


class Part(_Shape):
    """A part of a number."""

    name: str
    text: str
    meaning: str


class Diagnosis(_Shape):
    """What a number says, what speaks against it, and near numbers."""

    text: str
    parts: list[Part]
    doubts: list[str]
    listed: int
    near_listed: list[str]
    near: list[str]


def answers(shape: Any) -> dict[int | str, dict[str, Any]]:
    """Describe an answer, and what may come in its place."""
    refused = {"content": {"application/problem+json": {"schema": {"type": "object"}}}}
    return {
        200: {"model": shape},
        304: {"description": "Not Modified"},
        404: {"description": "Not Found", **refused},
        429: {"description": "Too Many Requests", **refused},
    }
