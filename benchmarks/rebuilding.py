"""`trail rebuild` of a long trail; to reach: 20,000 entries a second.

The floor copies the same entries without folding them: read, SHA-256, enter. The trail is
`benchmarks/one_case.py` again and again under other names, eight cases at a time mixed, as
they come in an office. What is rebuilt first has entries only; the outcome has all rows, and
is rebuilt in turn: that is measured, by a process of its own, and nothing may differ.
"""

import asyncio
import re
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final, NamedTuple

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from audit import merkle
from audit.event import moment
from benchmarks import databases
from benchmarks.databases import opened
from benchmarks.one_case import CASE, NUMBER, entries
from demo.facts import COMMITTEE, INSTITUTION, read_dossier
from demo.seed import seed
from records import bulk
from records.database import Database
from records.rebuilding import rebuild
from records.tables import Case, CaseParty, Event, Payload, Tree

SIZE: Final = 200_000
_AT_ONCE: Final = 8
_ROUNDS: Final = 3
_NAMES: Final = re.compile(rb"[0-9a-f]{64}")
_ENTRY: Final = bulk.columns_of(Event)
Row = tuple[Any, ...]


def main() -> None:
    """Print the best of some rounds, and the floor of the same run."""
    with tempfile.TemporaryDirectory() as folder:
        for name, make in (("SQLite", databases.sqlite), ("PostgreSQL", databases.postgres)):
            _measure(name, partial(make, folder))


def _measure(name: str, make: Callable[[str], str]) -> None:
    bare, live = make("bare"), make("live")
    asyncio.run(_fill(bare))
    asyncio.run(_made(bare, live))
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


async def _made(bare: str, live: str) -> None:
    """Let the entries make their rows."""
    async with opened(bare) as source, opened(live) as target:
        await rebuild(source, target)


async def _fill(url: str) -> None:
    await seed(url, read_dossier(), bytes(32))
    whole = entries()
    plain = [(entry.canonical(), words) for entry, words in whole]
    async with opened(url) as database, database.writing() as session:
        await databases.unguarded(session)
        tree = await session.get_one(Tree, 1)
        frontier = merkle.Frontier(tree.size, tree.edge)
        for first in range(1, SIZE // len(whole) + 1, _AT_ONCE):
            mixed = [_Case(n) for n in range(first, first + _AT_ONCE)]
            parties = [row for case in mixed for row in case.parties()]
            await _enter(session, Case, [case.row() for case in mixed])
            await _enter(session, CaseParty, parties)
            words: list[Row] = []
            rows: list[Row] = []
            for (entry, _), (body, said) in zip(whole, plain, strict=True):
                for case in mixed:
                    made = case.named(body)
                    rows.append((frontier.size, *case.entry(entry, made)))
                    words += case.words(said, entry)
                    frontier.append(rows[-1][-2])
            await _enter(session, Event, rows)
            await _enter(session, Payload, words)
        tree.size, tree.edge = frontier.size, frontier.edge
        session.add(tree)


async def _enter(session: AsyncSession, table: type[SQLModel], rows: list[Row]) -> None:
    await bulk.enter(session, table, bulk.columns_of(table), rows)


class _Case:
    """One more case like the first, under names of its own."""

    def __init__(self, number: int) -> None:
        self.number = f"BJ-2026-{number:06d}"
        self._hashes: dict[bytes, bytes] = {}
        self._filing = NUMBER[:-6] + f"{number:06d}"

    def row(self) -> Row:
        values = {
            "number": self.number,
            "title": "方言评测",
            "institution": INSTITUTION,
            "committee": COMMITTEE,
            "applicant": "p01",
            "division": "110108",
            "stage": "submitted",
            "form": "f",
            "version": 3,
            "answers": "{}",
            "signed_off": "",
            "request": self.number,
            "created_at": "",
        }
        return tuple(map(values.get, bulk.columns_of(Case)))

    def parties(self) -> Iterator[Row]:
        for party in (INSTITUTION, COMMITTEE, "authority-1", "authority-2"):
            yield self.number, party

    def named(self, text: bytes) -> bytes:
        text = text.replace(CASE.encode(), self.number.encode())
        return _NAMES.sub(self._hash, text.replace(NUMBER.encode(), self._filing.encode()))

    def _hash(self, found: re.Match[bytes]) -> bytes:
        old = found[0]
        if old not in self._hashes:
            self._hashes[old] = sha256(old + self.number.encode()).hexdigest().encode()
        return self._hashes[old]

    def entry(self, entry: Any, body: bytes) -> Row:
        return (
            self.number,
            entry.proceeding.replace(CASE, self.number),
            entry.seq,
            entry.event.kind,
            moment(entry.at),
            entry.request.replace(CASE, self.number),
            "",
            body,
            merkle.leaf(body),
            moment(entry.at),
        )

    def words(self, said: Any, entry: Any) -> Iterator[Row]:
        for one in said:
            commitment = self.named(one.commitment.encode()).decode()
            place = entry.proceeding.replace(CASE, self.number)
            sealed = (one.value + one.salt).encode()  # as long; nobody opens it
            yield commitment, place, entry.seq, one.path, "p01", sealed


if __name__ == "__main__":
    main()
