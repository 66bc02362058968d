from dataclasses import replace
from datetime import date, timedelta

import pytest

from cases.errors import (
    AlreadyDoneError,
    NoQuorumError,
    NotEntitledError,
    ReasonMissingError,
    RuleNotMetError,
    TextError,
    UndeclaredError,
    WrongStageError,
)
from cases.ethics_review.acts import (
    Accept,
    Declare,
    IssueDecision,
    OpenMeeting,
    ReceiveOpinion,
    RecordAttendance,
    Submit,
)
from cases.ethics_review.state import CLOCK, Outcome, Review, Stage
from cases.ethics_review.vote import CastBallot, ChangeBallot, CountVotes, OpenVote
from tests.makers import AT, after, by, ethics_opening

SIX = tuple(f"m{n}" for n in range(1, 7))
YES, NO = Outcome.APPROVE, Outcome.NOT_APPROVE


def accepted(*, listed=True):
    return after(Review(opening=ethics_opening(listed=listed)), Submit(pledge=True), Accept())


def meeting(*present, listed=True):
    state = accepted(listed=listed)
    state = after(state, *((Declare(conflict=False), m) for m in SIX))
    return after(state, OpenMeeting(present=present or SIX))


def voted(*choices, listed=True, present=()):
    state = after(meeting(*present, listed=listed), OpenVote())
    ballots = [
        (CastBallot(choice=c, reason="" if c is YES else "理由"), f"m{n}")
        for n, c in enumerate(choices, start=1)
    ]
    return after(state, *ballots)


def test_acceptance_starts_thirty_days():
    clock = accepted().clock(CLOCK)

    assert (clock.started_on, clock.due_on) == (date(2026, 11, 24), date(2026, 12, 24))
    assert clock.row == "ethics_measures_2023.decision_limit@2023-12-01"
    assert clock.remind_at == AT + (clock.ends_at - AT) * 4 / 5


def test_an_act_at_the_wrong_stage_is_refused():
    with pytest.raises(WrongStageError):
        after(Review(opening=ethics_opening()), Accept())


@pytest.mark.parametrize("present", [("m1", "m2", "m3", "m4"), ("m1", "m4", "m6", "m2", "m5")])
def test_a_meeting_without_number_or_category_does_not_open(present):
    state = after(accepted(), *((Declare(conflict=False), m) for m in SIX))

    with pytest.raises(NoQuorumError) as refusal:
        after(state, OpenMeeting(present=present))

    assert refusal.value.reasons[0].citation.article == 14


def test_who_has_not_declared_may_not_attend():
    with pytest.raises(UndeclaredError, match="m7"):
        meeting(*SIX, "m7")


def test_who_holds_no_seat_may_not_attend_or_declare():
    with pytest.raises(NotEntitledError, match="x9"):
        meeting(*SIX, "x9")
    with pytest.raises(NotEntitledError):
        after(accepted(), (Declare(conflict=False), "x9"))


def test_a_recused_member_leaves_quorum_and_vote():
    state = voted(YES, YES, YES, YES, YES, present=SIX[:5])
    state = after(state, (Declare(conflict=True, reason="亲属"), "m1"))

    assert "m1" not in state.present
    assert "m1" not in state.ballots
    with pytest.raises(NoQuorumError):
        after(state, CountVotes())


def test_a_recusal_needs_its_reason_and_stays():
    with pytest.raises(ReasonMissingError):
        after(accepted(), (Declare(conflict=True), "m1"))
    recused = after(accepted(), (Declare(conflict=True, reason="亲属"), "m1"))
    with pytest.raises(AlreadyDoneError):
        after(recused, (Declare(conflict=False), "m1"))


def test_a_second_ballot_is_refused_and_a_change_counts_once():
    state = voted(YES)

    with pytest.raises(AlreadyDoneError):
        after(state, (CastBallot(choice=NO, reason="理由"), "m1"))
    state = after(state, (ChangeBallot(choice=NO, reason="理由"), "m1"))
    assert len(state.ballots) == 1
    assert state.ballots["m1"].choice is NO


def test_who_is_absent_or_has_no_ballot_cannot_vote_or_change():
    with pytest.raises(NotEntitledError):
        after(voted(present=SIX[:5]), (CastBallot(choice=YES), "m6"))
    with pytest.raises(NotEntitledError):
        after(voted(), (ChangeBallot(choice=YES), "m2"))


def test_a_vote_against_needs_its_reason():
    with pytest.raises(ReasonMissingError):
        after(voted(), (CastBallot(choice=NO), "m1"))


@pytest.mark.parametrize(
    ("choices", "present", "outcome"),
    [
        ((YES,) * 3 + (NO,) * 2, 5, None),
        ((YES,) * 4 + (NO,), 5, YES),
        ((YES,) * 5, 5, YES),
        ((YES,) * 3 + (NO,) * 3, 6, None),
        ((YES,) * 4 + (NO,) * 2, 6, YES),
        ((YES,) * 4, 6, YES),  # two abstained: present all the same
        ((NO,) * 4 + (YES,) * 2, 6, NO),
        ((Outcome.RE_REVIEW,) * 4 + (YES,) * 2, 6, Outcome.RE_REVIEW),
    ],
)
def test_two_thirds_of_those_present_decide(choices, present, outcome):
    state = after(voted(*choices, listed=False, present=SIX[:present]), CountVotes())

    assert state.counted is outcome
    assert state.stage is (Stage.DECIDING if outcome else Stage.MEETING)


def test_without_a_majority_the_meeting_votes_again():
    state = after(voted(YES, YES, YES), CountVotes(), OpenVote())

    assert (state.round, state.ballots) == (2, {})


def test_a_vote_whose_quorum_broke_is_not_counted():
    state = after(voted(YES, YES, YES, YES), RecordAttendance(present=SIX[:4]))

    with pytest.raises(NoQuorumError):
        after(state, CountVotes())


def test_a_listed_activity_waits_for_the_expert_opinion():
    state = after(voted(*[YES] * 6), CountVotes())

    assert state.stage is Stage.OPINION
    assert not state.clock(CLOCK).running
    with pytest.raises(WrongStageError):
        after(state, IssueDecision(outcome=YES))


def heard(*, agrees):
    return after(
        voted(*[YES] * 6),
        CountVotes(),
        ReceiveOpinion(agrees=agrees, source="expert-review/x/1"),
    )


def test_after_an_agreeing_opinion_the_decision_is_what_was_voted():
    with pytest.raises(RuleNotMetError):
        after(heard(agrees=True), IssueDecision(outcome=NO, reason="理由"))

    assert after(heard(agrees=True), IssueDecision(outcome=YES)).outcome is YES


def test_after_a_disagreeing_opinion_the_committee_meets_and_votes_anew():
    state = heard(agrees=False)
    assert (state.stage, state.present, state.ballots) == (Stage.REVIEWING, (), {})

    state = after(state, OpenMeeting(present=SIX), OpenVote())
    state = after(state, *((CastBallot(choice=NO, reason="理由"), m) for m in SIX))
    state = after(state, CountVotes())

    assert state.stage is Stage.DECIDING
    assert after(state, IssueDecision(outcome=NO, reason="理由")).outcome is NO


@pytest.mark.parametrize("choice", [YES, Outcome.APPROVE_MODIFIED])
def test_against_a_disagreeing_opinion_nobody_can_vote_to_pass(choice):
    state = after(heard(agrees=False), OpenMeeting(present=SIX), OpenVote())

    with pytest.raises(RuleNotMetError) as refusal:
        after(state, (CastBallot(choice=choice, reason="理由"), "m1"))

    assert refusal.value.reasons[0].citation.article == 32


def test_a_refusal_needs_its_reasons():
    state = after(voted(*[NO] * 6, listed=False), CountVotes())

    with pytest.raises(ReasonMissingError) as refusal:
        after(state, IssueDecision(outcome=NO))

    assert refusal.value.reasons[0].citation.article == 16


def test_a_late_decision_is_a_recorded_breach():
    state = after(voted(*[YES] * 6, listed=False), CountVotes())

    state = after(state, (IssueDecision(outcome=YES), by(at=AT + timedelta(days=31))))

    assert state.clock(CLOCK).breached
    assert state.outcome is YES


def test_words_are_committed_to_and_do_not_stand_in_events():
    state = voted(NO)

    assert "理由" not in repr(state)
    assert len(state.ballots["m1"].reason) == 64


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "{{ 7*7 }}", "a\x00b", "字" * 5001]
)
def test_words_that_are_not_plain_are_refused(words):
    with pytest.raises(TextError, match="reason"):
        after(voted(), (CastBallot(choice=NO, reason=words), "m1"))


def test_a_less_than_sign_is_plain():
    assert after(voted(), (CastBallot(choice=NO, reason="准确率 < 95%"), "m1")).ballots


@pytest.mark.parametrize(("agree", "outcome"), [(4, None), (5, YES)])
def test_medical_research_needs_more_than_half_of_all_members_too(agree, outcome):
    opening = replace(ethics_opening(listed=False), regimes=("life_science_measures_2023",))
    seats = (*opening.seats, replace(opening.seats[0], person="m8", chair=False))
    state = after(Review(opening=replace(opening, seats=seats)), Submit(pledge=True), Accept())
    state = after(state, *((Declare(conflict=False), m) for m in SIX))
    state = after(state, OpenMeeting(present=SIX), OpenVote())
    votes = [YES] * agree + [NO] * (6 - agree)
    ballots = zip(votes, SIX, strict=True)
    state = after(state, *((CastBallot(choice=c, reason="理由"), m) for c, m in ballots))

    state = after(state, CountVotes())

    assert state.to_carry()[0] == 5
    assert state.counted is outcome
