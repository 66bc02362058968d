"""Office files are archives from strangers: look before opening."""

from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from law.words import Words
from lists.errors import ListError

LARGEST: Final = 64 << 20
"""Bytes a list may have."""
_LARGEST_OPEN: Final = 512 << 20
_MOST_ENTRIES: Final = 2000
_RATIO: Final = 200  # XML of real lists packs about 20 to 1
_SMALL: Final = 1 << 20  # what is small when open is no bomb, however it packs
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED: Final = 0x1


@contextmanager
def opened(data: bytes, member: str) -> Generator[ZipFile]:
    """Open an Office archive after looking at every entry's size.

    Raises:
        ListError: It is too large, an old or encrypted Office file, a bomb, truncated, or has
            no such member.
    """
    if data.startswith(_OLE):
        raise ListError(
            "old_office",
            Words(
                "这是旧版（.doc、.xls）或者加密的 Office 文件，请另存为不加密的 .docx、.xlsx",
                "an old (.doc, .xls) or encrypted Office file; save as plain .docx or .xlsx",
            ),
        )
    try:
        with ZipFile(BytesIO(data)) as archive:
            _inspect(archive.infolist())
            if member not in archive.namelist():
                words = Words(f"压缩包内没有 {member}", f"the archive holds no {member}")
                raise ListError("no_document", words)
            yield archive
    except (BadZipFile, EOFError, NotImplementedError) as error:
        raise ListError(
            "broken_archive",
            Words(f"文件损坏或者不完整：{error}", f"broken or truncated: {error}"),
        ) from error


def _inspect(entries: list[ZipInfo]) -> None:
    whole = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_ENTRIES or whole > _LARGEST_OPEN:
        raise _bomb(whole)
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            words = Words("压缩包有密码", "the archive is encrypted")
            raise ListError("encrypted", words)
        if entry.file_size > max(_SMALL, entry.compress_size * _RATIO):
            raise _bomb(entry.file_size)


def _bomb(size: int) -> ListError:
    return ListError(
        "bomb",
        Words(
            f"解压后过大（{size} 字节），不予打开",
            f"too large when unpacked ({size} bytes); not opened",
        ),
    )
