"""All procedures in one list: what opens each, its state, its acts and its events."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, get_args

from cases import (
    archiving,
    clocks,
    correction,
    dossier,
    filing,
    follow_up,
    safety_assessment,
)
from cases.ethics_review import acts as ethics_acts
from cases.ethics_review import events as ethics_events
from cases.ethics_review import state as ethics
from cases.ethics_review import vote as ethics_vote
from cases.expert_review import acts as expert_acts
from cases.expert_review import events as expert_events
from cases.expert_review import state as expert
from cases.proceeding import State
from cases.registry import RegistryEvent
from law.words import Words

EthicsAct = (
    ethics_acts.Submit
    | ethics_acts.Accept
    | ethics_acts.Declare
    | ethics_acts.OpenMeeting
    | ethics_acts.RecordAttendance
    | ethics_vote.OpenVote
    | ethics_vote.CastBallot
    | ethics_vote.ChangeBallot
    | ethics_vote.CountVotes
    | ethics_acts.IssueDecision
)
EthicsEvent = (
    ethics_events.Submitted
    | ethics_events.Accepted
    | ethics_events.Declared
    | ethics_events.Recused
    | ethics_events.MeetingOpened
    | ethics_events.AttendanceRecorded
    | ethics_events.VoteOpened
    | ethics_events.BallotCast
    | ethics_events.VotesCounted
    | ethics_events.OpinionReceived
    | ethics_events.Decided
)
ExpertAct = (
    expert_acts.Apply
    | expert_acts.Accept
    | expert_acts.FormGroup
    | expert_acts.Declare
    | expert_acts.OpenVote
    | expert_acts.CastBallot
    | expert_acts.ChangeBallot
    | expert_acts.CountVotes
)
ExpertEvent = (
    expert_events.Applied
    | expert_events.Accepted
    | expert_events.GroupFormed
    | expert_events.Declared
    | expert_events.Recused
    | expert_events.VoteOpened
    | expert_events.BallotCast
    | expert_events.VotesCounted
)
SafetyAct = (
    safety_assessment.SubmitReport
    | safety_assessment.ReturnReport
    | safety_assessment.AcceptReport
)
SafetyEvent = (
    safety_assessment.ReportSubmitted
    | safety_assessment.ReportReturned
    | safety_assessment.ReportAccepted
)
FilingAct = filing.Submit | filing.Return | filing.Record
FilingEvent = filing.FilingSubmitted | filing.FilingReturned | filing.FilingRecorded
FollowUpAct = follow_up.Report | follow_up.Conclude
FollowUpEvent = follow_up.Opened | follow_up.Reported | follow_up.Concluded
CorrectionAct = correction.Reissue | correction.Withdraw
CorrectionEvent = correction.Ordered | correction.Withdrawn

PersonAct = (
    EthicsAct
    | ExpertAct
    | SafetyAct
    | FilingAct
    | FollowUpAct
    | CorrectionAct
    | archiving.Order
)
"""What people do, through the API."""

AnyAct = PersonAct | clocks.EngineAct | ethics_acts.ReceiveOpinion | follow_up.Open
"""What people and the engine itself do."""

DraftEvent = (
    dossier.CaseOpened
    | dossier.SignedOff
    | dossier.Attached
    | dossier.PayloadErased
    | dossier.ActRefused
    | dossier.Read
)
AnyEvent = (
    DraftEvent
    | RegistryEvent
    | clocks.ClockEvent
    | EthicsEvent
    | ExpertEvent
    | SafetyEvent
    | FilingEvent
    | FollowUpEvent
    | CorrectionEvent
    | archiving.Ordered
)
AnyOpening = (
    ethics.Opening
    | expert.Opening
    | safety_assessment.Opening
    | filing.Opening
    | follow_up.Opening
    | correction.Opening
    | archiving.Opening
)


@dataclass(frozen=True)
class Procedure:
    """One kind of proceeding."""

    name: str
    words: Words
    state: type[State]
    opening: type[Any]
    acts: Any  # the union of what people do
    begin: Callable[[Any], State]
    closed: frozenset[str]
    closing: str  # the paper that its workflow ends with; empty: none of its own

    @property
    def slug(self) -> str:
        """The name as it stands in proceeding ids and addresses."""
        return self.name.replace("_", "-")


def _procedure(
    words: Words, module: tuple[str, type[State], type[Any]], acts: Any, end: tuple[str, str]
) -> Procedure:
    name, state, opening = module
    begin: Callable[[Any], State] = lambda o: state(opening=o)  # type: ignore[call-arg] # noqa: E731
    closed, closing = end
    return Procedure(name, words, state, opening, acts, begin, frozenset({closed}), closing)


PROCEDURES: Final[dict[str, Procedure]] = {
    p.name: p
    for p in (
        _procedure(
            Words("伦理审查", "ethics review"),
            ("ethics_review", ethics.Review, ethics.Opening),
            EthicsAct,
            (ethics.Stage.DECIDED, "decision_letter"),
        ),
        _procedure(
            Words("专家复核", "expert re-review"),
            ("expert_review", expert.Review, expert.Opening),
            ExpertAct,
            (expert.Stage.GIVEN, "re_review_opinion"),
        ),
        _procedure(
            Words("安全评估", "safety assessment"),
            (
                "safety_assessment",
                safety_assessment.Assessment,
                safety_assessment.Opening,
            ),
            SafetyAct,
            (safety_assessment.Stage.ACCEPTED, ""),
        ),
        _procedure(
            Words("算法备案", "algorithm filing"),
            ("filing", filing.Filing, filing.Opening),
            FilingAct,
            (filing.Stage.RECORDED, "filing_notice"),
        ),
        _procedure(
            Words("跟踪审查", "follow-up review"),
            ("follow_up", follow_up.FollowUp, follow_up.Opening),
            FollowUpAct,
            (follow_up.Stage.CONCLUDED, "follow_up_decision"),
        ),
        _procedure(
            Words("文书更正", "correction of a paper"),
            ("correction", correction.Correction, correction.Opening),
            CorrectionAct,
            (correction.Stage.DONE, ""),
        ),
        _procedure(
            Words("立卷归档", "archiving"),
            ("archiving", archiving.Archiving, archiving.Opening),
            archiving.Order,
            (archiving.Stage.DONE, ""),
        ),
    )
}


def proceeding_id(procedure: str, case: str, ordinal: int) -> str:
    """Return the id of a proceeding, which is also its workflow's.

    >>> proceeding_id("ethics_review", "BJ-2026-000042", 1)
    'ethics-review/BJ-2026-000042/1'
    """
    return f"{PROCEDURES[procedure].slug}/{case}/{ordinal}"


def procedure_of(proceeding: str) -> Procedure:
    """Return the procedure a proceeding id belongs to.

    >>> procedure_of("follow-up/BJ-2026-000042/1").name
    'follow_up'
    """
    return PROCEDURES[proceeding.split("/", 1)[0].replace("-", "_")]


def person_acts() -> frozenset[str]:
    """Return the kinds of all acts of people, which are also what the policy speaks of."""
    return frozenset(kind.__dataclass_fields__["kind"].default for kind in get_args(PersonAct))


def event_kinds() -> frozenset[str]:
    """Return the kinds of all entries of the trail."""
    return frozenset(kind.__dataclass_fields__["kind"].default for kind in get_args(AnyEvent))


def is_proceeding(stream: str) -> bool:
    """Tell whether a row of the trail is a proceeding, and not of a case, a body, a person."""
    return stream.partition("/")[0].replace("-", "_") in PROCEDURES
