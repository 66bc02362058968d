"""One thing that follows from a self-review, with the answers that fired it and why."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from law.finding import Reason
from law.parameters import ground, instrument_data, noted, source
from law.words import Words


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One thing that follows, the answers that fired it, and why."""

    code: str
    answers: tuple[str, ...]
    reason: Reason


def conclude(name: str, because: tuple[str, ...], *, on: date) -> Conclusion:
    """Return what a row in force on a day concludes.

    Raises:
        NotInForceError: It was not in force.
    """
    noted(name)
    return _concluded(source(), name, because, on)


@lru_cache(maxsize=8192)
def _concluded(
    folder: Path | None,  # noqa: ARG001 -- part of the key
    name: str,
    because: tuple[str, ...],
    on: date,
) -> Conclusion:
    reason = ground(name, on=on)
    words = instrument_data("triage/duties")["words"].get(name)
    if words is not None:  # the row's own label speaks of a number
        reason = replace(reason, words=Words(words["zh"], words["en"]))
    return Conclusion(name, because, reason)


def true(answers: object, *names: str) -> tuple[str, ...]:
    """Return those of some answers that are yes."""
    return tuple(name for name in names if getattr(answers, name))
