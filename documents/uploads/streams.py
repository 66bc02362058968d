"""Streams of strangers' PDFs: how large they grow, counted without keeping them."""

# The library has no complete types of its own:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import zlib
from typing import Any, Final

import pikepdf

from documents.uploads import refusal

LARGEST_STREAM: Final = 64 << 20
"""Bytes a stream that is no picture may inflate to."""
_MOST_PIXELS: Final = 1 << 28  # of a picture; a scanned map has many
_LARGEST_IMAGE: Final = 512 << 20
_LARGEST_WHOLE: Final = 1 << 30
_CHUNK: Final = 1 << 20
_PACKERS: Final = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}
_FLATE: Final = {"/FlateDecode", "/Fl"}


def demand_bounded(pdf: pikepdf.Pdf) -> None:
    """Refuse streams that grow too large; what they inflate to is counted and dropped.

    Raises:
        UploadError: One does, or all together do.
    """
    left = _LARGEST_WHOLE
    for found in pdf.objects:
        if isinstance(found, pikepdf.Stream):
            left -= _inflated(found, left)


def _inflated(stream: Any, left: int) -> int:
    """Return how many bytes a stream inflates to, if that is bearable."""
    told = stream.get("/Filter")
    filters = list(map(str, told if isinstance(told, pikepdf.Array) else [told]))
    packers = [name for name in filters if name in _PACKERS]
    image = stream.get("/Subtype") == "/Image"
    if len(packers) > 1 or (image and _pixels(stream) > _MOST_PIXELS):
        raise refusal("bomb")
    if not packers:
        return 0
    most = min(_LARGEST_IMAGE if image else LARGEST_STREAM, left)
    if filters[0] not in _FLATE:
        size = len(stream.read_bytes())
    else:
        size = _counted(stream.read_raw_bytes(), most)
    if size > most:
        raise refusal("bomb")
    return size


def _pixels(image: Any) -> int:
    sides = image.get("/Width"), image.get("/Height")
    if not all(isinstance(side, int) and side > 0 for side in sides):
        raise refusal("pdf_damaged")
    return int(sides[0]) * int(sides[1])


def _counted(data: bytes, most: int) -> int:
    """Return how many bytes data inflates to, or a few more than the most."""
    inflating, size = zlib.decompressobj(), 0
    while data and size <= most and not inflating.eof:
        try:
            got = len(inflating.decompress(data, _CHUNK))
        except zlib.error:
            return size  # readers show what they got until there
        data, size = inflating.unconsumed_tail, size + got
    return size
