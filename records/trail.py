"""The trail in the database: append in the caller's transaction, read for proof."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import TextClause, func, insert, text
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit import merkle
from audit import tree as stored
from audit.event import Entry, moment, read
from records.tables import Checkpoint, Event, Tree, TreeNode

LAST = 2**31 - 1
"""The greatest index that the database can hold."""
PAGE = 4096
"""Entries read at once: a whole subtree."""


@dataclass(frozen=True, slots=True)
class Appended:
    """Entries of one act, with what stands beside each in the row but not in the tree."""

    entries: Sequence[Entry]
    digest: str
    recorded_at: datetime


class Stored(NamedTuple):
    """A stored entry: its bytes, its leaf, and what its row says of it."""

    place: int
    case_number: str
    proceeding: str
    seq: int
    kind: str
    at: str
    request: str
    body: bytes
    leaf: bytes


# Columns, not objects: whole trails are read this way.
_COLUMNS: list[Any] = [Event.index, *(getattr(Event, name) for name in Stored._fields[1:])]
_ENTRIES = columns(*_COLUMNS).order_by(col(Event.index))

_LEAVES = (
    'SELECT CAST(:l{n} AS integer), "index", leaf FROM event '
    'WHERE "index" >= :a{n} AND "index" < :z{n}'
)
_NODES = (
    "SELECT level, place, hash FROM tree_node "
    "WHERE level = :l{n} AND place >= :a{n} AND place < :z{n}"
)


async def append(session: AsyncSession, act: Appended) -> None:
    """Append entries and grow the tree; the tree's row orders all writers."""
    bodies = [(entry.canonical(), act.digest) for entry in act.entries]
    await extend(session, bodies, act.recorded_at)


async def extend(
    session: AsyncSession, entries: Sequence[tuple[bytes, str]], recorded_at: datetime
) -> int:
    """Append entries by their bytes, and the digests of their acts; return the first index."""
    tree = await lock(session)
    frontier = merkle.Frontier(tree.size, tree.edge)
    first = tree.size
    rows: list[dict[str, object]] = []
    leaves: list[merkle.Hash] = []
    for body, digest in entries:
        entry, leaf = read(body), merkle.leaf(body)
        leaves.append(leaf)
        rows.append(
            {
                "index": frontier.size,
                "case_number": entry["case"],
                "proceeding": entry["proceeding"],
                "seq": entry["seq"],
                "kind": entry["event"]["kind"],
                "at": entry["at"],
                "request": entry["request"],
                "digest": digest,
                "body": body,
                "leaf": leaf,
                "recorded_at": moment(recorded_at),
            }
        )
        frontier.append(leaf)
    await session.exec(insert(Event), params=rows)
    await grow(session, tree.size, leaves)
    tree.size, tree.edge = frontier.size, frontier.edge
    session.add(tree)
    return first


async def grow(session: AsyncSession, size: int, leaves: Sequence[merkle.Hash]) -> None:
    """Store the hashes of the subtrees that leaves complete after the first `size` ones."""
    known = await nodes(session, stored.before(size, len(leaves)))
    made = stored.completed(size, leaves, known)
    if made:
        params = [
            {"level": level, "place": place, "hash": found}
            for (level, place), found in made.items()
        ]
        await session.exec(insert(TreeNode), params=params)


async def nodes(session: AsyncSession, runs: Sequence[stored.Run]) -> stored.Nodes:
    """Return stored hashes by level and place, in one query."""
    if not runs:
        return {}
    given: dict[str, int] = {}
    for n, run in enumerate(runs):
        given |= {f"l{n}": run.level, f"a{n}": run.start, f"z{n}": run.start + run.length}
    statement = _runs(tuple(run.level == 0 for run in runs))
    rows = (await (await session.connection()).execute(statement, given)).all()
    return {(level, place): bytes(found) for level, place, found in rows}


@lru_cache
def _runs(leaves: tuple[bool, ...]) -> TextClause:
    """Return the query of so many runs, each of leaves or not; to make it takes long."""
    one = (_NODES, _LEAVES)
    return text(" UNION ALL ".join(one[leaf].format(n=n) for n, leaf in enumerate(leaves)))


async def inclusion(session: AsyncSession, index: int, size: int) -> tuple[merkle.Hash, ...]:
    """Return the proof that the tree of a size holds the entry at an index.

    Raises:
        ValueError: It does not.
    """
    return await _proved(session, stored.inclusion(index, size))


async def consistency(session: AsyncSession, first: int, size: int) -> tuple[merkle.Hash, ...]:
    """Return the proof that the tree of a size extends that of the first."""
    return await _proved(session, stored.consistency(first, size))


async def _proved(session: AsyncSession, proof: stored.Proof) -> tuple[merkle.Hash, ...]:
    wanted = stored.runs(subtree for one in proof for subtree in one)
    return stored.computed(proof, await nodes(session, wanted))


async def lock(session: AsyncSession) -> Tree:
    """Return the tree's row, locked: whoever writes to the trail comes after."""
    statement = select(Tree).where(col(Tree.id) == 1).with_for_update()
    return (await session.exec(statement)).one()


async def head(session: AsyncSession) -> merkle.Frontier:
    """Return the tree as it stands."""
    tree = await session.get_one(Tree, 1, populate_existing=True)  # others may have grown it
    return merkle.Frontier(tree.size, tree.edge)


async def count(session: AsyncSession) -> int:
    """Return one more than the last stored index, whatever the tree's row says."""
    return (await session.exec(select(func.max(Event.index) + 1))).one() or 0


async def pages(session: AsyncSession, indices: range) -> AsyncGenerator[Sequence[Stored]]:
    """Yield the stored entries of a range in order, without holding them all."""
    for start in range(indices.start, indices.stop, PAGE):
        page = min(start + PAGE, indices.stop)
        statement = _ENTRIES.where(col(Event.index) >= start, col(Event.index) < page)
        connection = await session.connection()
        rows = [Stored(*row) for row in (await connection.execute(statement)).all()]
        if rows:
            yield rows


async def events_of_case(
    session: AsyncSession, case: str, after: int, limit: int
) -> Sequence[Event]:
    """Return a page of a case's entries, oldest first, after an index."""
    statement = (
        select(Event)
        .where(col(Event.case_number) == case, col(Event.index) > after)
        .order_by(col(Event.index))
        .limit(limit)
    )
    return (await session.exec(statement)).all()


async def events_of_proceeding(session: AsyncSession, proceeding: str) -> Sequence[Event]:
    """Return all entries of a proceeding in order."""
    statement = (
        select(Event).where(col(Event.proceeding) == proceeding).order_by(col(Event.seq))
    )
    return (await session.exec(statement)).all()


async def checkpoints(session: AsyncSession) -> Sequence[Checkpoint]:
    """Return all signed checkpoints, smallest tree first."""
    return (await session.exec(select(Checkpoint).order_by(col(Checkpoint.size)))).all()
