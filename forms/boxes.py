"""A filled form as the boxes of a sheet: in their order, under their names, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from forms.completeness import problems, prune
from forms.conditions import EMPTY, Answers
from forms.questionnaire import Item, Questionnaire
from law.words import Words


@dataclass(frozen=True, slots=True)
class Box:
    """One box: where it stands, what it is called, what is in it."""

    path: str
    group: Words
    name: Words
    value: str
    wrong: Words | None  # why it is not yet as it must be, empty or not


def boxes(form: Questionnaire, answers: Answers) -> list[Box]:
    """Return the boxes that are asked, empty ones with what they lack.

    Rows of a repeating group follow one another, numbered from 1.
    """
    wrong = {path: words for path, (_, words) in problems(form, answers).items()}
    kept = prune(form, answers)
    return list(_group(form.item, kept, ("", form.title.words), wrong))


def _group(
    items: Sequence[Item], answers: Answers, where: tuple[str, Words], wrong: dict[str, Words]
) -> Iterator[Box]:
    path, title = where
    for item in items:
        here, value = f"{path}{item.key}", answers.get(item.key)
        if item.type == "display":
            continue
        if item.type != "group":
            if value not in EMPTY or here in wrong:
                name, text = item.text.words, _text(item, value)
                yield Box(here, title, name, text, wrong.get(here))
        elif item.repeats:
            rows: Sequence[Any] = value or ()
            for n, row in enumerate(rows):
                numbered = Words(f"{item.text.zh} {n + 1}", f"{item.text.en} {n + 1}")
                yield from _group(item.item, row, (f"{here}/{n}/", numbered), wrong)
            if not rows and here in wrong:
                yield Box(here, title, item.text.words, "", wrong[here])
        else:
            inner = item.text.words
            yield from _group(item.item, value or {}, (f"{here}/", inner), wrong)


def _text(item: Item, value: Any) -> str:
    if value in EMPTY:
        return ""
    if isinstance(value, list):
        return "；".join(_text(item, one) for one in value)  # pyright: ignore[reportUnknownVariableType] -- answers
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return str(value.get("name", value.get("sha256", "")))  # pyright: ignore[reportUnknownMemberType,reportUnknownArgumentType] -- an attachment
    shown = {option.code: option.display.zh for option in item.answerOption}
    return shown.get(str(value), str(value))
