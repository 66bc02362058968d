"""The newest filings that have some tokens, each looked at again: the index knows no words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Integer,
    RowMapping,
    Select,
    String,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from records.register.index import having
from records.register.tables import RegisteredFiling

_LAST: Final = 2**31 - 1  # beyond all keys
_BOUND: Final = 2000  # filings that a bounded search looks at
_MOST: Final = 4096  # filings looked at in one statement
_FILING: Final = RegisteredFiling.metadata.tables["register_filing"]
# An array keeps the statement of one shape on PostgreSQL; SQLite has none.
_ANY: Final = _FILING.c.id == any_(bindparam("keys", type_=ARRAY(Integer)))
_SOME: Final = _FILING.c.id.in_(bindparam("keys", expanding=True))
_FACET_COLUMNS: Final = {
    "kind": _FILING.c.kind,
    "class": _FILING.c.algorithm_class,
    "role": _FILING.c.role,
    "region": func.substr(_FILING.c.division, 1, 2),
    "year": _FILING.c.year,
    "state": _FILING.c.state,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the index, and what each hit must have."""

    tokens: tuple[str, ...]
    terms: tuple[str, ...]
    facets: Mapping[str, str] = field(default_factory=dict[str, str])
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """The newest hits. `whole`: none was left out but by the limit."""

    rows: list[RowMapping]
    whole: bool = True


async def hits(
    session: AsyncSession,
    asked: Asked,
    columns: Sequence[str],
    limit: int,
    *,
    bounded: bool = False,
) -> Hits:
    """Return the newest hits.

    Args:
        session: A session.
        asked: What is asked.
        columns: Columns of a filing.
        limit: The most hits.
        bounded: Look at the newest filings only that have the tokens, not at all of them.
    """
    connection = await session.connection()
    shown = _statement(
        tuple(columns),
        len(asked.terms),
        tuple(asked.facets),
        keyed=bool(asked.tokens),
        sqlite=connection.dialect.name == "sqlite",
    )
    values = _values(asked)
    if not asked.tokens:
        after = _LAST if asked.after is None else asked.after
        return Hits(await _rows(connection, shown, {"after": after, "most": limit}))
    rows: list[RowMapping] = []
    seen, portion = 0, limit
    some: list[int] = []
    async for key in having(session, asked.tokens, asked.after):
        some.append(key)
        if len(some) < portion:
            continue
        rows += await _rows(connection, shown, values | {"keys": some})
        seen += len(some)
        portion, some = min(portion * 16, _MOST), []
        if len(rows) >= limit or (bounded and seen >= _BOUND):
            return Hits(rows[:limit], whole=len(rows) >= limit)
    rows += await _rows(connection, shown, values | {"keys": some})
    return Hits(rows[:limit])


@cache
def _statement(
    columns: tuple[str, ...],
    terms: int,
    facets: tuple[str, ...],
    *,
    keyed: bool,
    sqlite: bool,
) -> Select[Any]:
    """Return the statement that looks at filings; built once for each shape of a search."""
    shown = select(*(_FILING.c[name] for name in columns)).order_by(_FILING.c.id.desc())
    if not keyed:
        newest = shown.where(_FILING.c.id < bindparam("after", type_=Integer))
        return newest.limit(bindparam("most", type_=Integer))
    shown = shown.where(_SOME if sqlite else _ANY)
    contains = func.instr if sqlite else func.strpos
    for n in range(terms):
        shown = shown.where(contains(_FILING.c.text, bindparam(f"term_{n}", type_=String)) > 0)
    for facet in facets:
        shown = shown.where(_FACET_COLUMNS[facet] == bindparam(f"facet_{facet}", type_=String))
    return shown


def _values(asked: Asked) -> dict[str, Any]:
    terms = {f"term_{n}": term for n, term in enumerate(asked.terms)}
    return terms | {f"facet_{facet}": value for facet, value in asked.facets.items()}


async def _rows(
    connection: AsyncConnection, statement: Select[Any], values: dict[str, Any]
) -> list[RowMapping]:
    found = await connection.execute(statement, values)
    return list(found.mappings().all())
