"""Algorithm filing (算法备案): submission, examination, number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar, Final, Literal

from cases.clocks import ClockBreached, ClockStopped, start_clock, stop_clock
from cases.errors import FilingNumberInvalidError, ReasonMissingError
from cases.proceeding import By, Event, State
from cases.text import Commitment, Prose
from law.clock import due
from law.filing_number import AlgorithmClass, FilingNumber, FilingNumberError, parse
from law.parameters import NotInForceError, parameter
from law.words import Words

CLOCK: Final = "examination"
FIRST_FILING: Final = "first_filing"


class Stage(StrEnum):
    """Where a filing stands."""

    NEW = "new"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RECORDED = "recorded"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What the filing is opened with; ids and codes only."""

    case: str
    ordinal: int = 1
    institution: str
    authority: str
    algorithm_class: AlgorithmClass
    role: Literal["provider", "supporter"]
    service_from: date
    content: str  # SHA-256 of the facts filed
    division: str = ""  # of the institution, as its numbers begin
    entity: str = ""  # its seven digits in filing numbers, where known


@dataclass(frozen=True, kw_only=True)
class Filing(State):
    """The state of one filing."""

    opening: Opening
    stage: Stage = Stage.NEW
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class FilingSubmitted:
    """The filing came in; the 30 working days began."""

    opening: Opening
    kind: Literal["filing.submitted"] = "filing.submitted"

    def evolve(self, state: Filing) -> Filing:
        """Go on to the examination."""
        return replace(state, stage=Stage.SUBMITTED)


@dataclass(frozen=True, kw_only=True)
class FilingReturned:
    """The authority did not record it and said why (Art. 25)."""

    items: tuple[Commitment, ...]
    kind: Literal["filing.returned"] = "filing.returned"

    def evolve(self, state: Filing) -> Filing:
        """Back to the institution; a new submission starts a new term."""
        return replace(state, stage=Stage.RETURNED)


@dataclass(frozen=True, kw_only=True)
class FilingRecorded:
    """The authority recorded the filing and issued its number."""

    number: str
    check_holds: bool
    law: tuple[str, ...]
    kind: Literal["filing.recorded"] = "filing.recorded"

    def evolve(self, state: Filing) -> Filing:
        """End the filing."""
        return replace(state, stage=Stage.RECORDED, number=self.number)


@dataclass(frozen=True, kw_only=True)
class Submit:
    """Submit the filing; again after it was returned."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.NEW, Stage.RETURNED})
    kind: Literal["filing.submit"] = "filing.submit"

    def decide(self, state: Filing, by: By) -> tuple[Event, ...]:
        """Start the examination; a filing after its ten working days is a breach (Art. 24)."""
        limit = parameter("algorithm_recommendation_2022.examination", on=by.day)
        submitted = FilingSubmitted(opening=state.opening)
        examination = start_clock(CLOCK, due(by.day, limit), by)
        if state.stage is Stage.RETURNED:
            return (submitted, examination)
        return (submitted, *_first_filing(state.opening.service_from, by), examination)


@dataclass(frozen=True, kw_only=True)
class Return:
    """Return the filing with item-by-item reasons."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.SUBMITTED})
    items: tuple[Prose, ...]
    kind: Literal["filing.return"] = "filing.return"

    def decide(self, state: Filing, by: By) -> tuple[Event, ...]:
        """Send it back; there must be reasons (Art. 25)."""
        if not self.items or not all(self.items):
            raise ReasonMissingError(Words("退回须逐项说明理由", "a return needs its reasons"))
        items = tuple(by.seal(f"items/{i}", text) for i, text in enumerate(self.items))
        return (FilingReturned(items=items), *stop_clock(state, CLOCK, by))


@dataclass(frozen=True, kw_only=True)
class Record:
    """Record the filing with its number.

    `as_printed` records a number that an outside authority's paper really bears though it
    fails the derived check digit: the check is our own finding, not an official rule.
    """

    stages: ClassVar[frozenset[str]] = frozenset({Stage.SUBMITTED})
    number: str
    as_printed: bool = False
    kind: Literal["filing.record"] = "filing.record"

    def decide(self, state: Filing, by: By) -> tuple[Event, ...]:
        """Give the number, if it follows the grammar, the check digit and the case."""
        number = _number(self.number)
        for wrong in _departures(number, state.opening, by, as_printed=self.as_printed):
            raise FilingNumberInvalidError(wrong)
        row = parameter("algorithm_recommendation_2022.examination", on=by.day)
        recorded = FilingRecorded(
            number=str(number), check_holds=number.check_holds, law=(row.row,)
        )
        return (recorded, *stop_clock(state, CLOCK, by))


def _first_filing(service_from: date, by: By) -> tuple[Event, ...]:
    try:
        limit = parameter("algorithm_recommendation_2022.first_filing", on=service_from)
    except NotInForceError:  # the service began before there was a duty to file
        return ()
    term = due(service_from, limit)
    if by.at < term.at:
        return ()
    started = start_clock(FIRST_FILING, term, by)
    return (
        started,
        ClockBreached(name=FIRST_FILING, due_on=term.on),
        ClockStopped(name=FIRST_FILING, at=by.at),
    )


def _departures(
    number: FilingNumber, opening: Opening, by: By, *, as_printed: bool
) -> Iterator[Words]:
    """Yield where a number departs from the case; as printed, only its class must be right."""
    if number.algorithm_class is not opening.algorithm_class:
        ours, theirs = opening.algorithm_class.words, number.algorithm_class.words
        yield Words(
            f"编号的类别是{theirs.zh}，本案是{ours.zh}",
            f"the number's class is {theirs.en}, the case's is {ours.en}",
        )
    if as_printed:
        return
    if not number.check_holds:
        yield Words(f"编号 {number} 校验位不符", f"{number} fails the check digit")
    if int(number.year) > by.day.year % 100:
        yield Words(f"编号的年份 20{number.year} 未到", f"the year 20{number.year} is to come")
    for part, own in ((number.division, opening.division), (number.entity, opening.entity)):
        if own and part != own:
            yield Words(
                f"编号中的「{part}」不是本单位的「{own}」",
                f"{part} in the number is not the institution's {own}",
            )


def _number(text: str) -> FilingNumber:
    try:
        return parse(text)
    except FilingNumberError as error:
        raise FilingNumberInvalidError(error.words) from None
