"""The search index: FTS5 on SQLite, a tsvector with GIN on PostgreSQL, the same tokens."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from lists.grams import grams

CHUNK: Final = 1 << 14
"""Keys that one chunk of PostgreSQL's index has."""
FACETS: Final = ("kind", "class", "role", "region", "year", "state")
_RECOUNT = {
    "kind": "kind",
    "class": "algorithm_class",
    "role": "role",
    "region": "substr(division, 1, 2)",
    "year": "year",
    "state": "state",
}
_POSTGRES = text(
    "INSERT INTO register_search (id, grams) VALUES (:id, array_to_tsvector(:tokens)) "
    "ON CONFLICT (id) DO UPDATE SET grams = excluded.grams"
)
_FREQUENCIES = text(
    "INSERT INTO register_token SELECT unnest(most_common_elems::text::text[]), "
    "unnest(most_common_elem_freqs[1:cardinality(most_common_elems::text::text[])]) "
    "FROM pg_stats WHERE schemaname = current_schema() "
    "AND tablename = 'register_search' AND attname = 'grams'"
)
_SQLITE_DELETE = text("DELETE FROM register_search WHERE rowid = :id")
_SQLITE = text("INSERT INTO register_search (rowid, grams) VALUES (:id, :tokens)")


def facets(filing: Mapping[str, Any]) -> dict[str, str]:
    """Return the facets of a filing, those that it has."""
    values = {
        "kind": filing["kind"],
        "class": filing["algorithm_class"],
        "role": filing["role"],
        "region": filing["division"][:2],
        "year": filing["year"],
        "state": filing["state"],
    }
    return {facet: value for facet, value in values.items() if value}


def facet_token(facet: str, value: str) -> str:
    """Return the token by which the index knows a facet's value; it is no pair."""
    return f"f{facet}_{value.encode().hex()}"


def chunk_token(chunk: int) -> str:
    """Return the token of a chunk of keys."""
    return f"c{chunk}"


async def index(
    session: AsyncSession, filings: Sequence[Mapping[str, Any]], *, fresh: AbstractSet[int]
) -> None:
    """Index filings by their searched text and their facets; anew those not in `fresh`."""
    if not filings:
        return
    tokens = {
        filing["id"]: {
            *grams(filing["text"]),
            *(facet_token(facet, value) for facet, value in facets(filing).items()),
        }
        for filing in filings
    }
    connection = await session.connection()
    if connection.dialect.name == "sqlite":
        if again := [{"id": key} for key in tokens if key not in fresh]:
            await connection.execute(_SQLITE_DELETE, again)
        lines = [{"id": key, "tokens": " ".join(found)} for key, found in tokens.items()]
        await connection.execute(_SQLITE, lines)
    else:
        lists = [
            {"id": key, "tokens": [*found, chunk_token(key // CHUNK)]}
            for key, found in tokens.items()
        ]
        await connection.execute(_POSTGRES, lists)


async def unindex(session: AsyncSession, keys: Sequence[int]) -> None:
    """Take filings out of the index."""
    connection = await session.connection()
    postgres = text("DELETE FROM register_search WHERE id = :id")
    statement = _SQLITE_DELETE if connection.dialect.name == "sqlite" else postgres
    if keys:
        await connection.execute(statement, [{"id": key} for key in keys])


async def recount(session: AsyncSession) -> None:
    """Count the facets over the whole register, and note how frequent tokens are."""
    connection = await session.connection()
    if connection.dialect.name != "sqlite":
        known = await connection.execute(text("SELECT count(*) FROM register_token"))
        if not known.scalar_one():  # the database has not looked by itself yet
            await connection.execute(text("ANALYZE register_search"))
        await connection.execute(text("DELETE FROM register_token"))
        await connection.execute(_FREQUENCIES)
    await connection.execute(text("DELETE FROM register_facet"))
    for facet, column in _RECOUNT.items():
        counted = text(
            "INSERT INTO register_facet (facet, value, count) "  # noqa: S608 -- our own columns
            f"SELECT '{facet}', {column}, count(*) FROM register_filing "
            f"WHERE {column} <> '' GROUP BY {column}"
        )
        await connection.execute(counted)
