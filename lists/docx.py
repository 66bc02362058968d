"""Tables of a .docx, row by row as the XML streams by."""

from collections.abc import Callable, Iterator
from typing import Any, Final
from xml.parsers import expat

from law.words import Words
from lists.archive import opened
from lists.errors import ListError
from lists.table import TableRow

_NAMESPACES: Final = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main ",
    "http://purl.oclc.org/ooxml/wordprocessingml/main ",
)
_LOCAL: Final = {
    f"{namespace}{local}": local
    for namespace in _NAMESPACES
    for local in ("tbl", "tr", "tc", "gridSpan", "vMerge", "p", "br", "t")
}
_CHUNK: Final = 1 << 16
_WIDEST: Final = 64  # cells a row may have, merged ones spread
_LONGEST_MERGED: Final = 4000  # repeated in each row, or one cell would be thousands
_LONGEST: Final = 20_000  # characters a cell may have


def rows(data: bytes) -> Iterator[TableRow]:
    """Yield the rows of all tables of a document.

    Raises:
        ListError: It is no .docx, or its XML declares entities or is broken.
    """
    with (
        opened(data, "word/document.xml") as archive,
        archive.open("word/document.xml") as stream,
    ):
        reader = _Reader()
        while chunk := stream.read(_CHUNK):
            yield from reader.feed(chunk)
        yield from reader.feed(b"", last=True)


class _Table:
    """One table being read; tables nest."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.row = 0
        self.cells: list[str] = []
        self.above: list[str] = []
        self.text: list[str] = []
        self.span = 1
        self.continues = False


class _Reader:
    """Feeds expat and gathers the rows it completes."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.EntityDeclHandler = refuse_entities
        self._tables: list[_Table] = []
        self._count = 0
        self._in_text = False
        self._ready: list[TableRow] = []

    def feed(self, chunk: bytes, *, last: bool = False) -> list[TableRow]:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise ListError(
                "broken_xml", Words(f"文档损坏：{error}", f"broken document: {error}")
            ) from error
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = _LOCAL.get(name)
        if local is None:
            return
        self._in_text = local == "t"
        if local == "tbl":
            self._count += 1
            self._tables.append(_Table(self._count))
        elif self._tables and (begin := _BEGINS.get(local)):
            begin(self._tables[-1], attributes)

    def _end(self, name: str) -> None:
        local = _LOCAL.get(name)
        if local is None:
            return
        self._in_text = False
        if not self._tables:
            return
        table = self._tables[-1]
        if local == "tbl":
            self._tables.pop()
        elif local == "tc":
            _end_cell(table)
        elif local == "tr":
            table.row += 1
            self._ready.append(TableRow(table.number, table.row, tuple(table.cells)))
            table.above, table.cells = table.cells, []

    def _characters(self, text: str) -> None:
        if self._in_text and self._tables:
            self._tables[-1].text.append(text)


def _begin_cell(table: _Table, _attributes: dict[str, str]) -> None:
    table.text, table.span, table.continues = [], 1, False


def _begin_span(table: _Table, attributes: dict[str, str]) -> None:
    table.span = max(min(int(_value(attributes) or 1), _WIDEST), 1)


def _begin_merge(table: _Table, attributes: dict[str, str]) -> None:
    table.continues = _value(attributes) != "restart"


def _begin_line(table: _Table, _attributes: dict[str, str]) -> None:
    if table.text:
        table.text.append("\n")


_BEGINS: Final[dict[str, Callable[[_Table, dict[str, str]], None]]] = {
    "tc": _begin_cell,
    "gridSpan": _begin_span,
    "vMerge": _begin_merge,
    "p": _begin_line,
    "br": _begin_line,
}


def _end_cell(table: _Table) -> None:
    column = len(table.cells)
    text = "".join(table.text)
    if table.continues and column < len(table.above):
        text = table.above[column]
        if len(text) > _LONGEST_MERGED:
            place = f"{table.number}:{table.row + 1}"
            words = Words(
                f"{place} 行合并单元格的文字过长",
                f"row {place}: a merged cell's text is too long",
            )
            raise ListError("oversized_row", words)
    if len(text) > _LONGEST or column + table.span > _WIDEST:
        place = f"{table.number}:{table.row + 1}"
        words = Words(f"{place} 行的单元格过长或者过多", f"row {place}: cells too large")
        raise ListError("oversized_row", words)
    table.cells += [text, *[""] * (table.span - 1)]


def _value(attributes: dict[str, str]) -> str:
    found = (attributes.get(f"{namespace}val") for namespace in _NAMESPACES)
    return next((value for value in found if value), "")


def refuse_entities(*_declaration: Any) -> None:
    """Refuse a document that declares entities: they multiply, or fetch."""
    words = Words("文档声明了 XML 实体，不予读取", "the document declares XML entities")
    raise ListError("entities", words)
