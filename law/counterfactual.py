"""Every single answer that would change what follows from a self-review."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, get_args

from law.triage import Answers, Exemption, ModelUse, Route, SafetyTrigger, triage

_CHOICES: dict[str, tuple[str, ...]] = {
    "exemption": get_args(Exemption),
    "model_use": tuple(filter(None, get_args(ModelUse))),
    "safety_trigger": tuple(filter(None, get_args(SafetyTrigger))),
}


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What one other answer would change."""

    answer: str
    value: bool | str
    route: Route
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def counterfactuals(answers: Answers, *, on: date) -> tuple[Counterfactual, ...]:
    """Return every single answer that would change a conclusion, and what it would change.

    In the order of the questions, so that the same answers give the same list.
    """
    old = triage(answers, on=on).codes
    found: list[Counterfactual] = []
    for name, value in _others(answers):
        other: dict[str, Any] = {name: value}
        after = triage(replace(answers, **other), on=on)
        if (new := after.codes) != old:
            gained = tuple(code for code in new if code not in old)
            lost = tuple(code for code in old if code not in new)
            found.append(Counterfactual(name, value, after.route, gained, lost))
    return tuple(found)


def _others(answers: Answers) -> Iterator[tuple[str, bool | str]]:
    for field in fields(answers):
        value = getattr(answers, field.name)
        if isinstance(value, bool):
            yield field.name, not value
        else:
            yield from ((field.name, c) for c in _CHOICES[field.name] if c != value)
