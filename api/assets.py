"""The pages' own files: the design system's sheet without its fonts, and ours."""

import re
from functools import cache
from pathlib import Path
from typing import Final

ASSETS: Final = r"^(shenbei\.css|shenbei\.svg)$"
STATIC: Final = Path(__file__).parent / "static"
_SHEET: Final = "node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.css"
_FACES: Final = re.compile(r"@font-face\{[^}]*\}")
_FONT: Final = re.compile(r'"?GDS Transport"?,arial,sans-serif')


@cache
def stylesheet() -> str:
    """Return the design system's sheet; its licence allows its font on one site only."""
    text = Path(__file__).parents[1].joinpath(_SHEET).read_text("utf-8")
    ours = _FONT.sub("var(--app-font)", _FACES.sub("", text))
    if "GDS Transport" in ours:
        raise RuntimeError("the sheet names its own font in a new way")
    return ours
