"""Export of the whole register: its time beside a bare read of the rows, and its memory."""

import asyncio
import multiprocessing
import resource
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from time import perf_counter
from typing import Final

from api.exports import COLUMNS, csv_lines, json_lines, workbook
from records.database import Database

_KINDS: Final[dict[str, Callable[[Database], AsyncIterator[str | bytes]]]] = {
    "CSV": csv_lines,
    "JSON lines": json_lines,
    "XLSX": workbook,
}


def exporting(url: str) -> None:
    """Print, for each kind of file, seconds, size, and by how much the process grew."""
    start = perf_counter()
    with closing(sqlite3.connect(url.split("///", 1)[1])) as connection:
        read = f"SELECT {', '.join(COLUMNS)} FROM register_filing ORDER BY id"  # noqa: S608 -- our own names
        rows = sum(1 for _ in connection.execute(read))
    print(f"export of {rows} filings; floor, a bare read: {perf_counter() - start:.1f} s")
    for name in _KINDS:
        process = multiprocessing.get_context("spawn").Process(target=_one, args=(url, name))
        process.start()
        process.join()


def _one(url: str, name: str) -> None:
    asyncio.run(_measure(url, name))


async def _measure(url: str, name: str) -> None:
    database = Database(url)
    try:
        before, start = _peak(), perf_counter()
        size = 0
        async for part in _KINDS[name](database):
            size += len(part.encode() if isinstance(part, str) else part)
        taken = perf_counter() - start
    finally:
        await database.close()
    grown = _peak() - before
    print(
        f"  {name}: {taken:.0f} s, {size >> 20} MiB; memory grew by {grown} MiB (<= 64 MiB)",
        flush=True,
    )


def _peak() -> int:
    """Return the most memory this process had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
