"""Rows of a CSV file."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Final

from law.words import Words
from lists.errors import ListError
from lists.table import TableRow

_ENCODINGS: Final = ("utf-8-sig", "gb18030")


def rows(data: bytes) -> Iterator[TableRow]:
    """Yield the rows of a CSV in UTF-8 or GB 18030; comma, tab or semicolon between cells.

    Raises:
        ListError: No such encoding fits, or the file is binary or malformed.
    """
    text = _decoded(data)
    head = text[:4096]
    delimiter = max(",\t;", key=head.count)
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(lines, 1):
            if any(cells):
                yield TableRow(1, number, tuple(cells))
    except csv.Error as error:
        line = lines.line_num
        words = Words(
            f"第 {line} 行 CSV 格式错误：{error}", f"line {line}: malformed CSV: {error}"
        )
        raise ListError("broken_csv", words) from error


def _decoded(data: bytes) -> str:
    at = 0
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            at = max(at, error.start)
            continue
        if "\0" not in text:
            return text
        at = max(at, data.index(b"\0"))
    words = Words(
        f"文件不是 UTF-8 或者 GB 18030 编码的文本（第 {at} 字节起）",
        f"neither UTF-8 nor GB 18030 text (from byte {at})",
    )
    raise ListError("encoding", words)
