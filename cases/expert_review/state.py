"""Where an expert re-review stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from cases.proceeding import State
from cases.text import Commitment
from law.expert_group import Candidate, Reviewed

CLOCK: Final = "opinion"


class Stage(StrEnum):
    """Where an expert re-review stands."""

    NEW = "new"
    APPLIED = "applied"
    ACCEPTED = "accepted"
    FORMED = "formed"
    VOTING = "voting"
    GIVEN = "opinion_given"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What the re-review is opened with; ids and codes only."""

    case: str
    ordinal: int = 1
    institution: str
    organiser: str
    reviewed: Reviewed
    initial: str  # the committee's initial outcome
    source: str  # the ethics review's proceeding id


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """One expert's vote: agree or not, each with what they say on it."""

    agrees: bool
    reason: Commitment = ""


@dataclass(frozen=True, kw_only=True)
class Review(State):
    """The state of one expert re-review."""

    opening: Opening
    stage: Stage = Stage.NEW
    group: tuple[Candidate, ...] = ()
    declared: tuple[str, ...] = ()
    recused: tuple[str, ...] = ()
    round: int = 0
    ballots: Mapping[str, Ballot] = field(default_factory=dict[str, Ballot])
    agrees: bool | None = None

    @property
    def law_day(self) -> date:
        """The day whose law governs: that of the application."""
        return self.clock(CLOCK).started_on

    @property
    def sitting(self) -> tuple[Candidate, ...]:
        """The experts of the group who are not recused."""
        return tuple(e for e in self.group if e.id not in self.recused)
