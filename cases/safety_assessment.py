"""Safety assessment (安全评估): report, written review, acceptance (2018 Provisions)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar, Final, Literal

from cases.clocks import ClockBreached, ClockStarted, ClockStopped
from cases.errors import ReasonMissingError, RuleNotMetError
from cases.proceeding import By, Clock, Event, State
from cases.text import Commitment, Prose
from law.clock import end_of
from law.parameters import parameter
from law.safety import Trigger, complete, is_late, report_due, signed
from law.words import Words

CLOCK: Final = "report"


class Stage(StrEnum):
    """Where a safety assessment stands."""

    NEW = "new"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What the assessment is opened with; ids and codes only."""

    case: str
    ordinal: int = 1
    institution: str
    authority: str
    trigger: Trigger
    event_on: date  # launch, or the day of what triggered it


@dataclass(frozen=True, kw_only=True)
class Assessment(State):
    """The state of one safety assessment."""

    opening: Opening
    stage: Stage = Stage.NEW
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class Point:
    """The result on one of the eight points of Art. 5."""

    number: int
    met: bool
    note: Prose


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signed the report, in which role."""

    role: Literal["legal_representative", "assessment_head", "legality_head"]
    name: Prose


@dataclass(frozen=True, kw_only=True)
class ReportSubmitted:
    """The report came in; a late one is on record as a breach."""

    opening: Opening
    points: tuple[Commitment, ...]
    signers: tuple[Commitment, ...]
    conclusion: Commitment
    late: bool
    law: tuple[str, ...]
    kind: Literal["safety_assessment.report_submitted"] = "safety_assessment.report_submitted"

    def evolve(self, state: Assessment) -> Assessment:
        """Go on to the written review."""
        return replace(state, stage=Stage.SUBMITTED, late=state.late or self.late)


@dataclass(frozen=True, kw_only=True)
class ReportReturned:
    """The authority asked for a supplement (Art. 8)."""

    reason: Commitment
    kind: Literal["safety_assessment.report_returned"] = "safety_assessment.report_returned"

    def evolve(self, state: Assessment) -> Assessment:
        """Back to the institution."""
        return replace(state, stage=Stage.RETURNED)


@dataclass(frozen=True, kw_only=True)
class ReportAccepted:
    """The written review found nothing missing."""

    kind: Literal["safety_assessment.report_accepted"] = "safety_assessment.report_accepted"

    def evolve(self, state: Assessment) -> Assessment:
        """End the assessment."""
        return replace(state, stage=Stage.ACCEPTED)


@dataclass(frozen=True, kw_only=True)
class SubmitReport:
    """Submit the report; again after it was returned."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.NEW, Stage.RETURNED})
    points: tuple[Point, ...]
    open_hazards: int
    signers: tuple[Signer, ...]
    conclusion: Prose
    kind: Literal["safety_assessment.submit_report"] = "safety_assessment.submit_report"

    def decide(self, state: Assessment, by: By) -> tuple[Event, ...]:
        """Take the report, if it is complete and passed (Arts. 5, 6)."""
        self._demand_complete(by)
        points = (by.seal(f"points/{i}/note", p.note) for i, p in enumerate(self.points))
        names = (by.seal(f"signers/{i}/name", s.name) for i, s in enumerate(self.signers))
        # What was in time stays in time when it comes back from a return.
        late = _late(state.opening, by) if state.stage is Stage.NEW else ()
        submitted = ReportSubmitted(
            opening=state.opening,
            points=tuple(points),
            signers=tuple(names),
            conclusion=by.seal("conclusion", self.conclusion),
            late=bool(late),
            law=(parameter("safety_assessment_2018.points", on=by.day).row,),
        )
        return (submitted, *late)

    def _demand_complete(self, by: By) -> None:
        numbers = [point.number for point in self.points]
        if len(numbers) != len(set(numbers)):
            raise ReasonMissingError(Words("同一事项只评估一次", "a point is assessed twice"))
        if not all(point.note for point in self.points):
            raise ReasonMissingError(Words("每一事项须有评估说明", "a point lacks its note"))
        if not self.conclusion or not all(signer.name for signer in self.signers):
            raise ReasonMissingError(
                Words("报告须有结论和签署人姓名", "conclusion and signers' names are missing")
            )
        met = {point.number for point in self.points if point.met}
        roles = {signer.role for signer in self.signers}
        finding = complete(met, self.open_hazards, on=by.day) & signed(len(roles), on=by.day)
        if not finding:
            raise RuleNotMetError(finding)


@dataclass(frozen=True, kw_only=True)
class ReturnReport:
    """Return the report for a supplement."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.SUBMITTED})
    reason: Prose
    kind: Literal["safety_assessment.return_report"] = "safety_assessment.return_report"

    def decide(self, state: Assessment, by: By) -> tuple[Event, ...]:  # noqa: ARG002
        """Send it back with the reason."""
        if not self.reason:
            raise ReasonMissingError(Words("退回须说明理由", "a return needs its reason"))
        return (ReportReturned(reason=by.seal("reason", self.reason)),)


@dataclass(frozen=True, kw_only=True)
class AcceptReport:
    """Accept the report after the written review."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.SUBMITTED})
    kind: Literal["safety_assessment.accept_report"] = "safety_assessment.accept_report"

    def decide(self, state: Assessment, by: By) -> tuple[Event, ...]:  # noqa: ARG002
        """Close the review."""
        return (ReportAccepted(),)


def _late(opening: Opening, by: By) -> tuple[Event, ...]:
    """Return the recorded breach of a report that is late; nothing for one in time."""
    trigger, event_on = opening.trigger, opening.event_on
    if not is_late(trigger, event_on, by.day):
        return ()
    term = report_due(trigger, event_on)
    last = event_on - timedelta(days=1) if term is None else term.on
    table = "report_before_launch" if term is None else "report_limit"
    clock = Clock(
        name=CLOCK,
        row=parameter(f"safety_assessment_2018.{table}", on=event_on).row,
        started_on=event_on,
        due_on=last,
        ends_at=end_of(last),
        remind_at=end_of(last),
    )
    return (
        ClockStarted(clock=clock),
        ClockBreached(name=CLOCK, due_on=last),
        ClockStopped(name=CLOCK, at=by.at),
    )
