"""The search index: for each token the filings that have it, as bitmaps, on either database.

A row of `register_posting` holds, of `CHUNK` successive keys, those of the filings that have
a token. Keys are only ever added: what a filing no longer has may stay, for each hit is
looked at again.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from pyroaring import BitMap
from sqlalchemy import Integer, Row, Select, bindparam, func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from lists.grams import grams
from records.register.tables import Posting

CHUNK: Final = 1 << 16
FACETS: Final = ("kind", "class", "role", "region", "year", "state")
_AT_ONCE: Final = 5000  # tokens asked for in one statement
_LAST: Final = 1 << 30  # a chunk beyond all
_PORTION: Final = 1024  # keys taken out of a bitmap at once
_RECOUNT: Final = {
    "kind": "kind",
    "class": "algorithm_class",
    "role": "role",
    "region": "substr(division, 1, 2)",
    "year": "year",
    "state": "state",
}
# In the drivers' own style: naming the values of a hundred thousand lines takes longer.
_KEEP: Final = (
    "INSERT INTO register_posting (token, chunk, keys) VALUES (?, ?, ?) "
    "ON CONFLICT (token, chunk) DO UPDATE SET keys = excluded.keys"
)


def _parts() -> tuple[Select[int, bytes], ...]:
    """Return how the bitmaps of some tokens are read: of the two newest chunks, and the rest.

    Most searches end in the newest: the others are read only when they do not.
    """
    top = bindparam("top", type_=Integer)
    chunk, token = col(Posting.chunk), col(Posting.token)
    newest = select(func.max(chunk)).where(token == bindparam("first"))
    border = newest.where(chunk <= top).scalar_subquery() - 1
    some = token.in_(bindparam("tokens", expanding=True))
    kept = select(Posting.chunk, Posting.keys).where(some, chunk <= top)
    return kept.where(chunk >= border), kept.where(chunk < border)


_PARTS: Final = _parts()  # built once: building takes longer than reading


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
    """Return the token by which the index knows a facet's value; no text has it."""
    return f"{facet}={value}"


def postings(filings: Iterable[Mapping[str, Any]]) -> dict[int, dict[str, BitMap]]:
    """Return, by chunk and token, keys of filings counted from their chunk's first."""
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for filing in filings:
        chunk, key = divmod(filing["id"], CHUNK)
        tokens = {facet_token(facet, value) for facet, value in facets(filing).items()}
        for token in tokens.union(grams(filing["text"])):
            found[chunk][token].append(key)
    return {
        chunk: {token: BitMap(keys) for token, keys in tokens.items()}
        for chunk, tokens in found.items()
    }


async def index(session: AsyncSession, filings: Iterable[Mapping[str, Any]]) -> None:
    """Index filings by their searched text and their facets.

    Nobody else may write the index meanwhile: the caller holds the register's lock.
    """
    connection = await session.connection()
    for chunk, found in postings(filings).items():
        tokens = list(found)
        for first in range(0, len(tokens), _AT_ONCE):
            some = tokens[first : first + _AT_ONCE]
            kept = select(Posting.token, Posting.keys).where(Posting.chunk == chunk)
            for token, keys in await session.exec(kept.where(col(Posting.token).in_(some))):
                found[token] |= BitMap.deserialize(keys)
        lines = [(token, chunk, keys.serialize()) for token, keys in found.items()]
        sqlite = connection.dialect.name == "sqlite"
        await connection.exec_driver_sql(_KEEP if sqlite else _KEEP.replace("?", "%s"), lines)


async def having(
    session: AsyncSession, tokens: Sequence[str], after: int | None = None
) -> AsyncIterator[int]:
    """Yield the keys of the filings that have all of some tokens, the newest first.

    Args:
        session: A session.
        tokens: At least one.
        after: Only keys below it.
    """
    top, place = (_LAST, 0) if after is None else divmod(after, CHUNK)
    asked = {"tokens": tokens, "first": tokens[0], "top": top}
    connection = await session.connection()
    for part in _PARTS:
        rows = await connection.execute(part, asked)
        common = _common(rows, len(tokens))
        if top in common:
            common[top].remove_range(place, CHUNK)
        for nth in sorted(common, reverse=True):
            for key in _downwards(common[nth]):
                yield nth * CHUNK + key


def _common(rows: Iterable[Row[int, bytes]], tokens: int) -> dict[int, BitMap]:
    """Return, by chunk, the keys that all of so many tokens have."""
    found: dict[int, list[BitMap]] = defaultdict(list)
    for chunk, keys in rows:
        found[chunk].append(BitMap.deserialize(keys))
    whole = {chunk: maps for chunk, maps in found.items() if len(maps) == tokens}
    return {chunk: BitMap.intersection(*maps) for chunk, maps in whole.items()}


def _downwards(keys: BitMap) -> Iterator[int]:
    for last in range(len(keys), 0, -_PORTION):
        yield from reversed(keys[max(last - _PORTION, 0) : last].to_array())


async def recount(session: AsyncSession) -> None:
    """Count the facets over the whole register."""
    connection = await session.connection()
    await connection.execute(text("DELETE FROM register_facet"))
    for facet, column in _RECOUNT.items():
        counted = text(
            "INSERT INTO register_facet (facet, value, count) "  # noqa: S608 -- our own columns
            f"SELECT '{facet}', {column}, count(*) FROM register_filing "
            f"WHERE {column} <> '' GROUP BY {column}"
        )
        await connection.execute(counted)
