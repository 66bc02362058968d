"""The two cuts that papers are set in: ours from npm, or an office's own from a folder."""

from functools import cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont  # pyright: ignore[reportMissingTypeStubs] -- none are published

_OURS: Final = (
    Path(__file__).parent.parent / "node_modules" / "@expo-google-fonts" / "noto-serif-sc"
)
_CUTS: Final = {
    "regular": _OURS / "400Regular" / "NotoSerifSC_400Regular.ttf",
    "bold": _OURS / "700Bold" / "NotoSerifSC_700Bold.ttf",
}
_ENDINGS: Final = (".ttf", ".otf")
_chosen: dict[str, Path] = dict(_CUTS)


def choose(folder: Path | None) -> None:
    """Set papers in an office's own fonts, such as its 仿宋: files `regular` and `bold`.

    A cut that the folder lacks is the regular one; without a regular one it is ours.
    """
    own = {cut: path for cut in _CUTS if folder and (path := _file(folder, cut))}
    regular = own.get("regular")
    _chosen.update({cut: own.get(cut) or regular or ours for cut, ours in _CUTS.items()})


def assets() -> dict[str, Path]:
    """Return the files of the cuts by the names that style sheets know."""
    return {f"asset:{cut}": path for cut, path in _chosen.items()}


def missing(text: str) -> list[str]:
    """Return the characters of a text that a cut of ours does not draw, each once."""
    files = tuple(sorted(set(_chosen.values())))
    return sorted({c for c in text if not c.isspace() and ord(c) not in _drawn(files)})


def named(characters: list[str]) -> str:
    """Return characters with their code points, the first ten of them."""
    return "、".join(f"「{c}」(U+{ord(c):04X})" for c in characters[:10])


def printable(text: str) -> str:
    """Return a text with what cannot be drawn as code points; the record keeps the text."""
    lacking = set(missing(text))
    return "".join(f"[U+{ord(c):04X}]" if c in lacking else c for c in text)


@cache
def _drawn(files: tuple[Path, ...]) -> frozenset[int]:
    """Return the code points that all these cuts draw."""
    cuts = [frozenset[int](TTFont(path).getBestCmap() or ()) for path in files]
    return frozenset[int].intersection(*cuts)


def _file(folder: Path, cut: str) -> Path | None:
    return next((p for e in _ENDINGS if (p := folder / f"{cut}{e}").is_file()), None)
