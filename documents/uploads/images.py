"""PNG and JPEG of strangers: whole, bounded, and nothing behind them."""

import warnings
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

from PIL import Image, ImageFile, UnidentifiedImageError

from documents.uploads import UploadError, refusal

PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n"
JPEG_HEAD: Final = b"\xff\xd8\xff"
_MOST_PIXELS: Final = 64_000_000  # a telephone takes 50 million
_MOST_SCANS: Final = 64  # a progressive JPEG has some ten; each costs a pass over all pixels
_PADDING: Final = b"\0\r\n "
_START_OF_SCAN, _END, _FILL = 0xDA, 0xD9, 0xFF
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})


def demand_png(data: bytes) -> None:
    """Refuse a PNG that is broken, too large, or followed by more.

    Raises:
        UploadError: It is one of these.
    """
    _demand_nothing_after(data, _end_of_png(data))
    _demand_readable(data, "PNG")


def demand_jpeg(data: bytes) -> None:
    """Refuse a JPEG that is broken, too large, or followed by more.

    Raises:
        UploadError: It is one of these.
    """
    _demand_nothing_after(data, _end_of_jpeg(data))
    _demand_readable(data, "JPEG")


def _demand_nothing_after(data: bytes, end: int) -> None:
    if data[end:].strip(_PADDING):
        raise refusal("image_trailing")


def _demand_readable(data: bytes, kind: str) -> None:
    """Decode the picture, once its size is known to be bearable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes: ours is the stricter bound
            _decode(data, kind)
    except Image.DecompressionBombError:
        raise refusal("image_pixels", str(_MOST_PIXELS // 10_000)) from None
    except MemoryError:
        raise refusal("bomb") from None
    except UploadError:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise refusal("image_broken") from error


def _decode(data: bytes, kind: str) -> None:
    with _strictly(), Image.open(BytesIO(data), formats=(kind,)) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise refusal("image_pixels", str(_MOST_PIXELS // 10_000))
        image.load()


@contextmanager
def _strictly() -> Generator[None]:
    """Let broken images be errors: WeasyPrint, in the same process, lets them pass."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _end_of_png(data: bytes) -> int:
    """Return where the last chunk ends; their sums are checked, Pillow skips some."""
    at = len(PNG_HEAD)
    while at + 12 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        end = at + 12 + length
        body = memoryview(data)[at + 4 : end - 4]
        if end > len(data) or zlib.crc32(body) != int.from_bytes(data[end - 4 : end]):
            break
        if kind == b"IEND":
            return end
        at = end
    raise refusal("image_broken")


def _end_of_jpeg(data: bytes) -> int:
    """Return where the end marker ends."""
    at, scans = 2, 0
    while at + 2 <= len(data) and data[at : at + 1] == b"\xff":
        marker = data[at + 1]
        if marker == _END:
            return at + 2
        if marker == _FILL:
            at += 1
        elif marker in _ALONE:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker == _START_OF_SCAN:
            scans += 1
            if scans > _MOST_SCANS:
                raise refusal("bomb")
            at = _end_of_scan(data, at)
    raise refusal("image_broken")


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where the packed pixels end: at a marker that is no escape and no restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] and data[at + 1] not in _ALONE:
            return at
        at += 2
    raise refusal("image_broken")
