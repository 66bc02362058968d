"""`trail rebuild` of a long trail; to reach: 20,000 entries a second.

The floor copies the same entries without folding them: read, SHA-256, enter. Each side is
measured by a process of its own, and nothing may differ.
"""

import asyncio
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final, NamedTuple

from audit import merkle
from benchmarks import databases
from benchmarks.databases import opened
from benchmarks.long_trail import long_trail
from records import bulk
from records.database import Database
from records.rebuilding import rebuild
from records.tables import Event

_ROUNDS: Final = 3
_ENTRY: Final = bulk.columns_of(Event)


def main() -> None:
    """Print the best of some rounds, and the floor of the same run."""
    with tempfile.TemporaryDirectory() as folder:
        for name, make in (("SQLite", databases.sqlite), ("PostgreSQL", databases.postgres)):
            _measure(name, partial(make, folder))


def _measure(name: str, make: Callable[[str], str]) -> None:
    live = long_trail(make)
    rounds = [_apart(_rebuilt, live, make(f"again{n}")) for n in range(_ROUNDS)]
    floors = [_apart(_copied, live, make(f"copy{n}")) for n in range(_ROUNDS)]
    ours, floor = min(rounds), min(floors)
    rate = ours.size / ours.seconds
    print(f"rebuild of {ours.size} entries, {name}: {_said(ours)}; {rate:.0f}/s (>= 20000)")
    ratio = ours.seconds / floor.seconds
    print(f"  floor, read, hash, enter: {_said(floor)}; ratio {ratio:.2f}, no limit")


class Measured(NamedTuple):
    """Seconds, those of the processor, entries, and the most memory in MiB."""

    seconds: float
    processor: float
    size: int
    memory: int


def _said(measured: Measured) -> str:
    seconds, processor, _, memory = measured
    return f"{seconds:.2f} s, {processor:.2f} of the processor, {memory} MiB"


def _apart(what: Callable[[str, str], Measured], live: str, into: str) -> Measured:
    """Return what a fresh process measures."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(what, live, into).result()


def _rebuilt(live: str, into: str) -> Measured:
    return asyncio.run(_timed(_rebuild, live, into))


def _copied(live: str, into: str) -> Measured:
    return asyncio.run(_timed(_copy, live, into))


async def _timed(work: Callable[..., Any], live: str, into: str) -> Measured:
    async with opened(live) as source, opened(into) as target:
        start, before = perf_counter(), process_time()
        size = await work(source, target)
        taken, processor = perf_counter() - start, process_time() - before
    return Measured(taken, processor, size, _memory())


def _memory() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) >> 10


async def _rebuild(live: Database, into: Database) -> int:
    found = await rebuild(live, into)
    if not found:
        raise RuntimeError(f"rows differ: {found.differing[:3]}")
    return found.entries


async def _copy(live: Database, into: Database) -> int:
    size = 0
    async with live.snapshot() as source, into.writing() as target:
        async for page in bulk.read(source, Event, _ENTRY, by="index"):
            rows = [(*row[:-2], merkle.leaf(row[-3]), row[-1]) for row in page]
            await bulk.enter(target, Event, _ENTRY, rows)
            size += len(rows)
    return size


if __name__ == "__main__":
    main()
