"""Search the register: terms and facets through one index, each hit looked at again.

Newest first, page after page by key. Facet counts of a search are those of its newest
`SAMPLE` hits, or of fewer where finding so many would take long; without any condition they
are those of the whole register.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from sqlalchemy import RowMapping
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from law.finding import WordedError
from law.words import Words
from lists.grams import terms, wanted
from lists.labels import FACETS as LABELS
from lists.labels import known, values
from records.register.hits import Asked, Hits, hits
from records.register.index import FACETS, facet_token, facets
from records.register.tables import FacetCount

PAGE: Final = 20
LARGEST_PAGE: Final = 100
SAMPLE: Final = 100
_COUNTED: Final = select(FacetCount.facet, FacetCount.value, FacetCount.count)
_TERMS: Final = 8
_LONGEST: Final = 80
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
    counting: bool = True  # facets


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, the key to go on from, facet counts and what they were counted over."""

    hits: tuple[RowMapping, ...]
    after: int | None
    facets: Mapping[str, Mapping[str, int]]
    counted: int | None  # hits the facets were counted over; None: the whole register
    every: bool = True  # these were all hits
    others: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """Where not every hit was counted: values that the hits not counted may have."""


async def search(session: AsyncSession, query: Query) -> Found:
    """Return a page of what is found.

    Raises:
        SearchError: A term is a single character, or a facet or its value is unknown.
    """
    asked = Asked(_tokens(query), terms(query.text), _chosen(query))
    limit = min(max(query.limit, 1), LARGEST_PAGE)
    sample: Hits | None = None
    counts: dict[str, dict[str, int]] = {}
    if query.counting and asked.tokens:
        most = max(limit, SAMPLE) + 1
        sample = await hits(session, asked, _COLUMNS, most, bounded=True)
        counts = _counted(sample.rows[:SAMPLE])
    elif query.counting:
        counts = await _whole(session)
    page = sample.rows[: limit + 1] if sample else []  # the sample begins with the first page
    whole = sample is not None and (sample.whole or len(page) > limit)
    if query.after is not None or not whole:
        following = replace(asked, after=query.after)
        page = (await hits(session, following, _COLUMNS, limit + 1)).rows
    after = page[limit - 1]["id"] if len(page) > limit else None
    counted = len(sample.rows[:SAMPLE]) if sample else None
    every = sample is None or (sample.whole and len(sample.rows) <= SAMPLE)
    others = {} if every else _others(counts)
    return Found(tuple(page[:limit]), after, counts, counted, every, others)


def _tokens(query: Query) -> tuple[str, ...]:
    tokens: set[str] = set()
    asked = terms(query.text)
    if len(asked) > _TERMS or any(len(term) > _LONGEST for term in asked):
        raise SearchError(
            Words(
                f"最多 {_TERMS} 个词，每个不超过 {_LONGEST} 字",
                f"at most {_TERMS} terms of {_LONGEST} characters",
            )
        )
    if query.text.strip() and not asked:
        raise SearchError(Words("没有可查询的文字", "there are no words to search for"))
    for term in asked:
        grams = wanted(term)
        if not grams:
            raise SearchError(
                Words(
                    f"「{term}」只有一个字，请输入至少两个字",
                    f"{term!r} is one character; search for two or more",
                )
            )
        tokens.update(grams)
    for facet, value in _chosen(query).items():
        _demand_facet(facet, value)
        tokens.add(facet_token(facet, value))
    return tuple(sorted(tokens))


def _demand_facet(facet: str, value: str) -> None:
    if facet not in FACETS:
        raise SearchError(
            Words(
                f"没有分面「{facet}」，有：{'、'.join(FACETS)}",
                f"no facet {facet!r}; there are {', '.join(FACETS)}",
            )
        )
    if not known(facet, value):
        name = LABELS[facet]
        raise SearchError(
            Words(f"{name.zh}没有「{value[:40]}」", f"{name.en}: there is no {value[:40]!r}")
        )


def _chosen(query: Query) -> dict[str, str]:
    return {facet: value for facet, value in query.facets.items() if value}


def _counted(sample: Sequence[RowMapping]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    for row in sample:
        for facet, value in facets(cast("Mapping[str, Any]", row)).items():
            counts[facet][value] += 1
    return {facet: _ordered(found) for facet, found in counts.items()}


async def _whole(session: AsyncSession) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    rows = await (await session.connection()).execute(_COUNTED)
    for facet, value, count in rows:
        counts[facet][value] = count
    return {facet: _ordered(found) for facet, found in counts.items()}


def _others(counted: Mapping[str, Mapping[str, int]]) -> dict[str, list[str]]:
    known = {facet: values(facet, counted.get(facet, {})) for facet in FACETS}
    return {
        facet: [value for value in some if value not in counted.get(facet, {})]
        for facet, some in known.items()
    }


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
