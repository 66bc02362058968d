"""Whatever people do, in whatever order: no illegal state, no act counted twice."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from audit.event import plain
from cases import filing, follow_up, safety_assessment
from cases.clocks import Breach, RecordPaper, Remind
from cases.errors import AlreadyDoneError, CaseError
from cases.ethics_review import acts as ethics
from cases.ethics_review import vote
from cases.ethics_review.state import Outcome
from cases.ethics_review.state import Review as EthicsReview
from cases.ethics_review.state import Stage as EthicsStage
from cases.expert_review import acts as expert
from cases.expert_review.state import Review as ExpertReview
from cases.expert_review.state import Stage as ExpertStage
from cases.procedures import AnyEvent
from cases.proceeding import Paper, decide, evolve
from law.meeting import meeting_majority
from tests.makers import (
    AT,
    POOL,
    by,
    ethics_opening,
    expert_opening,
    filing_opening,
    follow_up_opening,
    safety_opening,
)

EVENT = TypeAdapter(AnyEvent)
MEMBERS = [f"m{n}" for n in range(1, 8)]
EXPERTS = [f"e{n}" for n in range(1, 8)]
words = st.sampled_from(["", "理由"])
present = st.lists(st.sampled_from(MEMBERS), min_size=4, unique=True).map(tuple)
PAPER = Paper(template="t", number="1", sha256="0")


@dataclass(frozen=True)
class Step:
    act: object
    who: str
    later: int


def steps(people, *acts):
    engine = st.builds(RecordPaper, paper=st.just(PAPER))
    return st.lists(
        st.builds(Step, st.one_of(*acts, engine), st.sampled_from(people), st.integers(0, 20)),
        max_size=60,
    )


ETHICS = steps(
    MEMBERS,
    st.just(ethics.Submit(pledge=True)),
    st.just(ethics.Accept()),
    st.builds(ethics.Declare, conflict=st.sampled_from([False] * 9 + [True]), reason=words),
    st.builds(ethics.OpenMeeting, present=present),
    st.builds(ethics.RecordAttendance, present=present),
    st.just(vote.OpenVote()),
    st.builds(vote.CastBallot, choice=st.sampled_from(Outcome), reason=words),
    st.builds(vote.ChangeBallot, choice=st.sampled_from(Outcome), reason=words),
    st.just(vote.CountVotes()),
    st.builds(ethics.ReceiveOpinion, agrees=st.booleans(), source=st.just("s")),
    st.builds(ethics.IssueDecision, outcome=st.sampled_from(Outcome), reason=words),
)
EXPERT = steps(
    EXPERTS,
    st.just(expert.Apply()),
    st.just(expert.Accept()),
    st.builds(expert.FormGroup, experts=st.lists(st.sampled_from(EXPERTS)).map(tuple)),
    st.builds(expert.Declare, conflict=st.sampled_from([False] * 9 + [True]), reason=words),
    st.just(expert.OpenVote()),
    st.builds(expert.CastBallot, agrees=st.booleans(), reason=words),
    st.builds(expert.ChangeBallot, agrees=st.booleans(), reason=words),
    st.just(expert.CountVotes()),
)
FILING = steps(
    ["p"],
    st.just(filing.Submit()),
    st.builds(filing.Return, items=st.lists(words).map(tuple)),
    st.builds(filing.Record, number=st.from_regex(r"\A\d{20,21}\Z"), as_printed=st.booleans()),
)


def walk(start, path):
    """Yield (state before, events, state after) for each accepted step; check each refused."""
    state, at, trail = start, AT, []
    for step in path:
        at += timedelta(days=step.later)
        circumstances = by(step.who, at=at, people=POOL)
        try:
            events = decide(state, step.act, circumstances)
        except (CaseError, KeyError) as refusal:
            # A clock that was never started cannot be reminded of: the engine asks only later.
            assert not isinstance(refusal, KeyError) or isinstance(step.act, (Remind, Breach))
            continue
        before = state
        for event in events:
            # What the trail holds, read back, is what happened.
            stored = EVENT.validate_python(plain(event))
            assert stored == event
            state = evolve(state, stored)
            trail.append(stored)
        yield before, events, state, (step, circumstances)
    assert not trail or trail[0].opening == start.opening  # what a rebuild begins from
    folded = start
    for event in trail:
        folded = evolve(folded, event)
    assert folded == state


@settings(max_examples=400, deadline=None)
@given(ETHICS)
def test_no_path_through_an_ethics_review_is_illegal(path):
    for before, _, state, (step, _) in walk(EthicsReview(opening=ethics_opening()), path):
        assert set(state.ballots) <= set(state.present) <= set(MEMBERS)
        assert not set(state.recused) & {*state.present, *state.declared}
        if before.stage is not EthicsStage.VOTING and state.stage is EthicsStage.VOTING:
            assert state.quorum()
        if isinstance(step.act, vote.CountVotes):
            assert before.quorum()
            needed, _ = meeting_majority(len(before.present), on=before.law_day)
            votes = [b.choice for b in before.ballots.values()]
            winners = [o for o in Outcome if votes.count(o) >= needed]
            assert (
                ([state.counted] == winners) if winners else state.stage is EthicsStage.MEETING
            )
        if state.stage is EthicsStage.DECIDED:
            assert not any(clock.running for clock in state.clocks)
            if state.outcome.passes:
                assert state.outcome is state.counted
                assert state.opinion_agrees is not False


@settings(max_examples=400, deadline=None)
@given(EXPERT)
def test_no_path_through_an_expert_review_is_illegal(path):
    for before, _, state, (step, _) in walk(ExpertReview(opening=expert_opening()), path):
        sitting = {e.id for e in state.sitting}
        assert set(state.ballots) <= sitting
        assert not set(state.recused) & set(state.declared)
        if state.stage is ExpertStage.VOTING:
            assert len(sitting) >= 5
            assert sitting <= set(state.declared)
        if isinstance(step.act, expert.CountVotes) and state.agrees is not None:
            side = sum(b.agrees is state.agrees for b in before.ballots.values())
            assert 3 * side >= 2 * len(before.sitting)


@settings(max_examples=200, deadline=None)
@given(FILING, st.sampled_from([date(2026, 11, 1), date(2026, 11, 20), date(2027, 5, 1)]))
def test_no_path_through_a_filing_is_illegal(path, service):
    for _, _, state, _ in walk(filing.Filing(opening=filing_opening(service)), path):
        assert bool(state.number) is (state.stage is filing.Stage.RECORDED)
        running = [clock for clock in state.clocks if clock.running]
        assert len(running) == (state.stage is filing.Stage.SUBMITTED)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([ETHICS, EXPERT, FILING]).flatmap(lambda paths: paths))
def test_an_act_that_counts_once_is_refused_the_second_time(path):
    starts = {
        "ethics_review": EthicsReview(opening=ethics_opening()),
        "expert_review": ExpertReview(opening=expert_opening()),
        "filing": filing.Filing(opening=filing_opening()),
    }
    kinds = {s.act.kind.split(".")[0] for s in path} - {"paper"}
    if not kinds:
        return
    once = (
        vote.CastBallot,
        expert.CastBallot,
        ethics.Submit,
        ethics.Accept,
        expert.Apply,
        RecordPaper,
        filing.Submit,
    )
    for _, _, state, (step, circumstances) in walk(starts[kinds.pop()], path):
        if isinstance(step.act, once):
            with pytest.raises(CaseError):
                decide(state, step.act, circumstances)


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (
            safety_assessment.Assessment(opening=safety_opening()),
            safety_assessment.AcceptReport(),
        ),
        (follow_up.FollowUp(opening=follow_up_opening()), follow_up.Report(summary="x")),
    ],
)
def test_a_refused_act_leaves_the_state_as_it_was(state, act):
    before = plain(state)

    with pytest.raises(CaseError):
        decide(state, act, by())

    assert plain(state) == before


def test_reminding_of_nothing_is_refused():
    state = filing.Filing(opening=filing_opening())
    for event in decide(state, filing.Submit(), by()):
        state = evolve(state, event)
    for event in decide(state, Remind(name=filing.CLOCK), by()):
        state = evolve(state, event)

    with pytest.raises(AlreadyDoneError):
        decide(state, Remind(name=filing.CLOCK), by())
