"""What people may do next in a proceeding, mostly what leads on: material for walks."""

from dataclasses import dataclass

from hypothesis import strategies as st

from cases import filing, follow_up, safety_assessment
from cases.clocks import Breach, RecordPaper, Remind
from cases.ethics_review import acts as ethics
from cases.ethics_review import vote
from cases.ethics_review.state import Outcome
from cases.ethics_review.state import Stage as EthicsStage
from cases.expert_review import acts as expert
from cases.expert_review.state import Stage as ExpertStage
from cases.proceeding import Paper
from law.filing_number import compose

MEMBERS = [f"m{n}" for n in range(1, 8)]
EXPERTS = [f"e{n}" for n in range(1, 8)]
words = st.sampled_from(["", "理由"])
present = st.lists(st.sampled_from(MEMBERS), min_size=4, unique=True).map(tuple)
PAPER = Paper(template="t", number="1", sha256="0")


@dataclass(frozen=True)
class Step:
    act: object
    who: str


def mostly(likely, anything):
    """Draw what leads on five times out of six, else anything."""
    return st.sampled_from([likely] * 5 + [anything]).flatmap(lambda s: s)


def step(act, people):
    return st.builds(Step, act, st.sampled_from(people))


DECLARATION = st.builds(
    ethics.Declare, conflict=st.sampled_from([False] * 19 + [True]), reason=words
)
BALLOT = st.builds(
    vote.CastBallot,
    choice=st.sampled_from([Outcome.APPROVE] * 3 + list(Outcome)),
    reason=st.just("理由"),
)
NO = Outcome.NOT_APPROVE
AGAINST = st.just(vote.CastBallot(choice=NO, reason="理由"))
CLOCK_ACTS = st.sampled_from(["decision", "opinion", "examination", "follow_up"]).flatmap(
    lambda name: st.sampled_from([Remind(name=name), Breach(name=name)])
)
ENGINE = st.one_of(CLOCK_ACTS, st.builds(RecordPaper, paper=st.just(PAPER)))


def ethics_steps(state):
    """Steps that lead on from a state, and others."""
    there = tuple(state.declared)
    anything = step(
        st.one_of(
            st.just(ethics.Submit(pledge=True)),
            st.just(ethics.Accept()),
            DECLARATION,
            st.builds(ethics.OpenMeeting, present=present),
            st.builds(ethics.RecordAttendance, present=present),
            st.just(vote.OpenVote()),
            BALLOT,
            st.builds(vote.ChangeBallot, choice=st.sampled_from(Outcome), reason=words),
            st.just(vote.CountVotes()),
            st.builds(ethics.ReceiveOpinion, agrees=st.booleans(), source=st.just("s")),
            st.builds(ethics.IssueDecision, outcome=st.sampled_from(Outcome), reason=words),
            ENGINE,
        ),
        MEMBERS,
    )
    silent = [m for m in MEMBERS if m not in {*state.declared, *state.recused}]
    unheard = [m for m in state.present if m not in state.ballots]
    leads = {
        EthicsStage.NEW: step(st.just(ethics.Submit(pledge=True)), MEMBERS),
        EthicsStage.SUBMITTED: step(st.just(ethics.Accept()), MEMBERS),
        EthicsStage.REVIEWING: step(DECLARATION, silent)
        if silent
        else step(st.just(ethics.OpenMeeting(present=there)), MEMBERS),
        EthicsStage.MEETING: step(st.just(vote.OpenVote()), MEMBERS),
        EthicsStage.VOTING: step(AGAINST if state.opinion_agrees is False else BALLOT, unheard)
        if unheard
        else step(st.just(vote.CountVotes()), MEMBERS),
        EthicsStage.OPINION: step(
            st.builds(ethics.ReceiveOpinion, agrees=st.booleans(), source=st.just("s")),
            MEMBERS,
        ),
        EthicsStage.DECIDING: step(
            st.just(
                ethics.IssueDecision(outcome=state.counted or Outcome.APPROVE, reason="因")
            ),
            MEMBERS,
        ),
    }
    return mostly(leads.get(state.stage, anything), anything)


def expert_steps(state):
    """Steps that lead on from a state, and others."""
    declare = st.builds(
        expert.Declare, conflict=st.sampled_from([False] * 19 + [True]), reason=words
    )
    form = st.lists(st.sampled_from(EXPERTS), min_size=4, unique=True).map(
        lambda ids: expert.FormGroup(experts=tuple(ids))
    )
    ballot = st.builds(expert.CastBallot, agrees=st.booleans(), reason=st.just("理由"))
    anything = step(
        st.one_of(
            st.just(expert.Apply()),
            st.just(expert.Accept()),
            form,
            declare,
            st.just(expert.OpenVote()),
            ballot,
            st.builds(expert.ChangeBallot, agrees=st.booleans(), reason=words),
            st.just(expert.CountVotes()),
            ENGINE,
        ),
        EXPERTS,
    )
    sitting = [e.id for e in state.sitting]
    silent = [e for e in sitting if e not in state.declared]
    unheard = [e for e in sitting if e not in state.ballots]
    short = len(sitting) < 5
    leads = {
        ExpertStage.NEW: step(st.just(expert.Apply()), EXPERTS),
        ExpertStage.APPLIED: step(st.just(expert.Accept()), EXPERTS),
        ExpertStage.ACCEPTED: step(form, EXPERTS),
        ExpertStage.FORMED: step(form, EXPERTS)
        if short
        else step(declare, silent)
        if silent
        else step(st.just(expert.OpenVote()), EXPERTS),
        ExpertStage.VOTING: step(ballot, unheard)
        if unheard
        else step(st.just(expert.CountVotes()), EXPERTS),
    }
    return mostly(leads.get(state.stage, anything), anything)


def filing_steps(state):
    """Steps of a filing; a number that follows the grammar comes often."""
    good = compose("110108", "9900101", state.opening.algorithm_class, 2026, 1)
    record = st.builds(
        filing.Record,
        number=st.one_of(st.just(str(good)), st.from_regex(r"\A\d{20,21}\Z")),
        as_printed=st.booleans(),
    )
    return step(
        st.one_of(
            st.just(filing.Submit()),
            st.builds(filing.Return, items=st.lists(words).map(tuple)),
            record,
            ENGINE,
        ),
        ["p"],
    )


def safety_steps(_state):
    """Steps of a safety assessment, its report complete or not."""
    point = st.builds(
        safety_assessment.Point,
        number=st.integers(1, 9),
        met=st.sampled_from([True] * 9 + [False]),
        note=words,
    )
    whole = tuple(
        safety_assessment.Point(number=n, met=True, note="有效") for n in range(1, 9)
    )
    roles = ("legal_representative", "assessment_head", "legality_head")
    signers = tuple(safety_assessment.Signer(role=r, name="人") for r in roles)
    report = st.builds(
        safety_assessment.SubmitReport,
        points=st.one_of(st.just(whole), st.lists(point, max_size=9).map(tuple)),
        open_hazards=st.sampled_from([0, 0, 1]),
        signers=st.sampled_from([signers, signers, signers[:2]]),
        conclusion=st.just("符合"),
    )
    return step(
        st.one_of(
            report,
            st.builds(safety_assessment.ReturnReport, reason=words),
            st.just(safety_assessment.AcceptReport()),
            ENGINE,
        ),
        ["p"],
    )


def follow_up_steps(_state):
    """Steps of a follow-up review."""
    return step(
        st.one_of(
            st.just(follow_up.Open()),
            st.builds(follow_up.Report, summary=words),
            st.builds(
                follow_up.Conclude, result=st.sampled_from(follow_up.Result), reason=words
            ),
            ENGINE,
        ),
        ["p"],
    )
