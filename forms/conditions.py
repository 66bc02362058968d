"""Whether a question is asked, given the answers so far.

A condition looks for its question in the nearest group that holds it: in the same row of a
repeating group first, then outside. A question that is itself not asked holds no answer,
whatever was typed before it was hidden.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from operator import ge, gt, le, lt
from typing import Any, Final, NamedTuple, cast

from forms.questionnaire import AnyOf, Condition, Item, Questionnaire

Answers = Mapping[str, Any]
EMPTY: Final[tuple[object, ...]] = (None, "", [], {})
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    ">": gt,
    "<": lt,
    ">=": ge,
    "<=": le,
}


class Scope(NamedTuple):
    """The answers of a group that one stands in; the outermost has no link."""

    link: str
    answers: Answers


Scopes = tuple[Scope, ...]
"""Nearest group first; the whole form's answers last."""


def whole(answers: Answers) -> Scopes:
    """Return where one stands before entering any group."""
    return (Scope("", answers),)


def into(item: Item, answers: Answers, scopes: Scopes) -> Scopes:
    """Return where one stands inside a group, or inside a row of it."""
    return (Scope(item.linkId, answers), *scopes)


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of one form."""

    form: Questionnaire

    def asked(self, item: Item, scopes: Scopes) -> bool:
        """Tell whether an item is asked, given that its group is."""
        if not item.enableWhen:
            return True
        holds = (self._holds(condition, scopes) for condition in item.enableWhen)
        return any(holds) if item.enableBehavior == "any" else all(holds)

    def _holds(self, condition: Condition | AnyOf, scopes: Scopes) -> bool:
        if isinstance(condition, AnyOf):
            return any(self._holds(one, scopes) for one in condition.any)
        answer = find(condition.question, scopes)
        # Only a given answer needs the way to it looked at.
        if answer not in EMPTY and not self._reached(condition.question, scopes):
            answer = None
        if condition.operator == "exists":
            return (answer not in EMPTY) is condition.answer
        if answer in EMPTY:  # what is not answered is neither this nor that
            return False
        if isinstance(answer, list):  # of several answers, one that matches suffices
            chosen = cast("list[Any]", answer)
            matches = (_matches(one, "=", condition.answer) for one in chosen)
            return any(matches) is (condition.operator == "=")
        return _matches(answer, condition.operator, condition.answer)

    def _reached(self, question: str, scopes: Scopes) -> bool:
        return all(self.asked(item, scopes) for item in self.form.ways[question])


def find(question: str, scopes: Scopes) -> Any:
    """Return the answer to a linkId, from the nearest group that can hold it."""
    scope = next(s for s in scopes if not s.link or question.startswith(f"{s.link}."))
    value: Any = scope.answers
    for part in question.removeprefix(f"{scope.link}.").split("."):
        value = cast("Answers", value).get(part) if isinstance(value, Mapping) else None
    return value


def _matches(answer: Any, operator: str, wanted: object) -> bool:
    if operator in {"=", "!="}:
        same = type(answer) is type(wanted) and answer == wanted
        return same is (operator == "=")
    left, right = _ordered(answer), _ordered(wanted)
    return type(left) is type(right) and left is not None and _COMPARE[operator](left, right)


def _ordered(value: object) -> Decimal | str | None:
    """Return what can be compared: a number, or a date as text."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return str(value)
