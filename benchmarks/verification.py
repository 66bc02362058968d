"""`trail verify` as it is run: a long trail from a database, with all the rows beside it.

There is no limit for it; the floor is SHA-256 of the same bytes. What it does more than
`benchmarks/trail.py` is to read the rows from a database, to compare each column with the
bytes, to open all words, and to fold every proceeding anew.
"""

import asyncio
import tempfile
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import select

from benchmarks import databases
from benchmarks.databases import opened
from benchmarks.long_trail import long_trail
from records.database import Database
from records.tables import Event
from records.verification import verify_trail


def main() -> None:
    """Print the seconds and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        for name, make in (("SQLite", databases.sqlite), ("PostgreSQL", databases.postgres)):
            _measure(name, partial(make, folder))


def _measure(name: str, make: Callable[[str], str]) -> None:
    size, ours, floor = asyncio.run(verified(long_trail(make)))
    print(f"trail verify on {name}, {size} entries, rows and folds: {ours:.2f} s")
    print(f"  floor, SHA-256 of the bytes: {floor:.3f} s; ratio {ours / floor:.0f}, no limit")


async def verified(url: str) -> tuple[int, float, float]:
    """Return the entries of a trail, and the seconds of its verification and of the floor.

    Raises:
        RuntimeError: It does not verify.
    """
    async with opened(url) as database:
        floor = await _hashed(database)
        key = Ed25519PrivateKey.generate().public_key()
        start = perf_counter()
        report = await verify_trail(database, "bench", [key])
        ours = perf_counter() - start
    if not report or not report.size:
        raise RuntimeError(f"the trail does not verify: {report.faults[:3]}")
    return report.size, ours, floor


async def _hashed(database: Database) -> float:
    async with database.reading() as session:
        bodies = (await session.exec(select(Event.body))).all()
    start = perf_counter()
    for body in bodies:
        sha256(body).digest()
    return perf_counter() - start


if __name__ == "__main__":
    main()
