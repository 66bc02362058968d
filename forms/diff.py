"""What differs between two answer sets of a form, field by field; texts by character.

Chinese has no spaces between words, so texts are compared by character and the pieces are then
joined to what a reader takes in at once (diff-match-patch, semantic clean-up).
"""

# The comparing library is untyped:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from diff_match_patch import diff_match_patch

from forms.conditions import EMPTY, Answers
from forms.questionnaire import Item, Questionnaire
from law.words import Words

Piece = tuple[Literal["same", "removed", "added"], str]
_SECONDS: Final = 1.0  # a longer comparison gives a coarser, still right, answer
_KINDS: Final[dict[int, Literal["same", "removed", "added"]]] = {
    0: "same",
    -1: "removed",
    1: "added",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One box that differs. `pieces` join to either side of a text; empty for other types."""

    path: str
    label: Words
    before: Any
    after: Any
    pieces: tuple[Piece, ...] = ()

    @property
    def kind(self) -> Literal["added", "removed", "changed"]:
        """Tell whether the answer came, went, or became another."""
        if self.before in EMPTY:
            return "added"
        return "removed" if self.after in EMPTY else "changed"


def diff(form: Questionnaire, before: Answers, after: Answers) -> tuple[Change, ...]:
    """Return every box whose answer differs, in the order of the form.

    Rows of repeating groups are compared by their place.
    """
    return tuple(_group(form.item, before, after, ""))


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Return a text comparison; the same and removed pieces join to `before`."""
    tool = diff_match_patch()
    tool.Diff_Timeout = _SECONDS
    found = tool.diff_main(before, after)
    tool.diff_cleanupSemantic(found)
    return tuple((_KINDS[kind], text) for kind, text in found)


def _group(
    items: tuple[Item, ...], before: Answers, after: Answers, path: str
) -> Iterator[Change]:
    for item in items:
        old, new = before.get(item.key), after.get(item.key)
        if old != new:
            yield from _item(item, old, new, f"{path}{item.key}")


def _item(item: Item, old: Any, new: Any, path: str) -> Iterator[Change]:
    if item.type == "group" and item.repeats:
        rows = cast("list[Any]", old or []), cast("list[Any]", new or [])
        for index in range(max(map(len, rows))):
            old, new = (r[index] if index < len(r) else {} for r in rows)
            yield from _group(item.item, _answers(old), _answers(new), f"{path}/{index}/")
    elif item.type == "group":
        yield from _group(item.item, _answers(old), _answers(new), f"{path}/")
    elif not (old in EMPTY and new in EMPTY):
        textual = item.type in {"string", "text"} and not item.repeats
        both = isinstance(old, str) and isinstance(new, str)
        compared = pieces(str(old), str(new)) if textual and both else ()
        yield Change(path, item.text.words, old, new, compared)


def _answers(value: Any) -> Answers:
    return cast("Answers", value) if isinstance(value, Mapping) else {}
