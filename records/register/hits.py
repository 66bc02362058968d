"""The newest filings that have some tokens, by the index of either database.

SQLite's full-text index walks its postings newest first and stops early. PostgreSQL's gathers
all it has before it sorts; there, rare tokens are gathered, common ones are looked for by
walking the newest filings, and those between are gathered in chunks of keys, newest first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final

from sqlalchemy import RowMapping, Select, column, func, select, table, text
from sqlmodel.ext.asyncio.session import AsyncSession

from records.register.index import CHUNK, chunk_token
from records.register.tables import RegisteredFiling

_COMMON: Final = 0.01  # share of the filings from which walking finds a page soon
_FEW: Final = 2000  # filings that are gathered at once
_AMPLE: Final = 6  # times the hits wanted, if words came together as often as the rarest
_WINDOW: Final = 4000  # newest filings that a bounded walk looks at
_FILING: Final = RegisteredFiling.metadata.tables["register_filing"]
_INDEX: Final = table("register_search", column("id"), column("rowid"))
_MATCH: Final = text("register_search MATCH :tokens")
_GATHER: Final = text("grams @@ CAST(:tokens AS tsquery)")
_LEAST: Final = text(
    "SELECT (SELECT max(id) FROM register_filing), min(coalesce(known.frequency, 0)) "
    "FROM unnest(CAST(:tokens AS text[])) AS asked(token) "
    "LEFT JOIN register_token known USING (token)"
)
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
    """The newest hits. `whole`: no more was left out than the limit says."""

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
    """Return the newest hits, each looked at again: the index knows only its tokens.

    Args:
        session: A session.
        asked: What is asked.
        columns: Columns of a filing.
        limit: The most hits.
        bounded: Stop where more hits would take more than a few milliseconds.
    """
    sqlite = (await session.connection()).dialect.name == "sqlite"
    contains = func.instr if sqlite else func.strpos
    shown = select(*(_FILING.c[name] for name in columns))
    for term in asked.terms:
        shown = shown.where(contains(_FILING.c.text, term) > 0)
    if not asked.tokens:
        return Hits(await _walk(session, shown, asked, limit))
    if sqlite:
        return Hits(await _on_sqlite(session, shown, asked, limit))
    return await _on_postgres(session, shown, asked, limit, bounded=bounded)


async def of_keys(
    session: AsyncSession, keys: Sequence[int], columns: Sequence[str]
) -> list[RowMapping]:
    """Return filings by their keys, the newest first."""
    shown = select(*(_FILING.c[name] for name in columns)).where(_FILING.c.id.in_(keys))
    return await _rows(session, shown.order_by(_FILING.c.id.desc()), {})


async def _on_sqlite(
    session: AsyncSession, shown: Select[Any], asked: Asked, limit: int
) -> list[RowMapping]:
    joined = _INDEX.join(_FILING, _FILING.c.id == _INDEX.c.rowid)
    statement = shown.select_from(joined).where(_MATCH)
    if asked.after is not None:
        statement = statement.where(_INDEX.c.rowid < asked.after)
    tokens = " AND ".join(f'"{token}"' for token in asked.tokens)
    statement = statement.order_by(_INDEX.c.rowid.desc()).limit(limit)
    return await _rows(session, statement, {"tokens": tokens})


async def _on_postgres(
    session: AsyncSession, shown: Select[Any], asked: Asked, limit: int, *, bounded: bool
) -> Hits:
    connection = await session.connection()
    told = await connection.execute(_LEAST, {"tokens": list(asked.tokens)})
    newest, least = told.one()
    top: int = (newest or 0) if asked.after is None else asked.after
    if least >= _COMMON:
        for facet, value in asked.facets.items():
            shown = shown.where(_FACET_COLUMNS[facet] == value)
        if bounded:
            shown = shown.where(_FILING.c.id > top - _WINDOW)
        rows = await _walk(session, shown, asked, limit)
        return Hits(rows, whole=not bounded or top <= _WINDOW)
    if least * (newest or 0) > _FEW:
        back = max(ceil(_AMPLE * limit / (least * CHUNK)), 1)
        if back <= top // CHUNK:
            chunks = range(top // CHUNK, top // CHUNK - back, -1)
            rows = await _gather(session, shown, asked, limit, chunks)
            if bounded or len(rows) == limit:
                return Hits(rows, whole=not bounded)
    return Hits(await _gather(session, shown, asked, limit))


async def _gather(
    session: AsyncSession,
    shown: Select[Any],
    asked: Asked,
    limit: int,
    chunks: range = range(0),
) -> list[RowMapping]:
    """Gather the hits by the index first; the order of keys would lead the planner astray."""
    gathered = select(_INDEX.c.id).where(_GATHER)
    if asked.after is not None:
        gathered = gathered.where(_INDEX.c.id < asked.after)
    hit = gathered.cte("hit").prefix_with("MATERIALIZED", dialect="postgresql")
    statement = shown.select_from(hit.join(_FILING, _FILING.c.id == hit.c.id))
    tokens = " & ".join(f"'{token}'" for token in asked.tokens)
    if chunks:
        tokens += f" & ({' | '.join(chunk_token(chunk) for chunk in chunks)})"
    statement = statement.order_by(_FILING.c.id.desc()).limit(limit)
    return await _rows(session, statement, {"tokens": tokens})


async def _walk(
    session: AsyncSession, shown: Select[Any], asked: Asked, limit: int
) -> list[RowMapping]:
    if asked.after is not None:
        shown = shown.where(_FILING.c.id < asked.after)
    return await _rows(session, shown.order_by(_FILING.c.id.desc()).limit(limit), {})


async def _rows(
    session: AsyncSession, statement: Select[Any], values: dict[str, Any]
) -> list[RowMapping]:
    found = await (await session.connection()).execute(statement, values)
    return list(found.mappings().all())
