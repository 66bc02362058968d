"""Search the register: terms and facets through one index, each hit looked at again.

Newest first, page after page by key. Facet counts of a search are those of its newest
`SAMPLE` hits; without any condition they are those of the whole register.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlmodel
from sqlalchemy import RowMapping, Select, column, func, select, table, text
from sqlmodel.ext.asyncio.session import AsyncSession

from law.finding import WordedError
from law.words import Words
from lists.grams import terms, wanted
from records.register.index import FACETS, facet_token, facets
from records.register.tables import FacetCount, RegisteredFiling

PAGE: Final = 20
LARGEST_PAGE: Final = 100
SAMPLE: Final = 500
_RARE: Final = 0.005  # what fewer filings have is gathered first and sorted then
_FACETED: Final = ("kind", "algorithm_class", "role", "division", "year", "state")
_COLUMNS: Final = (
    *("id", "kind", "number", "twin", "algorithm", "class_name", "algorithm_class", "role"),
    *("entity", "entity_name", "product", "purpose", "division", "year", "state"),
    *("state_on", "first_published", "published", "own"),
)


class SearchError(WordedError):
    """What was asked cannot be searched; `words` say why."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched: text, facets, and the key of the last hit of the page before."""

    text: str = ""
    facets: Mapping[str, str] = field(default_factory=dict[str, str])
    after: int | None = None
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, the key to go on from, facet counts and what they were counted over."""

    hits: tuple[RowMapping, ...]
    after: int | None
    facets: Mapping[str, Mapping[str, int]]
    counted: int | None  # hits the facets were counted over; None: the whole register


async def search(session: AsyncSession, query: Query) -> Found:
    """Return a page of what is found.

    Raises:
        SearchError: A term is a single character, or a facet is unknown.
    """
    asked = terms(query.text)
    tokens = tuple(_tokens(query, asked))
    limit = min(max(query.limit, 1), LARGEST_PAGE)
    page = _Asked(tokens, asked, query.after)
    hits = await _hits(session, page, _COLUMNS, limit + 1)
    after = hits[limit - 1]["id"] if len(hits) > limit else None
    counts, counted = await _facets(session, _Asked(tokens, asked))
    return Found(tuple(hits[:limit]), after, counts, counted)


def _tokens(query: Query, asked: tuple[str, ...]) -> list[str]:
    tokens: list[str] = []
    for term in asked:
        grams = wanted(term)
        if not grams:
            raise SearchError(
                Words(
                    f"「{term}」只有一个字，请输入至少两个字",
                    f"{term!r} is one character; search for two or more",
                )
            )
        tokens += grams
    for facet, value in query.facets.items():
        if facet not in FACETS:
            raise SearchError(
                Words(
                    f"没有分面「{facet}」，有：{'、'.join(FACETS)}",
                    f"no facet {facet!r}; there are {', '.join(FACETS)}",
                )
            )
        if value:
            tokens.append(facet_token(facet, value[:40]))
    return sorted(set(tokens))


_FILING: Final = RegisteredFiling.metadata.tables["register_filing"]
_INDEX: Final = table("register_search", column("id"), column("rowid"))
_MATCH: Final = {
    "sqlite": text("register_search MATCH :tokens"),
    "rare": text("grams @@ CAST(:tokens AS tsquery)"),
    # The function instead of its operator keeps the index of tokens out: walk the newest.
    "common": text("ts_match_vq(grams, CAST(:tokens AS tsquery))"),
}
_FREQUENCY: Final = text(
    "SELECT min(coalesce(known.frequency, 0)) "
    "FROM unnest(CAST(:tokens AS text[])) AS asked(token) "
    "LEFT JOIN (SELECT unnest(most_common_elems::text::text[]) AS token, "
    "unnest(most_common_elem_freqs[1:array_length(most_common_elems::text::text[], 1)]) "
    "AS frequency FROM pg_stats WHERE schemaname = current_schema() "
    "AND tablename = 'register_search' AND attname = 'grams') known USING (token)"
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of the index, and what each hit must contain."""

    tokens: tuple[str, ...]
    terms: tuple[str, ...]
    after: int | None = None


async def _hits(
    session: AsyncSession, asked: _Asked, columns: tuple[str, ...], limit: int
) -> list[RowMapping]:
    """Return the newest hits."""
    connection = await session.connection()
    sqlite = connection.dialect.name == "sqlite"
    shown = select(*(_FILING.c[name] for name in columns))
    values: dict[str, Any] = {}
    if not asked.tokens:
        statement = shown.select_from(_FILING)
    elif sqlite:
        values["tokens"] = " AND ".join(f'"{token}"' for token in asked.tokens)
        joined = _INDEX.join(_FILING, _FILING.c.id == _INDEX.c.rowid)
        statement = shown.select_from(joined).where(_MATCH["sqlite"])
    else:
        values["tokens"] = " & ".join(f"'{token}'" for token in asked.tokens)
        statement = await _on_postgres(session, shown, asked)
    contains = func.instr if sqlite else func.strpos
    for term in asked.terms:
        statement = statement.where(contains(_FILING.c.text, term) > 0)
    key = _INDEX.c.rowid if sqlite and asked.tokens else _FILING.c.id
    if asked.after is not None:
        statement = statement.where(key < asked.after)
    found = await connection.execute(statement.order_by(key.desc()).limit(limit), values)
    return list(found.mappings().all())


async def _on_postgres(
    session: AsyncSession, shown: Select[Any], asked: _Asked
) -> Select[Any]:
    """Gather the hits of rare tokens first; walk the newest filings for common ones."""
    tokens = {"tokens": list(asked.tokens)}
    least = (await (await session.connection()).execute(_FREQUENCY, tokens)).scalar_one()
    if least >= _RARE:
        joined = _INDEX.join(_FILING, _FILING.c.id == _INDEX.c.id)
        return shown.select_from(joined).where(_MATCH["common"])
    hits = select(_INDEX.c.id).where(_MATCH["rare"])
    if asked.after is not None:
        hits = hits.where(_INDEX.c.id < asked.after)
    hit = hits.cte("hit").prefix_with("MATERIALIZED", dialect="postgresql")
    return shown.select_from(hit.join(_FILING, _FILING.c.id == hit.c.id))


async def _facets(
    session: AsyncSession, asked: _Asked
) -> tuple[dict[str, dict[str, int]], int | None]:
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    if not asked.tokens:
        for kept in (await session.exec(sqlmodel.select(FacetCount))).all():
            counts[kept.facet][kept.value] = kept.count
        return {facet: _ordered(found) for facet, found in counts.items()}, None
    sample = await _hits(session, asked, _FACETED, SAMPLE)
    for row in sample:
        for facet, value in facets(dict(row)).items():
            counts[facet][value] += 1
    return {facet: _ordered(found) for facet, found in counts.items()}, len(sample)


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
