"""What people do in an ethics review, the vote apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from cases.clocks import start_clock, stop_clock
from cases.errors import AlreadyDoneError, ReasonMissingError, RuleNotMetError
from cases.ethics_review.events import (
    Accepted,
    AttendanceRecorded,
    Decided,
    Declared,
    MeetingOpened,
    OpinionReceived,
    Recused,
    Submitted,
)
from cases.ethics_review.room import attending, demand_quorum, duty, seated
from cases.ethics_review.state import CLOCK, Outcome, Review, Stage
from cases.proceeding import By, Event
from cases.text import Prose
from law.finding import Finding, Reason
from law.parameters import parameter
from law.regime import earliest
from law.words import Words


@dataclass(frozen=True, kw_only=True)
class Submit:
    """Submit the signed-off application."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.NEW})
    pledge: bool = False
    kind: Literal["ethics_review.submit"] = "ethics_review.submit"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:  # noqa: ARG002 -- one shape
        """Open the review with its frozen version and the pledge of Art. 9 (5)."""
        if not self.pledge:
            raise ReasonMissingError(
                Words(
                    "提交须作出承诺（第九条第（五）项）", "the pledge of Art. 9 (5) is missing"
                )
            )
        return (Submitted(opening=state.opening, pledged=True),)


@dataclass(frozen=True, kw_only=True)
class Accept:
    """Accept the case and state the procedure (Art. 10)."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.SUBMITTED})
    kind: Literal["ethics_review.accept"] = "ethics_review.accept"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:
        """Start the 30 days (Art. 17)."""
        term = earliest(by.day, "decision_limit", state.opening.regimes)
        return (Accepted(on=by.day), start_clock(CLOCK, term, by))


@dataclass(frozen=True, kw_only=True)
class Declare:
    """Declare interests; a conflict recuses."""

    stages: ClassVar[frozenset[str]] = frozenset(
        {Stage.REVIEWING, Stage.MEETING, Stage.VOTING, Stage.OPINION, Stage.DECIDING}
    )
    conflict: bool
    reason: Prose = ""
    kind: Literal["ethics_review.declare"] = "ethics_review.declare"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:
        """Record the declaration; a conflict may follow a clean one, never the reverse."""
        member = seated(state, by.actor.person)
        if member in state.recused or (member in state.declared and not self.conflict):
            raise AlreadyDoneError(Words("已经声明", "declared already"))
        if not self.conflict:
            return (Declared(member=member),)
        if not self.reason:
            raise ReasonMissingError(Words("回避须说明理由", "a recusal needs its reason"))
        return (Recused(member=member, reason=by.seal("reason", self.reason)),)


@dataclass(frozen=True, kw_only=True)
class OpenMeeting:
    """Open the meeting with the members present."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.REVIEWING})
    present: tuple[str, ...]
    kind: Literal["ethics_review.open_meeting"] = "ethics_review.open_meeting"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:  # noqa: ARG002 -- one shape
        """Seat the members, if they make a quorum (Art. 14)."""
        present = attending(state, self.present)
        demand_quorum(replace(state, present=present))
        return (MeetingOpened(present=present),)


@dataclass(frozen=True, kw_only=True)
class RecordAttendance:
    """Record who is present now."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.MEETING, Stage.VOTING})
    present: tuple[str, ...]
    kind: Literal["ethics_review.record_attendance"] = "ethics_review.record_attendance"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:  # noqa: ARG002 -- one shape
        """Record it even without a quorum: it is the vote that is refused then."""
        return (AttendanceRecorded(present=attending(state, self.present)),)


@dataclass(frozen=True, kw_only=True)
class ReceiveOpinion:
    """Receive the expert opinion from the re-review."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.OPINION})
    agrees: bool
    source: str
    kind: Literal["ethics_review.receive_opinion"] = "ethics_review.receive_opinion"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:  # noqa: ARG002 -- one shape
        """Take the opinion in."""
        return (OpinionReceived(agrees=self.agrees, source=self.source),)


@dataclass(frozen=True, kw_only=True)
class IssueDecision:
    """Issue the committee's decision."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.DECIDING})
    outcome: Outcome
    reason: Prose = ""
    kind: Literal["ethics_review.issue_decision"] = "ethics_review.issue_decision"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:
        """Decide as the committee voted and as the expert opinion directs (Arts. 16, 32)."""
        rows = _follows(state, self.outcome)
        if self.outcome is not Outcome.APPROVE and not self.reason:
            raise ReasonMissingError(
                Words(
                    "修改或者不予批准应当说明理由",
                    "changes or refusal need their reasons",
                ),
                (duty(state, "refusal_reasons"),),
            )
        decided = Decided(
            outcome=self.outcome, reason=by.seal("reason", self.reason), law=rows, on=by.day
        )
        running = state.clock(CLOCK).running
        return (decided, *(stop_clock(state, CLOCK, by) if running else ()))


def _follows(state: Review, outcome: Outcome) -> tuple[str, ...]:
    """Return the rows the outcome rests on, or refuse one that the committee did not vote."""
    tables = ["meeting_majority"]
    tables += [] if state.opinion_agrees is None else ["opinion_followed"]
    rows = [parameter(f"ethics_measures_2023.{t}", on=state.law_day) for t in tables]
    if outcome is state.counted:
        return tuple(row.row for row in rows)
    words = Words(f"「{outcome}」与表决不符", f"{outcome} departs from the vote")
    raise RuleNotMetError(Finding((Reason(words, rows[0].citation, rows[0].confidence),)))
