"""One function decides what is wrong with some answers; everything else asks it."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from forms.conditions import EMPTY, Answers, Conditions, Scopes, into, whole
from forms.questionnaire import Item, Questionnaire
from forms.values import Problem, problem
from law.words import Words


def problems(form: Questionnaire, answers: Answers) -> dict[str, Problem]:
    """Return what is wrong, by path (`data/0/name`); empty when the answers are complete.

    Codes: required, too_few, too_many, type, choice, limit, text, format, check, unknown.
    """
    return dict(_Walk(form).group(form.item, answers, whole(answers), ""))


def shape_problems(form: Questionnaire, answers: Answers) -> dict[str, Problem]:
    """Return what could never be right; a draft may be incomplete, but not malformed."""
    missing = {"required", "too_few"}
    return {p: (c, w) for p, (c, w) in problems(form, answers).items() if c not in missing}


def prune(form: Questionnaire, answers: Answers) -> dict[str, Any]:
    """Return the answers without those whose question is not asked; at submission only."""
    return _Walk(form).pruned(form.item, answers, whole(answers))


class _Walk:
    def __init__(self, form: Questionnaire) -> None:
        self._conditions = Conditions(form)

    def group(
        self, items: tuple[Item, ...], answers: Answers, scopes: Scopes, path: str
    ) -> Iterator[tuple[str, Problem]]:
        for unknown in answers.keys() - {i.key for i in items if i.type != "display"}:
            yield f"{path}{unknown}", ("unknown", Words("表中没有此项", "no such item"))
        for item in items:
            if item.type == "display":
                continue
            found = self._item(item, answers, scopes, f"{path}{item.key}")
            # What is not asked need not be answered; what is answered must be well-formed.
            asked = self._conditions.asked(item, scopes)
            yield from (e for e in found if asked or e[1][0] not in {"required", "too_few"})

    def pruned(
        self, items: tuple[Item, ...], answers: Answers, scopes: Scopes
    ) -> dict[str, Any]:
        kept = dict[str, Any]()
        for item in items:
            value: Any = answers.get(item.key)
            if value in EMPTY or not self._conditions.asked(item, scopes):
                continue
            if item.type == "group" and item.repeats:
                rows = [self.pruned(item.item, row, into(item, row, scopes)) for row in value]
                kept[item.key] = rows
            elif item.type == "group":
                inner = self.pruned(item.item, value, into(item, value, scopes))
                kept |= {item.key: inner} if inner else {}
            else:
                kept[item.key] = value
        return kept

    def _item(
        self, item: Item, answers: Answers, scopes: Scopes, path: str
    ) -> Iterator[tuple[str, Problem]]:
        value = answers.get(item.key)
        blank = value is None or (item.type == "group" and value == "")
        if item.key in answers and blank:
            yield path, ("type", Words("不得为空值", "must not be null or blank"))
        elif value in EMPTY or (isinstance(value, str) and not value.strip()):
            yield from self._missing(item, scopes, path)
        elif item.repeats:
            yield from self._rows(item, value, scopes, path)
        else:
            yield from self._one(item, value, scopes, path)

    def _missing(self, item: Item, scopes: Scopes, path: str) -> Iterator[tuple[str, Problem]]:
        label = item.text.words
        if item.type == "group" and not item.repeats:
            yield from self.group(item.item, {}, into(item, {}, scopes), f"{path}/")
        elif item.required or item.minOccurs:
            words = Words(f"请填写「{label.zh}」", f"{label.en} is missing")
            yield path, ("required", words)

    def _rows(
        self, item: Item, value: Any, scopes: Scopes, path: str
    ) -> Iterator[tuple[str, Problem]]:
        if not isinstance(value, list):
            yield path, ("type", Words("应为列表", "must be a list"))
            return
        rows = cast("list[Any]", value)
        if len(rows) > item.maxOccurs:
            most = item.maxOccurs
            yield path, ("too_many", Words(f"最多 {most} 项", f"at most {most} entries"))
            return
        if len(rows) < item.minOccurs:
            least = item.minOccurs
            yield path, ("too_few", Words(f"至少 {least} 项", f"at least {least} entries"))
        for index, row in enumerate(rows):
            yield from self._one(item, row, scopes, f"{path}/{index}")

    def _one(
        self, item: Item, value: Any, scopes: Scopes, path: str
    ) -> Iterator[tuple[str, Problem]]:
        if item.type != "group":
            if wrong := problem(item, value):
                yield path, wrong
        elif isinstance(value, Mapping):
            answers = cast("Answers", value)
            yield from self.group(item.item, answers, into(item, answers, scopes), f"{path}/")
        else:
            yield path, ("type", Words("应为一组回答", "must be an object"))
