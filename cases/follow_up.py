"""Follow-up review (跟踪审查): one interval after approval, its report and its result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar, Final, Literal

from cases.clocks import start_clock, stop_clock
from cases.errors import ReasonMissingError
from cases.proceeding import By, Event, State
from cases.text import Commitment, Prose
from law.followup import followup_due
from law.regime import Regime
from law.words import Words

CLOCK: Final = "follow_up"


class Stage(StrEnum):
    """Where a follow-up review stands."""

    NEW = "new"
    OPEN = "open"
    REPORTED = "reported"
    CONCLUDED = "concluded"


class Result(StrEnum):
    """What a follow-up review ends with (2023 Measures, Arts. 19, 20)."""

    CONTINUE = "continue"
    SUSPEND = "suspend"
    TERMINATE = "terminate"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What the follow-up is opened with; ids and codes only."""

    case: str
    ordinal: int = 1
    institution: str
    committee: str
    approved_on: date  # of the approval, or of the follow-up before this one
    listed: bool
    regimes: tuple[Regime, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FollowUp(State):
    """The state of one follow-up review."""

    opening: Opening
    stage: Stage = Stage.NEW
    result: Result | None = None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The interval began."""

    opening: Opening
    kind: Literal["follow_up.opened"] = "follow_up.opened"

    def evolve(self, state: FollowUp) -> FollowUp:
        """Wait for the report."""
        return replace(state, stage=Stage.OPEN)


@dataclass(frozen=True, kw_only=True)
class Reported:
    """The applicant reported."""

    summary: Commitment
    kind: Literal["follow_up.reported"] = "follow_up.reported"

    def evolve(self, state: FollowUp) -> FollowUp:
        """Go on to the committee."""
        return replace(state, stage=Stage.REPORTED)


@dataclass(frozen=True, kw_only=True)
class Concluded:
    """The committee concluded the follow-up."""

    result: Result
    reason: Commitment
    kind: Literal["follow_up.concluded"] = "follow_up.concluded"

    def evolve(self, state: FollowUp) -> FollowUp:
        """End it."""
        return replace(state, stage=Stage.CONCLUDED, result=self.result)


@dataclass(frozen=True, kw_only=True)
class Open:
    """Open the follow-up; the engine does this when an activity is approved."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.NEW})
    kind: Literal["follow_up.open"] = "follow_up.open"

    def decide(self, state: FollowUp, by: By) -> tuple[Event, ...]:
        """Start the 12 months, or 6 for listed activities (Arts. 19, 33)."""
        opening = state.opening
        term = followup_due(opening.approved_on, opening.regimes, listed=opening.listed)
        return (Opened(opening=opening), start_clock(CLOCK, term, by))


@dataclass(frozen=True, kw_only=True)
class Report:
    """Report on the activity since the approval."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.OPEN})
    summary: Prose
    kind: Literal["follow_up.report"] = "follow_up.report"

    def decide(self, state: FollowUp, by: By) -> tuple[Event, ...]:  # noqa: ARG002 -- one shape
        """Take the report in."""
        if not self.summary:
            raise ReasonMissingError(Words("报告没有内容", "the report is empty"))
        return (Reported(summary=by.seal("summary", self.summary)),)


@dataclass(frozen=True, kw_only=True)
class Conclude:
    """Conclude the follow-up: continue, suspend or terminate the activity."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.REPORTED})
    result: Result
    reason: Prose = ""
    kind: Literal["follow_up.conclude"] = "follow_up.conclude"

    def decide(self, state: FollowUp, by: By) -> tuple[Event, ...]:
        """Conclude; what stops the activity needs its reasons."""
        if self.result is not Result.CONTINUE and not self.reason:
            raise ReasonMissingError(
                Words(
                    "暂停或者终止须说明理由",
                    "a suspension or termination needs its reasons",
                )
            )
        concluded = Concluded(result=self.result, reason=by.seal("reason", self.reason))
        return (concluded, *stop_clock(state, CLOCK, by))
