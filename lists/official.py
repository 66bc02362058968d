"""A list as the authority published it: its rows, each accounted for."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import Final

from law.words import Words
from lists import delimited, docx, xlsx
from lists.archive import LARGEST
from lists.columns import Column, Layout, layout
from lists.entry import Entry, Unreadable, entry
from lists.errors import ListError
from lists.table import TableRow
from lists.text import normal

_READERS: Final[Mapping[str, Callable[[bytes], Iterator[TableRow]]]] = {
    ".docx": docx.rows,
    ".xlsx": xlsx.rows,
    ".csv": delimited.rows,
    ".tsv": delimited.rows,
}
_MOST_ROWS: Final = 300_000
_LONGEST_ROW: Final = 40_000
_MONTH: Final = re.compile(r"(20\d\d)[年\-_.](\d{1,2})")


@dataclass(frozen=True, slots=True)
class Listed:
    """One data row of a list: where it stands, what was printed, what it says."""

    row: TableRow
    found: Entry | Unreadable


_HEADLESS: Final = Unreadable(
    "no_header", Words("所在表格没有表头", "its table has no header of its own")
)


def _continued(columns: Mapping[int, Layout], row: TableRow) -> Layout | None:
    """Return the layout of the table before, where a page break cut one table in two."""
    if not columns:
        return None
    before = columns.get(row.table - 1) or columns[max(columns)]
    return before if len(row.cells) == before.width else None


def _caption(cells: Sequence[str], found: Layout | None) -> bool:
    """Tell whether a row is no data: blank, one text over its whole width, or a note.

    A note stands alone in the first cell, where the header has no column of ours.
    """
    said = [cell.strip() for cell in cells]
    if not any(said) or found is None:
        return len(set(said) - {""}) <= 1
    if len(set(said)) == 1 and len(said) > 1:
        return True
    return bool(said[0]) and not any(said[1:]) and 0 not in found.places.values()


def _safely(read: Callable[[bytes], Iterator[TableRow]], data: bytes) -> Iterator[TableRow]:
    """Yield rows within bounds; whatever a parser trips over is the file's fault."""
    rows = read(data)
    for _ in range(_MOST_ROWS):
        try:
            row = next(rows, None)
        except ListError:
            raise
        except Exception as error:
            words = Words(f"文件损坏：{error}", f"broken file: {error}")
            raise ListError("broken_file", words) from error
        if row is None:
            return
        if sum(map(len, row.cells)) > _LONGEST_ROW:
            words = Words(f"第 {row.place} 行过长", f"row {row.place} is too long")
            raise ListError("oversized_row", words)
        yield row
    words = Words(f"超过 {_MOST_ROWS} 行", f"more than {_MOST_ROWS} rows")
    raise ListError("too_many_rows", words)


def published(name: str) -> str:
    """Return the month a list's file name tells, as YYYY-MM; empty where it tells none.

    >>> published("境内深度合成服务算法备案清单（2023年6月）.docx")
    '2023-06'
    """
    match = _MONTH.search(PurePath(name).name)
    return f"{match[1]}-{int(match[2]):02d}" if match else ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A list read to its end without a refusal: how many rows, and the rows."""

    total: int
    rows: Iterable[Listed]


def checked(
    name: str, data: bytes, named: Mapping[Column, str] | None = None, *, keep: int = 20_000
) -> Checked:
    """Return a list that was read to its end, so that entering its rows stops at nothing.

    Args:
        name: The file's name.
        data: The file.
        named: The headers of columns that bear names of their own.
        keep: Rows kept in memory; a longer list is read a second time as it is entered.

    Raises:
        ListError: As `listed`.
    """
    rows = listed(name, data, named)
    kept = list(islice(rows, keep))
    more = sum(1 for _ in rows)
    return Checked(len(kept) + more, listed(name, data, named) if more else kept)


def listed(
    name: str, data: bytes, named: Mapping[Column, str] | None = None
) -> Iterator[Listed]:
    """Yield the data rows of a list; header rows and blank rows are none.

    Args:
        name: The file's name; its ending says how to read it.
        data: The file.
        named: The headers of columns that bear names of their own.

    Raises:
        ListError: It is no list, is hostile, or holds no table with a number column.
    """
    if len(data) > LARGEST:
        size = len(data)
        words = Words(f"文件 {size} 字节，超过 {LARGEST}", f"{size} bytes exceed {LARGEST}")
        raise ListError("too_large", words)
    ending = PurePath(name).suffix.casefold()
    if ending not in _READERS:
        known = " ".join(_READERS)
        raise ListError(
            "file_type",
            Words(
                f"只读 {known}，不读「{ending}」",
                f"reads {known}, not {ending!r}",
            ),
        )
    own = {normal(header): column for column, header in (named or {}).items()}
    columns: dict[int, Layout] = {}
    for row in _safely(_READERS[ending], data):
        if (header := layout(row.cells, own)) is not None:
            columns[row.table] = header
            continue
        found = columns.get(row.table) or _continued(columns, row)
        if not _caption(row.cells, found):
            yield Listed(row, entry(row.cells, found) if found else _HEADLESS)
    if not columns:
        raise ListError(
            "no_table",
            Words(
                "没有找到带「备案编号」表头的表格；表头不同的，请给出列对应",
                "no table with a number column; give a column map if its headers differ",
            ),
        )
