"""Safety assessment (安全评估): report, written review, acceptance (2018 Provisions)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from cases.errors import ReasonMissingError, RuleNotMetError
from cases.proceeding import By, Event, State
from cases.text import Commitment, Prose
from law.safety import Trigger, complete, is_late, signed
from law.words import Words


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
        met = {point.number for point in self.points if point.met}
        roles = {signer.role for signer in self.signers}
        finding = complete(met, self.open_hazards, on=by.day) & signed(len(roles), on=by.day)
        if not finding:
            raise RuleNotMetError(finding)
        opening = state.opening
        points = (by.seal(f"points/{i}/note", p.note) for i, p in enumerate(self.points))
        names = (by.seal(f"signers/{i}/name", s.name) for i, s in enumerate(self.signers))
        return (
            ReportSubmitted(
                opening=opening,
                points=tuple(points),
                signers=tuple(names),
                conclusion=by.seal("conclusion", self.conclusion),
                late=is_late(opening.trigger, opening.event_on, by.day),
                law=("safety_assessment_2018.points@2018-11-30",),
            ),
        )


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
