"""Proofs among a million entries, appends with and without the tree, a bundle of 500 entries.

The floors are in the same run: for appends the same transaction without the tree's hashes.
"""

import asyncio
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from random import Random
from time import perf_counter
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from audit import merkle, tree
from audit.bundle import Bundle, Trusted, pack
from audit.checkpoint import Checkpoint, sign
from audit.event import Entry, moment
from audit.notes import NOTE, verifier
from audit.opening import open_bundle
from audit.proof import LogProof
from audit.questions import Known
from benchmarks import databases
from benchmarks.databases import opened
from cases.ethics_review.events import BallotCast
from cases.ethics_review.state import Ballot, Outcome
from records import trail
from records.database import Database
from records.tables import Event, Tree, TreeNode

SIZE: Final = 1_000_000
_PROOFS: Final = 300
_ACTS: Final = 2000
_ROUNDS: Final = 3
_AT: Final = datetime(2026, 11, 24, tzinfo=UTC)


async def main() -> None:
    """Print each figure, its limit, and its floor."""
    leaves = [sha256(n.to_bytes(8)).digest() for n in range(SIZE)]
    nodes = tree.completed(0, leaves, {})
    with tempfile.TemporaryDirectory() as folder:
        for name, make in (("SQLite", databases.sqlite), ("PostgreSQL", databases.postgres)):
            async with opened(await asyncio.to_thread(make, folder)) as database:
                await _fill(database, leaves, nodes)
                await _proofs(name, database)
                await _appends(name, database)
    _bundle()


async def _fill(
    database: Database, leaves: list[merkle.Hash], nodes: dict[tuple[int, int], merkle.Hash]
) -> None:
    frontier = merkle.Frontier()
    frontier.extend(leaves)
    rows = (_row(n, leaf) for n, leaf in enumerate(leaves))
    kept = ({"level": v, "place": p, "hash": found} for (v, p), found in nodes.items())
    async with database.writing() as session:
        await databases.unguarded(session)
        for table, made in ((Event, rows), (TreeNode, kept)):
            await _insert(session, table, made)
        row = await session.get_one(Tree, 1)
        row.size, row.edge = frontier.size, frontier.edge
        session.add(row)


async def _insert(session: AsyncSession, table: Any, rows: Any) -> None:
    page: list[dict[str, Any]] = []
    for row in rows:
        page.append(row)
        if len(page) == 20_000:  # noqa: PLR2004 -- rows at once
            await session.exec(insert(table), params=page)
            page = []
    if page:
        await session.exec(insert(table), params=page)


def _row(n: int, leaf: bytes) -> dict[str, Any]:
    return {
        "index": n,
        "case_number": f"BJ-2026-{n // 100:06d}",
        "proceeding": f"ethics-review/BJ-2026-{n // 100:06d}/1",
        "seq": n % 100 + 1,
        "kind": "k",
        "at": moment(_AT),
        "request": f"r{n}",
        "digest": "",
        "body": b"{}",
        "leaf": leaf,
        "recorded_at": moment(_AT),
    }


async def _proofs(name: str, database: Database) -> None:
    chance, taken = Random(1), list[float]()  # noqa: S311 -- which are asked for
    async with database.reading() as session:
        for _ in range(_PROOFS):
            index = chance.randrange(SIZE)
            start = perf_counter()
            await trail.inclusion(session, index, SIZE)
            taken.append(perf_counter() - start)
    taken.sort()
    middle, late = taken[_PROOFS // 2] * 1e3, taken[_PROOFS * 95 // 100] * 1e3
    print(f"proof among {SIZE} entries, {name}: p50 {middle:.2f} ms, p95 {late:.2f} (<= 2)")


async def _appends(name: str, database: Database) -> None:
    best = {False: 1e9, True: 1e9}
    grow: Any = trail.grow

    async def nothing(*_: object) -> None:
        return

    for number in range(_ROUNDS * 2):
        whole = bool(number % 2)
        chosen: Any = grow if whole else nothing
        trail.grow = chosen
        start = perf_counter()
        for n in range(_ACTS):
            await _act(database, f"{number}-{n}")
        best[whole] = min(best[whole], perf_counter() - start)
        if not whole:
            await _catch_up(database, grow)
    trail.grow = grow
    ratio = best[True] / best[False]
    print(f"append in its transaction, {name}: {_ACTS / best[True]:.0f}/s")
    print(
        f"  floor, without the stored tree: {_ACTS / best[False]:.0f}/s; {ratio:.2f} (<= 1.2)"
    )


async def _catch_up(database: Database, grow: Any) -> None:
    """Store what the floor left out, so that the next round finds it."""
    async with database.writing() as session:
        size = (await session.get_one(Tree, 1)).size
        first = size - _ACTS
        runs = [tree.Run(0, first, _ACTS)]
        found = await trail.nodes(session, runs)
        await grow(session, first, [found[0, first + n] for n in range(_ACTS)])


async def _act(database: Database, name: str) -> None:
    async with database.writing() as session:
        entry = _entry(name)
        await trail.append(session, trail.Appended([entry], "", _AT))


def _entry(name: str, seq: int = 1) -> Entry:
    return Entry(
        case="BJ-2026-000001",
        proceeding=f"ethics-review/{name}/1",
        seq=seq,
        at=_AT,
        actor={"person": "p11", "body": "committee-1", "role": "member"},
        request=name,
        policy="0" * 64,
        event=BallotCast(member="p11", round=1, ballot=Ballot(choice=Outcome.APPROVE)),
    )


def _bundle(count: int = 500) -> None:
    bodies = [_entry("one", n + 1).canonical() for n in range(count)]
    leaves = [merkle.leaf(body) for body in bodies]
    key = Ed25519PrivateKey.generate()
    known = verifier("bench", NOTE, key.public_key())
    note = sign(Checkpoint("bench", count, merkle.root(leaves)), key)
    data = pack(
        Bundle(
            head={
                "case": "BJ-2026-000001",
                "size": count,
                "whole": True,
                "proceedings": {"ethics-review/one/1": count},
            },
            checkpoint=note,
            entries=dict(enumerate(bodies)),
            proofs={n: LogProof(n, merkle.inclusion(leaves, n), note) for n in range(count)},
            words=[],
            papers={},
            trusted=Trusted(log=[known.text]),
        ),
        "bench",
        key,
    )
    start = perf_counter()
    found = open_bundle(data, Known(log=[known]), datetime(2027, 1, 1, tzinfo=UTC))
    taken = perf_counter() - start
    if not found:
        raise RuntimeError(f"the bundle does not verify: {found.notes[:3]}")
    print(f"bundle of {count} entries, {len(data) >> 10} KiB: {taken * 1e3:.0f} ms (<= 200)")


if __name__ == "__main__":
    asyncio.run(main())
