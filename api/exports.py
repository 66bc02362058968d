"""The whole register as CSV, JSON lines and XLSX, streamed page by page."""

import asyncio
import csv
import tempfile
from collections.abc import AsyncIterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any, Final

import orjson
import xlsxwriter  # pyright: ignore[reportMissingTypeStubs] -- none are published

from records.database import Database
from records.register.reading import every

COLUMNS: Final = (
    *("kind", "number", "algorithm", "class_name", "algorithm_class", "role", "entity_name"),
    *("product", "purpose", "division", "year", "state", "state_on", "first_published"),
    *("published", "remark", "credit_code", "doubts", "own"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_SHEET: Final = 1_000_000  # rows of one sheet; a workbook may have several
_CHUNK: Final = 1 << 16
_MAKING: Final = asyncio.Semaphore(2)  # a workbook of the whole register is work


def safe(value: Any) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> [safe(v) for v in ("=1+1", "甲", None)]
    ["'=1+1", '甲', '']
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(value: Any) -> str:
    """Return a cell of a workbook, whose writer takes no text for a formula."""
    return "" if value is None else str(value)


async def csv_lines(database: Database) -> AsyncIterator[str]:
    """Yield a CSV with a byte-order mark, so that spreadsheets read the Chinese."""
    page = StringIO()
    page.write("\ufeff")
    writer = csv.writer(page)
    writer.writerow(COLUMNS)
    async for row in _rows(database):
        writer.writerow([safe(row[name]) for name in COLUMNS])
        if page.tell() > _CHUNK:
            yield page.getvalue()
            page.seek(0)
            page.truncate()
    yield page.getvalue()


async def json_lines(database: Database) -> AsyncIterator[bytes]:
    """Yield one JSON document a line."""
    page = bytearray()
    async for row in _rows(database):
        page += orjson.dumps({name: row[name] for name in COLUMNS}) + b"\n"
        if len(page) > _CHUNK:
            yield bytes(page)
            page.clear()
    yield bytes(page)


async def workbook(database: Database) -> AsyncIterator[bytes]:
    """Yield a workbook; it is written row by row to a file first, never held in memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        async with _MAKING:
            await _write(database, path)
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk


async def _write(database: Database, path: Path) -> None:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": path.parent,
    }
    book: Any = xlsxwriter.Workbook(path, options)
    line, sheet = _SHEET, None
    async for row in _rows(database):
        line += 1
        if sheet is None or line > _SHEET:
            sheet, line = book.add_worksheet(), 1
            sheet.write_row(0, 0, COLUMNS)
        sheet.write_row(line, 0, [_text(row[name]) for name in COLUMNS])
    await asyncio.to_thread(book.close)


async def _rows(database: Database) -> AsyncIterator[Mapping[Any, Any]]:
    async for row in every(database, COLUMNS):
        yield row
