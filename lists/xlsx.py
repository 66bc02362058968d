"""Rows of an .xlsx, sheet by sheet."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from itertools import count
from typing import Any, Final
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from law.words import Words
from lists.archive import opened
from lists.docx import refuse_entities
from lists.errors import ListError
from lists.table import TableRow

_WIDEST: Final = 64
_MOST_MERGED: Final = 1000
_MOST_ROWS: Final = 1_048_576  # of one sheet, by the format; here of all, blank ones too
_LONGEST_MERGED: Final = 4000
_HEAD: Final = 1 << 16
_EXACT: Final = 2**53  # above, a number of a sheet has lost its last digits


def rows(data: bytes) -> Iterator[TableRow]:
    """Yield the rows of all sheets; a formula is its text, merged cells are filled.

    Raises:
        ListError: It is no .xlsx, or must not be opened.
    """
    with opened(data, "xl/workbook.xml") as archive:
        _demand_no_entities(archive)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # unknown extensions of other programs
            book = load_workbook(BytesIO(data), read_only=True, data_only=False)
        try:
            seen = count(1)
            for number, sheet in enumerate(book.worksheets, 1):
                merged = _merged(data, sheet)
                cells = sheet.iter_rows(max_col=_WIDEST, values_only=True)
                yield from _filled(number, _bounded(cells, seen), merged)
        finally:
            book.close()
    except (BadZipFile, KeyError, ValueError, OSError, expat.ExpatError) as error:
        words = Words(f"表格损坏：{error}", f"broken workbook: {error}")
        raise ListError("broken_xml", words) from error


def _demand_no_entities(archive: ZipFile) -> None:
    """Refuse sheets whose XML declares entities, before another library reads them."""
    for name in archive.namelist():
        if name.endswith(".xml"):
            parser = expat.ParserCreate()
            parser.EntityDeclHandler = refuse_entities
            with archive.open(name) as stream:
                head = stream.read(_HEAD)  # declarations stand before the first element
            with suppress(expat.ExpatError):
                parser.Parse(head, False)  # noqa: FBT003 -- its signature


def _merged(data: bytes, sheet: Any) -> list[tuple[int, int, int]]:
    """Return the merged ranges of a sheet; the streaming reader does not tell them."""
    found: list[tuple[int, int, int]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.endswith("}row") or name == "row":
            _demand_row(int(attributes.get("r", "1")))
        if name.endswith("mergeCell"):
            if len(found) == _MOST_MERGED:
                words = Words(
                    f"一张表的合并单元格超过 {_MOST_MERGED} 处，请先取消合并",
                    f"more than {_MOST_MERGED} merged ranges in a sheet; unmerge them first",
                )
                raise ListError("too_many_merges", words)
            left, top, _, bottom = (n or 1 for n in range_boundaries(attributes["ref"]))
            found.append((top, bottom, left))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EntityDeclHandler = refuse_entities
    path = sheet._worksheet_path  # noqa: SLF001 -- openpyxl tells no other way
    with ZipFile(BytesIO(data)) as archive, archive.open(path) as stream:
        parser.ParseFile(stream)
    return sorted(found)


def _bounded(
    rows: Iterable[tuple[Any, ...]], seen: Iterator[int]
) -> Iterator[tuple[Any, ...]]:
    """Yield rows while all sheets together have no more than one may have."""
    for row in rows:
        _demand_row(next(seen))
        yield row


def _demand_row(number: int) -> None:
    if number > _MOST_ROWS:
        words = Words(f"超过 {_MOST_ROWS} 行", f"more than {_MOST_ROWS} rows")
        raise ListError("too_many_rows", words)


def _filled(
    number: int, rows: Iterable[tuple[Any, ...]], merged: list[tuple[int, int, int]]
) -> Iterator[TableRow]:
    kept: dict[tuple[int, int], str] = {}  # (range's place in the list, column): its text
    for row, values in enumerate(rows, 1):
        cells = list(map(_text, values))
        for n, (top, bottom, left) in enumerate(merged):
            if top <= row <= bottom and left <= len(cells):
                text = kept.setdefault((n, left), cells[left - 1])
                if len(text) > _LONGEST_MERGED:
                    words = Words(
                        f"第 {number}:{row} 行：合并单元格的文字过长",
                        f"row {number}:{row}: a merged cell's text is too long",
                    )
                    raise ListError("oversized_row", words)
                cells[left - 1] = text
        if any(cells):
            yield TableRow(number, row, tuple(cells))


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
        case _:
            return str(value)
