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
    try:
        lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for number, cells in enumerate(lines, 1):
            if any(cells):
                yield TableRow(1, number, tuple(cells))
    except csv.Error as error:
        words = Words(f"CSV 格式错误：{error}", f"malformed CSV: {error}")
        raise ListError("broken_csv", words) from error


def _decoded(data: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    words = Words("文件不是 UTF-8 或者 GB 18030 编码的文本", "neither UTF-8 nor GB 18030 text")
    raise ListError("encoding", words)
