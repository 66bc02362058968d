"""Set a paper as PDF/A-3a and PDF/UA-1. The press runs this in a process of its own.

Only named assets can be fetched, nothing by path or address: with WeasyPrint's own fetcher a
hostile page was measured to pull /etc/passwd into the paper.
"""

# The library has no types of its own:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from html import escape
from io import BytesIO
from math import cos, pi, radians, sin
from pathlib import Path
from typing import Any, Final

import pikepdf
import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from documents.fonts import assets, missing, named
from documents.press import Enclosed, Place, Sheet
from documents.ua import identify

_ROOT: Final = Path(__file__).parent.parent
_POINTS_PER_PIXEL: Final = 0.75


def lay_out(html: str, record: bytes, day: date, enclosed: Sequence[Enclosed] = ()) -> Sheet:
    """Return a paper as PDF with its record inside; the same input gives the same bytes.

    Args:
        html: The filled template; it must hold an element with the id `seal`.
        record: The facts, as JSON, to embed as `record.json`.
        day: Date of the paper; the clock is not asked.
        enclosed: Files that travel inside, as they are.
    """
    moment = datetime.combine(day, time(), UTC)
    ours = Enclosed("record.json", record, "machine-readable record of this paper")
    files = ((ours, "Source"), *((file, "Supplement") for file in enclosed))
    attachments = [
        weasyprint.Attachment(
            string=file.data,
            name=file.name,
            description=file.described,
            relationship=relationship,
            created=moment,
            modified=moment,
        )
        for file, relationship in files
    ]
    demand_glyphs(html)
    fonts, *sheets = style()
    document = weasyprint.HTML(string=html, url_fetcher=Assets()).render(
        stylesheets=sheets, font_config=fonts
    )
    identify(document.metadata)
    pdf: Any = document.write_pdf(pdf_variant="pdf/a-3a", attachments=attachments)
    seals = _places(document, "seal")
    if not seals:
        raise ValueError("the paper has no place for a seal")
    return Sheet(pdf, seals[0], _places(document, "hand-"))


def pages(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)


def demand_glyphs(text: str) -> None:
    """Refuse characters that our font does not draw: another font would step in, or a box.

    Raises:
        GlyphError: Some are missing; the message names them.
    """
    if lacking := missing(text):
        raise GlyphError(f"字库没有这些字 · the font lacks: {named(lacking)}")


class GlyphError(ValueError):
    """A paper holds characters that cannot be set."""


def seal_pdf(name: str) -> bytes:
    """Return the round seal of a body as a PDF of 42 mm, to be stamped."""
    fonts, faces, _ = style()
    page = "<style>@page{size:42mm;margin:0}html,body{margin:0;line-height:0}</style>"
    html = weasyprint.HTML(string=page + seal_svg(name), url_fetcher=Assets())
    pdf: Any = html.write_pdf(stylesheets=[faces], font_config=fonts)
    return bytes(pdf)


def hand_pdf(name: str) -> bytes:
    """Return the name of a person as it is drawn in the place of their signature."""
    demand_glyphs(name)
    fonts, faces, _ = style()
    size = min(22, 90 // max(len(name), 1))
    page = (
        "<style>@page{size:36mm 11mm;margin:0}body{margin:0;font:bold "
        f"{size}pt/11mm Song;text-align:center;color:#123}}</style>{escape(name)}"
    )
    html = weasyprint.HTML(string=page, url_fetcher=Assets())
    pdf: Any = html.write_pdf(stylesheets=[faces], font_config=fonts)
    return bytes(pdf)


def seal_svg(name: str) -> str:
    """Draw the seal: ring, star, and the name along the upper arc."""
    letters = "".join(_letter(c, i, len(name)) for i, c in enumerate(name))
    star = " ".join(
        f"{100 + r * sin(pi * k / 5):.2f},{100 - r * cos(pi * k / 5):.2f}"
        for k, r in enumerate([30, 11.46] * 5)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="42mm" height="42mm"'
        ' viewBox="0 0 200 200" fill="#d00" font-family="Song">'
        '<circle cx="100" cy="100" r="94" fill="none" stroke="#d00" stroke-width="5"/>'
        f'{letters}<polygon points="{star}"/></svg>'
    )


def _letter(character: str, index: int, count: int) -> str:
    degrees = -216 + 252 * index / max(count - 1, 1)
    x, y = 100 + 70 * cos(radians(degrees)), 100 + 70 * sin(radians(degrees))
    size = min(22, 400 // max(count, 1))
    return (
        f'<text text-anchor="middle" font-size="{size}" '
        f'transform="translate({x:.2f} {y:.2f}) rotate({degrees + 90:.2f})">'
        f"{escape(character)}</text>"
    )


class Assets(URLFetcher):  # type: ignore[misc] # -- WeasyPrint is untyped
    """Fetch named assets; refuse everything else and stop the paper."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"asset"}, allow_redirects=False)

    def fetch(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 -- its signature
    ) -> URLFetcherResponse:
        """Return an asset by its exact name."""
        path = assets().get(url)
        if path is None:
            raise FatalURLFetchingError(f"not an asset of ours: {url[:80]}")
        return URLFetcherResponse(url, body=path.read_bytes())


@cache
def style() -> tuple[FontConfiguration, weasyprint.CSS, weasyprint.CSS]:
    """Return what all papers are set with: fonts, their faces, and the style sheet."""
    fonts = FontConfiguration()
    faces, paper = (
        weasyprint.CSS(
            string=(_ROOT / "templates" / name).read_text("utf-8"),
            font_config=fonts,
            url_fetcher=Assets(),
        )
        for name in ("fonts.css", "print.css")
    )
    return fonts, faces, paper


def _places(document: Any, prefix: str) -> tuple[Place, ...]:
    """Return the places of the elements whose ids begin so, in the order of their ids."""
    found: list[tuple[str, Place]] = []
    for number, page in enumerate(document.pages):
        height = page.height * _POINTS_PER_PIXEL
        for name, corners in page.anchors.items():
            if name.startswith(prefix):
                left, top, right, bottom = (n * _POINTS_PER_PIXEL for n in corners)
                box = (left, height - bottom, right, height - top)
                rounded = (round(box[0]), round(box[1]), round(box[2]), round(box[3]))
                found.append((name, Place(number, rounded)))
    return tuple(place for _, place in sorted(found, key=lambda pair: (len(pair[0]), pair[0])))
