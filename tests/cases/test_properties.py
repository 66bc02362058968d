"""Whatever people do, in whatever order: no illegal state, no act counted twice."""

from datetime import date, timedelta

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
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
from cases.procedures import PROCEDURES, AnyEvent
from cases.proceeding import decide, evolve
from records.folding import state_adapter
from tests.cases.ways import (
    MEMBERS,
    ethics_steps,
    expert_steps,
    filing_steps,
    follow_up_steps,
    safety_steps,
)
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


def walk(data, start, steps):
    """Yield (state before, state after, step, circumstances) for each accepted step.

    What the trail would hold is read back from its bytes, and folded anew at the end.
    """
    state, at, trail = start, AT, []
    for _ in range(data.draw(st.sampled_from([15, 30, 45, 60]))):
        taken = data.draw(steps(state))
        at += timedelta(days=data.draw(st.integers(0, 5)))
        circumstances = by(taken.who, at=at, people=POOL)
        try:
            events = decide(state, taken.act, circumstances)
        except (CaseError, KeyError) as refusal:
            # A clock that was never started cannot be reminded of: the engine asks only later.
            assert not isinstance(refusal, KeyError) or isinstance(taken.act, (Remind, Breach))
            continue
        before = state
        for event in events:
            trail.append(orjson.dumps(plain(event)))
            stored = EVENT.validate_json(trail[-1])
            assert stored == event
            state = evolve(state, stored)
        yield before, state, taken, circumstances
    folded = start
    for body in trail:
        folded = evolve(folded, EVENT.validate_json(body))
    kept = state_adapter(procedure_name(start)).dump_json(folded)
    assert state_adapter(procedure_name(start)).validate_json(kept) == state


def procedure_name(state):
    return next(p.name for p in PROCEDURES.values() if type(state) is p.state)


def once_only(state, taken, circumstances):
    """Check that an act that counts once is refused the second time."""
    if isinstance(taken.act, ONCE):
        with pytest.raises(CaseError):
            decide(state, taken.act, circumstances)


ONCE = (
    vote.CastBallot,
    expert.CastBallot,
    ethics.Submit,
    ethics.Accept,
    expert.Apply,
    RecordPaper,
    Remind,
    Breach,
    filing.Submit,
)


def explore(start, steps, check, examples=80):
    """Walk many ways and return the stages that were reached."""
    reached = set()

    @settings(max_examples=examples, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def ways(data):
        for before, state, taken, circumstances in walk(data, start, steps):
            reached.add(state.stage)
            once_only(state, taken, circumstances)
            check(before, state, taken)

    ways()
    return reached


def test_no_path_through_an_ethics_review_is_illegal():
    again = set()

    def check(before, state, taken):
        assert set(state.ballots) <= set(state.present) <= set(MEMBERS)
        assert not set(state.recused) & {*state.present, *state.declared}
        if before.stage is not EthicsStage.VOTING and state.stage is EthicsStage.VOTING:
            assert state.quorum()
        if isinstance(taken.act, vote.CountVotes):
            assert before.quorum()
            needed, _ = before.to_carry()
            assert 3 * needed >= 2 * len(before.present)
            votes = [b.choice for b in before.ballots.values()]
            winners = [o for o in Outcome if votes.count(o) >= needed]
            assert (
                ([state.counted] == winners) if winners else state.stage is EthicsStage.MEETING
            )
        if state.stage is EthicsStage.DECIDED:
            assert not any(clock.running for clock in state.clocks)
            assert state.outcome is state.counted
            assert not (state.outcome.passes and state.opinion_agrees is False)
            again.add((state.opinion_agrees, state.outcome.passes))

    assert explore(EthicsReview(opening=ethics_opening()), ethics_steps, check) == set(
        EthicsStage
    ) - {EthicsStage.NEW}
    assert {(True, True), (False, False)} <= again


def test_no_path_through_an_expert_review_is_illegal():
    def check(before, state, taken):
        sitting = {e.id for e in state.sitting}
        assert set(state.ballots) <= sitting
        assert not set(state.recused) & set(state.declared)
        if state.stage is ExpertStage.VOTING:
            assert len(sitting) >= 5
            assert sitting <= set(state.declared)
        if isinstance(taken.act, expert.CountVotes) and state.agrees is not None:
            side = sum(b.agrees is state.agrees for b in before.ballots.values())
            assert 3 * side >= 2 * len(before.sitting)

    assert explore(ExpertReview(opening=expert_opening()), expert_steps, check) == set(
        ExpertStage
    ) - {ExpertStage.NEW}


@pytest.mark.parametrize("service", [date(2026, 11, 1), date(2026, 11, 20), date(2027, 5, 1)])
def test_no_path_through_a_filing_is_illegal(service):
    def check(_before, state, _taken):
        assert bool(state.number) is (state.stage is filing.Stage.RECORDED)
        running = [clock for clock in state.clocks if clock.running]
        assert len(running) == (state.stage is filing.Stage.SUBMITTED)

    start = filing.Filing(opening=filing_opening(service))
    assert explore(start, filing_steps, check, 40) == set(filing.Stage) - {filing.Stage.NEW}


@pytest.mark.parametrize("event_on", [date(2026, 11, 20), date(2027, 5, 1)])
def test_no_path_through_a_safety_assessment_is_illegal(event_on):
    def check(before, state, taken):
        if isinstance(taken.act, safety_assessment.SubmitReport):
            assert {p.number for p in taken.act.points if p.met} >= set(range(1, 9))
            assert taken.act.open_hazards == 0
        assert state.late >= before.late  # a breach stays on record
        assert not any(clock.running for clock in state.clocks)

    start = safety_assessment.Assessment(opening=safety_opening(event_on))
    reached = explore(start, safety_steps, check, 40)
    assert reached == set(safety_assessment.Stage) - {safety_assessment.Stage.NEW}


def test_no_path_through_a_follow_up_is_illegal():
    def check(_before, state, _taken):
        concluded = state.stage is follow_up.Stage.CONCLUDED
        assert concluded is (state.result is not None)
        assert any(clock.running for clock in state.clocks) is not concluded

    start = follow_up.FollowUp(opening=follow_up_opening())
    reached = explore(start, follow_up_steps, check, 40)
    assert reached == set(follow_up.Stage) - {follow_up.Stage.NEW}


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
