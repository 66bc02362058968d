"""Inspect a file of a stranger: what it is by content, or why it is refused."""

import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile

from documents.uploads import (
    CSV,
    DOCX,
    JPEG,
    LARGEST,
    PDF,
    PNG,
    TEXT,
    XLSX,
    Found,
    UploadError,
    images,
    office,
    pdf,
    refusal,
)

_BY_ENDING: Final[Mapping[str, str]] = {
    "pdf": PDF,
    "png": PNG,
    "jpg": JPEG,
    "jpeg": JPEG,
    "docx": DOCX,
    "xlsx": XLSX,
    "csv": CSV,
    "txt": TEXT,
}
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_NAME_OF_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
_COMMAND: Final = re.compile(
    rb"(?:\A(?:\xef\xbb\xbf)?|[,;\t\r\n])[\"' ]{0,16}[=+@-][\w.\\'\"()]{0,255}\|"
)
_HEAD: Final = 1024  # where lenient readers look for the beginning of a PDF


def inspect(data: bytes, name: str, largest: int = LARGEST) -> Found:
    """Return what a file is by its content; its name's ending must say the same.

    Raises:
        UploadError: It is refused.
    """
    try:
        return _inspected(data, name, largest)
    except UploadError as error:
        refused = UploadError(error.code, error.words)
    except MemoryError:
        refused = refusal("bomb")
    # Here, and not above: the error would keep what filled the memory, and a process that
    # has none left cannot tell why.
    raise refused


def _inspected(data: bytes, name: str, largest: int) -> Found:
    if not data:
        raise refusal("empty")
    if len(data) > largest:
        raise refusal("too_large", str(largest >> 20))
    _, dot, ending = name.rpartition(".")
    said = _BY_ENDING.get(ending.lower()) if dot else None
    if said is None:
        raise refusal("unknown_type")
    media = _sniffed(data)
    if media == TEXT and said == CSV:
        _demand_no_command(data)
        media = CSV
    if media != said:
        raise refusal("wrong_ending", media)
    if media not in (DOCX, XLSX):
        _demand_no_archive(data)
    return Found(media, _READERS[media](data))


def _sniffed(data: bytes) -> str:
    """Return the media type that the first bytes tell."""
    if data.startswith(_OLE):
        raise refusal("office_encrypted" if _NAME_OF_PACKAGE in data else "office_old")
    if data.startswith(b"PK\x03\x04"):
        return office.media(data)
    if b"%PDF-" in data[:_HEAD]:
        return PDF
    if data.startswith(images.PNG_HEAD):
        return PNG
    if data.startswith(images.JPEG_HEAD):
        return JPEG
    _demand_text(data)
    return TEXT


def _demand_no_archive(data: bytes) -> None:
    """Refuse what is an archive as well: those are read from their end."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
    except (BadZipFile, NotImplementedError, OSError, EOFError):
        return
    if names:
        raise refusal("polyglot")


def _demand_text(data: bytes) -> None:
    """Refuse what is no clean text in UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        if encoding := _encoding(data):
            raise refusal("text_encoding", encoding) from None
        raise refusal("unknown_type") from None
    if "\0" in text:
        raise refusal("text_nul")
    if text.isprintable():
        return
    for character in set(text) - set("\t\n\r\ufeff"):
        if unicodedata.category(character) == "Cc":
            raise refusal("text_control", f"U+{ord(character):04X}")


def _demand_no_command(data: bytes) -> None:
    """Refuse cells that spreadsheets would run as a command of another program (DDE)."""
    if _COMMAND.search(data):
        raise refusal("text_command")


def _encoding(data: bytes) -> str:
    """Return the encoding that text not in UTF-8 seems to have; empty: it seems no text."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "UTF-16"
    try:
        text = data.removeprefix(BOM_UTF8).decode("gb18030")
    except UnicodeDecodeError:
        return ""
    controls = (c for c in set(text) - set("\t\n\r") if unicodedata.category(c) == "Cc")
    return "" if any(controls) else "GB 18030 (GBK)"


_READERS: Final[Mapping[str, Callable[[bytes], int | None]]] = {
    PDF: pdf.pages,
    PNG: images.demand_png,
    JPEG: images.demand_jpeg,
    DOCX: office.demand_inert,
    XLSX: office.demand_inert,
    CSV: lambda _: None,  # read as text already, to tell what it is
    TEXT: lambda _: None,
}
