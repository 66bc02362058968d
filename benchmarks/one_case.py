"""All entries of one case, from its draft to its filing number, by people who know the way."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from hashlib import sha256
from typing import Any, Final

from audit.event import Entry
from cases import correction, filing, follow_up, safety_assessment
from cases.clocks import RecordPaper, Remind
from cases.dossier import CaseOpened, SignedOff
from cases.ethics_review import acts as ethics
from cases.ethics_review import state as review
from cases.ethics_review import vote
from cases.expert_review import acts as expert
from cases.expert_review import state as opinion
from cases.procedures import PROCEDURES, proceeding_id
from cases.proceeding import Actor, By, Paper, decide, evolve
from cases.text import Payload, payloads
from demo.facts import COMMITTEE, INSTITUTION
from law.expert_group import Candidate, Reviewed
from law.filing_number import AlgorithmClass, compose
from law.meeting import Category
from law.safety import Trigger
from records.drafts import content_hash

CASE: Final = "BJ-2026-000000"
CONTENT: Final = content_hash({})
NUMBER: Final = str(compose("110108", "9900101", AlgorithmClass.SYNTHESIS, 2026, 1))
_CATEGORIES: Final = ("peer", "ethics", "law", "peer", "ethics", "peer", "peer")
_MEMBERS: Final = tuple(f"p1{n}" for n in range(1, 8))
_EXPERTS: Final = tuple(f"p2{n}" for n in range(1, 7))
_POOL: Final = tuple(
    Candidate(person, Category(category))
    for person, category in zip(_EXPERTS, _CATEGORIES, strict=False)
)
_WHY: Final = "研究风险与受益相称，知情同意书已经按照会议意见修改，同意开展。"
_POLICY: Final = sha256(b"policy").hexdigest()
_APPROVE: Final = review.Outcome.APPROVE
Act = tuple[str, str, Any]


def _paper(template: str, **more: Any) -> RecordPaper:
    name = sha256(f"{template}{more}".encode()).hexdigest()
    return RecordPaper(
        paper=Paper(
            template=template, number=f"京问渠〔2026〕{name[:4]}号", sha256=name, **more
        )
    )


_DECISION: Final = _paper("decision_letter")


def _beginnings() -> dict[str, Any]:
    members = zip(_MEMBERS, _CATEGORIES, strict=True)
    seats = tuple(
        review.Seat(person=m, category=Category(c), chair=m == "p11") for m, c in members
    )
    own: Any = {"case": CASE, "institution": INSTITUTION}
    openings = (
        review.Opening(
            **own,
            committee=COMMITTEE,
            applicant="p01",
            seats=seats,
            listed=True,
            version=3,
            content=CONTENT,
        ),
        opinion.Opening(
            **own,
            organiser="authority-1",
            reviewed=Reviewed(INSTITUTION, COMMITTEE, _MEMBERS),
            initial="approve",
            source=f"ethics-review/{CASE}/1",
        ),
        follow_up.Opening(
            **own, committee=COMMITTEE, approved_on=date(2026, 12, 1), listed=True
        ),
        safety_assessment.Opening(
            **own,
            authority="authority-2",
            trigger=Trigger.NEW_SERVICE,
            event_on=date(2027, 1, 1),
        ),
        filing.Opening(
            **own,
            authority="authority-2",
            algorithm_class=AlgorithmClass.SYNTHESIS,
            role="provider",
            service_from=date(2026, 11, 20),
            content=CONTENT,
        ),
        correction.Opening(**own, issuer=COMMITTEE, paper=_DECISION.paper),
    )
    by_type = {procedure.opening: procedure for procedure in PROCEDURES.values()}
    return {by_type[type(one)].name: by_type[type(one)].begin(one) for one in openings}


def _acts() -> Iterator[Act]:
    yield "ethics_review", "p01", ethics.Submit(pledge=True)
    yield "ethics_review", "system", _paper("commitment")
    yield "ethics_review", "p10", ethics.Accept()
    yield "ethics_review", "system", _paper("acceptance_notice")
    yield "ethics_review", "system", Remind(name=review.CLOCK)
    for member in _MEMBERS:
        yield "ethics_review", member, ethics.Declare(conflict=False)
    yield "ethics_review", "p10", ethics.OpenMeeting(present=_MEMBERS)
    yield "ethics_review", "p10", ethics.RecordAttendance(present=_MEMBERS)
    yield "ethics_review", "p11", vote.OpenVote()
    for member in _MEMBERS:
        yield "ethics_review", member, vote.CastBallot(choice=_APPROVE, reason=_WHY)
    yield "ethics_review", "p12", vote.ChangeBallot(choice=_APPROVE, reason=_WHY)
    yield "ethics_review", "p11", vote.CountVotes()
    yield "ethics_review", "system", _paper("minutes")
    yield "expert_review", "p02", expert.Apply()
    yield "expert_review", "p20", expert.Accept()
    yield "expert_review", "p20", expert.FormGroup(experts=_EXPERTS)
    for member in _EXPERTS:
        yield "expert_review", member, expert.Declare(conflict=False)
    yield "expert_review", "p20", expert.OpenVote()
    for member in _EXPERTS:
        yield "expert_review", member, expert.CastBallot(agrees=True, reason=_WHY)
    yield "expert_review", "p20", expert.CountVotes()
    yield "expert_review", "system", _paper("expert_opinion")
    source = f"expert-review/{CASE}/1"
    yield "ethics_review", "system", ethics.ReceiveOpinion(agrees=True, source=source)
    yield "ethics_review", "p11", ethics.IssueDecision(outcome=_APPROVE, reason=_WHY)
    yield "ethics_review", "system", _DECISION
    corrected = _DECISION.paper
    yield "correction", "p11", correction.Reissue(paper=corrected.sha256, reason=_WHY)
    new = _paper("decision_letter", version=2, replaces=corrected.sha256)
    yield "correction", "system", new
    yield from _after_the_decision()


def _after_the_decision() -> Iterator[Act]:
    yield "follow_up", "system", follow_up.Open()
    yield "follow_up", "p01", follow_up.Report(summary=_WHY)
    going_on = follow_up.Conclude(result=follow_up.Result.CONTINUE, reason=_WHY)
    yield "follow_up", "p11", going_on
    yield "follow_up", "system", _paper("follow_up_conclusion")
    roles: Any = ("legal_representative", "assessment_head", "legality_head")
    report = safety_assessment.SubmitReport(
        points=tuple(
            safety_assessment.Point(number=n, met=True, note=_WHY) for n in range(1, 9)
        ),
        open_hazards=0,
        signers=tuple(safety_assessment.Signer(role=role, name="某某") for role in roles),
        conclusion="符合",
    )
    yield "safety_assessment", "p03", report
    yield "safety_assessment", "system", _paper("safety_report")
    yield "safety_assessment", "p30", safety_assessment.AcceptReport()
    yield "filing", "p02", filing.Submit()
    yield "filing", "system", _paper("filing_form")
    yield "filing", "p31", filing.Return(items=(_WHY,))
    yield "filing", "p02", filing.Submit()
    yield "filing", "p31", filing.Record(number=NUMBER)
    yield "filing", "system", _paper("filing_notice")


def entries() -> list[tuple[Entry, tuple[Payload, ...]]]:
    """Return the entries of the case, each first one of an act with the act's words."""
    at = datetime(2026, 12, 1, tzinfo=UTC)
    found: list[tuple[Entry, tuple[Payload, ...]]] = []
    last: dict[str, int] = {}

    def enter(place: str, who: Actor, events: tuple[Any, ...]) -> None:
        for event in events:
            last[place] = last.get(place, 0) + 1
            entry = Entry(
                case=CASE,
                proceeding=place,
                seq=last[place],
                at=at,
                actor=asdict(who),
                request=f"{CASE}/{at.timestamp():.0f}",
                policy=_POLICY,
                event=event,
            )
            found.append((entry, ()))

    opened = CaseOpened(institution=INSTITUTION, committee=COMMITTEE, applicant="p01")
    signed = SignedOff(version=3, content=CONTENT)
    enter(
        f"case/{CASE}", Actor(person="p01", body=INSTITUTION, role="officer"), (opened, signed)
    )
    states = _beginnings()
    for name, person, act in _acts():
        at += timedelta(hours=1)
        who = Actor(person=person, body=COMMITTEE, role="member")
        by = By(actor=who, at=at, salt=sha256(str(at).encode()).hexdigest(), people=_POOL)
        events = decide(states[name], act, by)
        states[name] = reduce(evolve, events, states[name])
        first = len(found)
        enter(proceeding_id(name, CASE, 1), who, events)
        found[first] = (found[first][0], payloads(act, by.salt))
    return found
