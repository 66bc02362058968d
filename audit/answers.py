"""How the questions that a verification asks are answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from law.words import Words


class Answer(StrEnum):
    """How a check ended; unknown is neither good nor bad."""

    PASS = "pass"  # noqa: S105 -- no secret
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """One question put to a paper, with its answer in words."""

    name: str
    answer: Answer
    words: Words


def worst(answers: Iterable[Answer]) -> Answer:
    """Return several answers taken together: a fault first, then what is not known."""
    found = set(answers)
    order = (Answer.FAIL, Answer.UNKNOWN)
    return next((answer for answer in order if answer in found), Answer.PASS)
