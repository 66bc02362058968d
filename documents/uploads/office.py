"""Word and Excel files of strangers: only parts that are known to be inert."""

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from posixpath import normpath
from typing import Final
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 -- its module's name for it

from documents.uploads import DOCX, XLSX, UploadError, refusal
from lists.archive import opened
from lists.errors import ListError

_TYPES: Final = "[Content_Types].xml"
_MAIN: Final = {f"{DOCX}.main+xml": DOCX, f"{XLSX}.main+xml": XLSX}
_RELATIONS: Final = "application/vnd.openxmlformats-package.relationships+xml"
_INERT: Final = re.compile(
    r"(application|text)/([\w.+-]*\+)?xml|image/[\w.+-]+|application/[\w.-]*font[\w.-]*"
    r"|application/vnd\.openxmlformats-officedocument\.[\w.]*printersettings"
    r"|application/vnd\.openxmlformats-officedocument\.vmldrawing",
    re.ASCII,
)
_MACRO: Final = re.compile(r"macro|vba|dialogsheet", re.ASCII)
_OBJECT: Final = re.compile(r"activex|oleobject|afchunk|/package$|/control$", re.ASCII)
_FETCHING: Final = re.compile(
    r"\W*(?:DDE|DDEAUTO|LINK|INCLUDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|RD|DATABASE)\b",
    re.IGNORECASE,
)
_FIELD_MARKS: Final = (b"nstr", "nstr".encode("utf-16-le"), "nstr".encode("utf-16-be"))
_LINKED: Final = re.compile("externallink|connections|querytable")
_ODD: Final = re.compile(r"[\\:\x00-\x1f]|^/|^$")
_CHUNK: Final = 1 << 16
_LARGEST_INDEX: Final = 8 << 20  # of content types, or of relationships of a part
_END: Final = b"PK\x05\x06"
_END_LENGTH: Final = 22
_CODES: Final = {
    "bomb": "bomb",
    "encrypted": "office_encrypted",
    "no_document": "unknown_type",
}

Attributes = dict[str, str]


def media(data: bytes) -> str:
    """Return whether an archive is a Word or an Excel file.

    Raises:
        UploadError: It is neither, or must not be opened.
    """
    with _archive(data) as archive:
        types = _Types(archive)
    found = {_MAIN[kind] for kind in types.parts.values() if kind in _MAIN}
    if len(found) != 1:
        raise refusal("unknown_type")
    return found.pop()


def demand_inert(data: bytes) -> None:
    """Refuse an Office file with macros, objects, outside content, or tricks in its archive.

    Raises:
        UploadError: It has one of these.
    """
    if data[-_END_LENGTH:][: len(_END)] != _END:
        raise refusal("polyglot")
    with _archive(data) as archive:
        types = _Types(archive)
        for name in archive.namelist():
            kind = _RELATIONS if name.endswith(".rels") else types.of(name)
            if name == _TYPES or name.endswith("/"):
                continue
            if not _INERT.fullmatch(kind):
                raise refusal("office_embedded", name)
            if kind == _RELATIONS:
                _parse(archive, name, _demand_inert_relation)
            elif "xml" in kind or kind.endswith("vmldrawing"):
                _demand_plain(archive, name)


@contextmanager
def _archive(data: bytes) -> Generator[ZipFile]:
    """Open an archive whose sizes and names are as they should be."""
    try:
        with opened(data, _TYPES) as archive:
            _demand_names(archive)
            yield archive
    except ListError as error:
        code = _CODES.get(error.code.removeprefix("list."), "office_broken")
        raise refusal(code, *error.words) from error
    except UploadError:
        raise
    except (BadZipFile, ZlibError, expat.ExpatError, EOFError, ValueError) as error:
        raise refusal("office_broken", str(error)) from error


def _demand_names(archive: ZipFile) -> None:
    seen: set[str] = set()
    for entry in archive.infolist():
        name = entry.orig_filename
        plain = name.removesuffix("/")
        # Names differ by more than case: readers do not agree which of two counts.
        if _ODD.search(plain) or normpath(plain) != plain or plain.lower() in seen:
            raise refusal("office_path", repr(name[:80]))
        if plain.startswith(".."):
            raise refusal("office_path", repr(name[:80]))
        seen.add(plain.lower())


class _Types:
    """The content types an archive declares; a declared macro is refused at once."""

    def __init__(self, archive: ZipFile) -> None:
        self.parts: dict[str, str] = {}
        self._endings: dict[str, str] = {}
        _parse(archive, _TYPES, self._start)

    def of(self, name: str) -> str:
        """Return the content type of a part, in lower case; empty: none is declared."""
        low = name.lower()
        found = self.parts.get(low) or self._endings.get(low.rpartition(".")[2], "")
        return found.lower()

    def _start(self, name: str, told: Attributes) -> None:
        kind = told.get("ContentType", "")
        if _MACRO.search(kind.lower()):
            raise refusal("office_macro")
        if _OBJECT.search(kind.lower()):
            raise refusal("office_embedded", kind)
        if _LINKED.search(kind.lower()):
            raise refusal("office_external", kind)
        if name.endswith("Override"):
            self.parts[told.get("PartName", "").removeprefix("/").lower()] = kind
        elif name.endswith("Default"):
            self._endings[told.get("Extension", "").lower()] = kind


def _demand_inert_relation(_name: str, told: Attributes) -> None:
    kind, target = told.get("Type", "").lower(), told.get("Target", "")
    if _MACRO.search(kind):
        raise refusal("office_macro")
    if _OBJECT.search(kind):
        raise refusal("office_embedded", target[:80])
    if _LINKED.search(kind):
        raise refusal("office_external", target[:80])
    outside = told.get("TargetMode", "").lower() == "external"
    if outside and not kind.endswith("/hyperlink"):
        raise refusal("office_external", target[:80])


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_declaration: object) -> None:
    raise refusal("office_entities")


def _parse(archive: ZipFile, name: str, start: Callable[[str, Attributes], None]) -> None:
    """Read a whole index, element by element."""
    if archive.getinfo(name).file_size > _LARGEST_INDEX:
        raise refusal("bomb")
    parser = _parser()
    parser.StartElementHandler = start
    with archive.open(name) as stream:
        parser.ParseFile(stream)


def _demand_plain(archive: ZipFile, name: str) -> None:
    """Refuse a DTD, broken XML, and fields that fetch.

    The parts are large: only one that holds a field at all is read element by element.
    """
    parser, kept, fields = _parser(), b"", False
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)  # noqa: FBT003 -- its signature
            fields = fields or any(mark in kept + chunk for mark in _FIELD_MARKS)
            kept = chunk[-16:]
        parser.Parse(b"", True)  # noqa: FBT003 -- its signature
    if fields:
        _demand_no_fetching(archive, name)


def _demand_no_fetching(archive: ZipFile, name: str) -> None:
    """Refuse fields that fetch; a field's words may be spread over elements."""
    fields, parser = _Fields(), _parser()
    parser.StartElementHandler = fields.start
    parser.CharacterDataHandler = fields.text
    parser.EndElementHandler = fields.end
    with archive.open(name) as stream:
        parser.ParseFile(stream)
    if any(map(_FETCHING.match, fields.told())):
        raise refusal("office_external", "DDE / INCLUDE")


class _Fields:
    """Gathers the instructions of fields, also of one within another."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._open: list[list[str]] = [[]]
        self._within: list[str] = []

    def told(self) -> list[str]:
        """Return the instructions found."""
        return [*self._done, *("".join(one) for one in self._open)]

    def start(self, element: str, attributes: Attributes) -> None:
        """Begin an element."""
        self._within.append(_local(element))
        told = {_local(key): value for key, value in attributes.items()}
        self._done += [told["instr"]] if "instr" in told else []
        kind = told.get("fldCharType")
        if kind == "begin":
            self._open.append([])
        elif kind == "end" and len(self._open) > 1:
            self._done.append("".join(self._open.pop()))

    def text(self, words: str) -> None:
        """Take the words of an instruction."""
        if self._within[-1] in {"instrText", "delInstrText"}:
            self._open[-1].append(words)

    def end(self, _element: str) -> None:
        """End an element."""
        self._within.pop()


def _local(name: str) -> str:
    return name.rpartition(":")[2]
