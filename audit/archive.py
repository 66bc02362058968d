"""Take a zip of a stranger apart: known names only, bounded, each once, nothing beside."""

import re
import zlib
from io import BytesIO
from pathlib import Path
from typing import Final
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from audit.bundle import NAME, packed

_MOST: Final = 100_000
_WHOLE: Final = 2 << 30
_BESIDE: Final = 512
"""Bytes that the zip itself takes for a part, at most: its name, twice, and its records."""
_ENCRYPTED: Final = 0x1
_REFUSED: Final = (
    BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
)


class ArchiveError(ValueError):
    """The file is no bundle, or more than one."""


def read_file(file: Path) -> bytes:
    """Return the bytes of a file; one that no bundle can fill is not read at all.

    Raises:
        ArchiveError: It is larger than a bundle may be.
        OSError: It cannot be read.
    """
    most = _WHOLE + _MOST * _BESIDE
    with file.open("rb") as opened:
        if file.stat().st_size > most:
            raise ArchiveError("more than a bundle may hold")
        data = opened.read(most + 1)  # of a pipe nobody knows the size before
    if len(data) > most:
        raise ArchiveError("more than a bundle may hold")
    return data


def contents(data: bytes, names: re.Pattern[str] = NAME) -> dict[str, bytes]:
    """Return the parts of a bundle by name; `names` is what they may be called.

    Raises:
        ArchiveError: It is no zip, or holds other names, one twice, or too much.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            _demand_plain(entries, len(data), names)
            parts = {entry.filename: _read(archive, entry) for entry in entries}
    except _REFUSED as error:
        raise ArchiveError(f"no readable zip: {error}") from None
    if packed(parts) != data:  # an archive has room for what its list does not tell
        raise ArchiveError("it is not packed as a bundle is")
    return parts


def _demand_plain(entries: list[ZipInfo], size: int, names: re.Pattern[str]) -> None:
    whole = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST or whole > min(_WHOLE, size):
        raise ArchiveError("more than a bundle may hold")
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        if not names.fullmatch(name):
            raise ArchiveError(f"a part is called {name[:80]!r}")
        if name in seen:
            raise ArchiveError(f"{name} is there twice")
        if entry.flag_bits & _ENCRYPTED or entry.compress_type != ZIP_STORED:
            raise ArchiveError(f"{name} is encrypted or compressed")
        seen.add(name)


def _read(archive: ZipFile, entry: ZipInfo) -> bytes:
    with archive.open(entry) as stream:
        found = stream.read(entry.file_size + 1)
    if len(found) != entry.file_size:
        raise ArchiveError(f"{entry.filename} is longer than it says")
    return found
