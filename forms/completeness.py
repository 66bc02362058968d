"""One function decides what is wrong with some answers; everything else asks it."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, cast

from cases.text import unplain
from forms.questionnaire import AnyOf, Condition, Item, Questionnaire
from law.credit_code import is_valid
from law.words import Words

Answers = Mapping[str, Any]
Problem = tuple[str, Words]  # (code, what is wrong)

_DECIMAL: Final = re.compile(r"-?\d+(\.\d+)?\Z")
_LARGEST: Final = 2**53 - 1  # what every JSON reader keeps exactly
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_EMPTY: Final[tuple[object, ...]] = (None, "", [], {})


def problems(form: Questionnaire, answers: Answers) -> dict[str, Problem]:
    """Return what is wrong, by path (`data/0/name`); empty when the answers are complete.

    Codes: required, type, choice, limit, text, check, unknown.
    """
    return dict(_group(form.item, answers, (), ""))


def shape_problems(form: Questionnaire, answers: Answers) -> dict[str, Problem]:
    """Return what could never be right; a draft may be incomplete, but not malformed."""
    return {p: (c, w) for p, (c, w) in problems(form, answers).items() if c != "required"}


def prune(form: Questionnaire, answers: Answers) -> dict[str, Any]:
    """Return the answers without those whose question is not asked."""
    return _pruned(form.item, answers, ())


def _pruned(
    items: tuple[Item, ...], answers: Answers, outer: tuple[Answers, ...]
) -> dict[str, Any]:
    scope, kept = (answers, *outer), dict[str, Any]()
    for item in items:
        value: Any = answers.get(item.key)
        if value in _EMPTY or not _asked(item, scope):
            continue
        if item.type == "group" and item.repeats:
            kept[item.key] = [_pruned(item.item, row, scope) for row in value]
        elif item.type == "group":
            kept[item.key] = _pruned(item.item, value, scope)
        else:
            kept[item.key] = value
    return kept


def _group(
    items: tuple[Item, ...], answers: Answers, outer: tuple[Answers, ...], path: str
) -> Iterator[tuple[str, Problem]]:
    scope = (answers, *outer)
    for unknown in answers.keys() - {item.key for item in items}:
        yield f"{path}{unknown}", ("unknown", Words("表中没有此项", "no such item"))
    for item in items:
        found = _item(item, answers, scope, f"{path}{item.key}")
        # What is not asked need not be answered; what is answered must be well-formed.
        asked = _asked(item, scope)
        yield from (entry for entry in found if asked or entry[1][0] != "required")


def _item(
    item: Item, answers: Answers, scope: tuple[Answers, ...], path: str
) -> Iterator[tuple[str, Problem]]:
    value, label = answers.get(item.key), item.text.words
    if item.key in answers and (value is None or (item.type == "group" and value == "")):
        yield path, ("type", Words("不得为空值", "must not be null or blank"))
    elif value in _EMPTY or (isinstance(value, str) and not value.strip()):
        if item.type == "group" and not item.repeats:
            yield from _group(item.item, {}, scope, f"{path}/")
        elif item.required:
            yield (
                path,
                ("required", Words(f"请填写「{label.zh}」", f"{label.en} is missing")),
            )
    elif item.repeats:
        yield from _rows(item, value, scope, path)
    else:
        yield from _one(item, value, scope, path)


def _rows(
    item: Item, value: Any, scope: tuple[Answers, ...], path: str
) -> Iterator[tuple[str, Problem]]:
    if not isinstance(value, list):
        yield path, ("type", Words("应为列表", "must be a list"))
        return
    rows = cast("list[Any]", value)
    for index, row in enumerate(rows):
        yield from _one(item, row, scope, f"{path}/{index}")


def _one(
    item: Item, value: Any, scope: tuple[Answers, ...], path: str
) -> Iterator[tuple[str, Problem]]:
    if item.type == "group":
        if isinstance(value, Mapping):
            answers = cast("Answers", value)
            yield from _group(item.item, answers, scope, f"{path}/")
        else:
            yield path, ("type", Words("应为一组回答", "must be an object"))
    elif problem := _CHECKS[item.type](item, value):
        yield path, problem


def _text(item: Item, value: Any) -> Problem | None:
    if not isinstance(value, str):
        return "type", Words("应为文字", "must be text")
    if wrong := unplain(value, item.maxLength):
        return "text", wrong
    if item.check == "credit_code" and not is_valid(value):
        return "check", Words(
            "统一社会信用代码校验不符（GB 32100）",
            "fails its check character (GB 32100)",
        )
    return None


def _integer(item: Item, value: Any) -> Problem | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return "type", Words("应为整数", "must be a whole number")
    if abs(value) > _LARGEST:
        return "limit", Words("数字过大", "too large")
    if item.minValue is not None and value < item.minValue:
        return "limit", Words(f"不得小于 {item.minValue}", f"must be at least {item.minValue}")
    return None


def _decimal(_item: Item, value: Any) -> Problem | None:
    text = value if isinstance(value, str) else str(value) if isinstance(value, int) else ""
    if isinstance(value, bool) or not _DECIMAL.match(text):
        return "type", Words("应为数字（小数写作文字）", "must be a number, decimals as text")
    return None


def _boolean(_item: Item, value: Any) -> Problem | None:
    if isinstance(value, bool):
        return None
    return "type", Words("应为是或者否", "must be true or false")


def _date(_item: Item, value: Any) -> Problem | None:
    try:
        year = date.fromisoformat(value).year
    except (TypeError, ValueError):
        return "type", Words("应为日期（2026-11-24）", "must be a date (2026-11-24)")
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return "limit", Words(
            f"年份应在 {_FIRST_YEAR} 至 {_LAST_YEAR} 之间", "year out of range"
        )
    return None


def _coding(item: Item, value: Any) -> Problem | None:
    if isinstance(value, str) and value in {option.code for option in item.answerOption}:
        return None
    codes = "、".join(option.code for option in item.answerOption)
    return "choice", Words(f"只能是：{codes}", f"must be one of: {codes}")


_CHECKS: Final = {
    "string": _text,
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "coding": _coding,
}


def _asked(item: Item, scope: tuple[Answers, ...]) -> bool:
    if not item.enableWhen:
        return True
    holds = [_holds(condition, scope) for condition in item.enableWhen]
    return any(holds) if item.enableBehavior == "any" else all(holds)


def _holds(condition: Condition | AnyOf, scope: tuple[Answers, ...]) -> bool:
    if isinstance(condition, AnyOf):
        return any(_holds(one, scope) for one in condition.any)
    answer = _find(condition.question, scope)
    if condition.operator == "exists":
        return (answer not in _EMPTY) is condition.answer
    equal = type(answer) is type(condition.answer) and answer == condition.answer
    return equal if condition.operator == "=" else not equal


def _find(question: str, scope: tuple[Answers, ...]) -> Any:
    """Return the answer to a linkId, from the whole form's answers: the end of the scope."""
    value: Any = scope[-1]
    for part in question.split("."):
        value = cast("Answers", value).get(part) if isinstance(value, Mapping) else None
    return value
