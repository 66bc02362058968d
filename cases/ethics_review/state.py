"""Where an ethics review stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from cases.proceeding import State
from cases.text import Commitment
from law.decision import to_carry
from law.finding import Finding, Reason
from law.meeting import Category, quorum
from law.parameters import Parameter, parameter
from law.regime import Regime
from law.words import Words

CLOCK: Final = "decision"


class Stage(StrEnum):
    """Where an ethics review stands."""

    NEW = "new"
    SUBMITTED = "submitted"
    REVIEWING = "reviewing"
    MEETING = "meeting"
    VOTING = "voting"
    OPINION = "awaiting_opinion"
    DECIDING = "deciding"
    DECIDED = "decided"


class Outcome(StrEnum):
    """The four kinds of decision (2023 Measures, Art. 16)."""

    APPROVE = "approve"
    APPROVE_MODIFIED = "approve_after_modification"
    RE_REVIEW = "re_review_after_modification"
    NOT_APPROVE = "not_approve"

    @property
    def passes(self) -> bool:
        """Tell whether the activity may go on to the next step."""
        return self in {Outcome.APPROVE, Outcome.APPROVE_MODIFIED}


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A member of the committee as the review knows them."""

    person: str
    category: Category
    chair: bool = False


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What the review is opened with; ids and codes only."""

    case: str
    ordinal: int = 1
    institution: str
    committee: str
    applicant: str
    seats: tuple[Seat, ...]
    listed: bool
    version: int
    content: str  # SHA-256 of the frozen answers
    grounds: tuple[str, ...] = ()  # codes of the triage conclusions
    regimes: tuple[Regime, ...] = ()  # special measures beside those of 2023


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """One member's vote."""

    choice: Outcome
    reason: Commitment = ""


@dataclass(frozen=True, kw_only=True)
class Review(State):
    """The state of one ethics review."""

    opening: Opening
    stage: Stage = Stage.NEW
    accepted_on: date | None = None
    declared: tuple[str, ...] = ()
    recused: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    round: int = 0
    ballots: Mapping[str, Ballot] = field(default_factory=dict[str, Ballot])
    counted: Outcome | None = None
    opinion_agrees: bool | None = None
    outcome: Outcome | None = None
    decided_on: date | None = None
    reason: Commitment = ""

    @property
    def law_day(self) -> date:
        """The day whose law governs the review: that of acceptance."""
        if self.accepted_on is None:
            raise ValueError("not accepted yet")
        return self.accepted_on

    def for_experts(self, outcome: Outcome) -> bool:
        """Tell whether a counted outcome is an initial opinion that goes to the experts."""
        return self.opinion_agrees is None and self.opening.listed and outcome.passes

    def follows_opinion(self, outcome: Outcome) -> Finding:
        """Tell whether an outcome is open; none that passes is against the experts (32)."""
        if self.opinion_agrees is not False or not outcome.passes:
            return Finding()
        row = parameter("ethics_measures_2023.opinion_followed", on=self.law_day)
        words = Words(
            f"专家复核意见为不同意，不得作出「{outcome}」",
            f"the expert opinion disagrees, so {outcome} is not open",
        )
        return Finding((Reason(words, row.citation, row.confidence),))

    def to_carry(self) -> tuple[int, tuple[Parameter, ...]]:
        """Return the votes an outcome needs, and the rows it rests on."""
        opening = self.opening
        sizes = (len(self.present), len(opening.seats))
        return to_carry(*sizes, opening.regimes, on=self.law_day)

    def quorum(self) -> Finding:
        """Tell whether those present may deliberate."""
        seats = {seat.person: seat.category for seat in self.opening.seats}
        there = [seats[person] for person in self.present]
        return quorum(there, self.opening.regimes, on=self.law_day)
