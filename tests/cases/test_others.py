"""Expert re-review, safety assessment, filing, follow-up."""

from datetime import date, timedelta

import pytest

from cases import filing, follow_up, safety_assessment
from cases.clocks import Breach, RecordPaper, Remind
from cases.errors import (
    AlreadyDoneError,
    ConflictError,
    FilingNumberInvalidError,
    NoQuorumError,
    NotEntitledError,
    ReasonMissingError,
    RuleNotMetError,
    UndeclaredError,
)
from cases.expert_review import acts as expert
from cases.expert_review.state import Review, Stage
from cases.proceeding import Paper
from law.expert_group import Candidate
from law.filing_number import AlgorithmClass, compose
from law.meeting import Category
from tests.makers import (
    AT,
    POOL,
    after,
    by,
    expert_opening,
    filing_opening,
    follow_up_opening,
    safety_opening,
)

FIVE = tuple(f"e{n}" for n in range(1, 6))
GOOD = str(compose("110108", "9900101", AlgorithmClass.SYNTHESIS, 2026, 1))


def formed(*experts, pool=POOL):
    state = after(Review(opening=expert_opening()), expert.Apply(), expert.Accept())
    act = expert.FormGroup(experts=experts or FIVE)
    return after(state, (act, by("o", people=pool)))


def voting(*experts):
    state = formed(*experts)
    state = after(state, *((expert.Declare(conflict=False), e.id) for e in state.group))
    return after(state, expert.OpenVote())


def counted(agree, disagree, size=5):
    state = voting(*(f"e{n}" for n in range(1, size + 1)))
    votes = [True] * agree + [False] * disagree
    ballots = [
        (expert.CastBallot(agrees=v, reason="理由"), f"e{n}") for n, v in enumerate(votes, 1)
    ]
    return after(state, *ballots, expert.CountVotes())


@pytest.mark.parametrize(
    ("size", "agree", "disagree", "verdict"),
    [
        (5, 3, 2, None),
        (5, 4, 1, True),
        (5, 4, 0, True),
        (6, 4, 1, True),  # two thirds of all, one silent
        (6, 3, 0, None),
        (7, 4, 0, None),
        (7, 5, 2, True),
        (5, 1, 4, False),
    ],
)
def test_two_thirds_of_all_experts_make_an_opinion(size, agree, disagree, verdict):
    state = counted(agree, disagree, size)

    assert state.agrees is verdict
    assert state.stage is (Stage.FORMED if verdict is None else Stage.GIVEN)


def test_a_group_below_five_or_of_one_kind_is_refused():
    with pytest.raises(NoQuorumError):
        formed(*FIVE[:4])
    with pytest.raises(NoQuorumError):
        formed("e1", "e4", "e6", "e7", "e2")


def test_a_member_of_the_reviewing_committee_is_refused():
    own = Candidate("e9", Category.LAW, serves_on=("c1",))

    with pytest.raises(ConflictError) as refusal:
        formed(*FIVE[:4], "e9", pool=(*POOL, own))

    assert refusal.value.reasons[0].citation.article == 28


def test_who_is_not_in_the_pool_is_refused():
    with pytest.raises(NotEntitledError, match="nobody"):
        formed(*FIVE, "nobody")


def test_a_recused_expert_blocks_the_vote_until_replaced():
    state = after(formed(), *((expert.Declare(conflict=False), e) for e in FIVE[1:]))
    state = after(state, (expert.Declare(conflict=True, reason="合作者"), "e1"))

    with pytest.raises(NoQuorumError):
        after(state, expert.OpenVote())
    with pytest.raises(NotEntitledError):
        after(state, (expert.FormGroup(experts=FIVE), by("o", people=POOL)))
    state = after(state, (expert.FormGroup(experts=(*FIVE[1:], "e6")), by("o", people=POOL)))
    with pytest.raises(UndeclaredError, match="e6"):
        after(state, expert.OpenVote())
    state = after(state, (expert.Declare(conflict=False), "e6"), expert.OpenVote())
    assert state.stage is Stage.VOTING


def test_an_expert_votes_once_and_with_reasons():
    state = voting()

    with pytest.raises(ReasonMissingError):
        after(state, (expert.CastBallot(agrees=True), "e1"))
    with pytest.raises(NotEntitledError):
        after(state, (expert.CastBallot(agrees=True, reason="理由"), "e7"))
    with pytest.raises(NotEntitledError):
        after(state, (expert.ChangeBallot(agrees=True, reason="理由"), "e1"))
    state = after(state, (expert.CastBallot(agrees=True, reason="理由"), "e1"))
    with pytest.raises(AlreadyDoneError):
        after(state, (expert.CastBallot(agrees=True, reason="理由"), "e1"))
    state = after(state, (expert.ChangeBallot(agrees=False, reason="理由"), "e1"))
    assert not state.ballots["e1"].agrees


def test_the_recusal_of_an_expert_needs_a_reason_and_a_declaration_counts_once():
    with pytest.raises(ReasonMissingError):
        after(formed(), (expert.Declare(conflict=True), "e1"))
    declared = after(formed(), (expert.Declare(conflict=False), "e1"))
    with pytest.raises(AlreadyDoneError):
        after(declared, (expert.Declare(conflict=False), "e1"))


def report(*, points=8, hazards=0, signers=3):
    roles = ("legal_representative", "assessment_head", "legality_head")
    return safety_assessment.SubmitReport(
        points=tuple(
            safety_assessment.Point(number=n, met=True, note="有效")
            for n in range(1, points + 1)
        ),
        open_hazards=hazards,
        signers=tuple(safety_assessment.Signer(role=r, name="某人") for r in roles[:signers]),
        conclusion="符合",
    )


@pytest.mark.parametrize("lack", [{"points": 7}, {"hazards": 1}, {"signers": 2}])
def test_an_incomplete_report_is_refused(lack):
    assessment = safety_assessment.Assessment(opening=safety_opening())

    with pytest.raises(RuleNotMetError):
        after(assessment, report(**lack))


def test_a_report_is_returned_supplemented_and_accepted():
    state = after(
        safety_assessment.Assessment(opening=safety_opening()),
        report(),
        safety_assessment.ReturnReport(reason="第三项不清楚"),
        report(),
        safety_assessment.AcceptReport(),
    )

    assert state.stage is safety_assessment.Stage.ACCEPTED
    assert not state.late


def test_a_return_of_a_report_needs_its_reason():
    state = after(safety_assessment.Assessment(opening=safety_opening()), report())

    with pytest.raises(ReasonMissingError):
        after(state, safety_assessment.ReturnReport(reason=""))


def test_a_report_after_the_launch_is_late():
    opening = safety_opening(event_on=date(2026, 9, 18))

    assert after(safety_assessment.Assessment(opening=opening), report()).late


def submitted(service_from=date(2026, 11, 20)):
    return after(filing.Filing(opening=filing_opening(service_from)), filing.Submit())


def test_a_filing_has_thirty_working_days_of_examination():
    clock = submitted().clock(filing.CLOCK)

    assert clock.due_on == date(2027, 1, 6)
    assert clock.provisional == (2027,)


def test_a_filing_after_its_ten_working_days_is_a_recorded_breach():
    late = submitted(date(2026, 11, 9)).clock(filing.FIRST_FILING)

    assert (late.due_on, late.breached, late.running) == (date(2026, 11, 23), True, False)
    with pytest.raises(KeyError):
        submitted(date(2026, 11, 10)).clock(filing.FIRST_FILING)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("123", "二十一位"),
        (GOOD.replace("1号", "3号"), "校验位"),
        (str(compose("110108", "9900101", AlgorithmClass.PUSH, 2026, 1)), "类别"),
    ],
)
def test_a_wrong_number_is_refused(number, words):
    with pytest.raises(FilingNumberInvalidError, match=words):
        after(submitted(), filing.Record(number=number))


def test_a_number_that_fails_the_check_is_recorded_only_as_printed():
    wrong = GOOD.replace("1号", "3号")

    state = after(submitted(), filing.Record(number=wrong, as_printed=True))

    assert state.number == wrong


def test_a_return_names_its_reasons_and_a_new_submission_starts_a_new_term():
    with pytest.raises(ReasonMissingError):
        after(submitted(), filing.Return(items=()))
    later = by(at=AT + timedelta(days=7))
    state = after(submitted(), filing.Return(items=("名称不一致", "缺截图")))
    state = after(state, (filing.Submit(), later))

    assert [c.running for c in state.clocks] == [False, True]
    assert state.clock(filing.CLOCK).started_on == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("listed", "last"), [(True, date(2027, 2, 28)), (False, date(2027, 8, 31))]
)
def test_a_follow_up_runs_six_or_twelve_months(listed, last):
    state = after(
        follow_up.FollowUp(opening=follow_up_opening(listed=listed)), follow_up.Open()
    )

    assert state.clock(follow_up.CLOCK).due_on == last


def test_a_follow_up_is_reported_and_concluded():
    state = after(follow_up.FollowUp(opening=follow_up_opening()), follow_up.Open())

    with pytest.raises(ReasonMissingError):
        after(state, follow_up.Report(summary=""))
    state = after(state, follow_up.Report(summary="按计划进行"))
    with pytest.raises(ReasonMissingError):
        after(state, follow_up.Conclude(result=follow_up.Result.SUSPEND))
    state = after(state, follow_up.Conclude(result=follow_up.Result.CONTINUE))
    assert state.result is follow_up.Result.CONTINUE
    assert not state.clock(follow_up.CLOCK).running


def test_a_clock_reminds_once_and_is_breached_only_after_its_end():
    state = submitted()
    end = state.clock(filing.CLOCK).ends_at
    state = after(state, Remind(name=filing.CLOCK))

    with pytest.raises(AlreadyDoneError):
        after(state, Remind(name=filing.CLOCK))
    with pytest.raises(AlreadyDoneError):
        after(state, (Breach(name=filing.CLOCK), by(at=end - timedelta(seconds=1))))
    state = after(state, (Breach(name=filing.CLOCK), by(at=end)))
    with pytest.raises(AlreadyDoneError):
        after(state, (Breach(name=filing.CLOCK), by(at=end)))
    assert state.clock(filing.CLOCK).breached


def test_a_paper_is_recorded_once():
    paper = RecordPaper(paper=Paper(template="filing_notice", number="1", sha256="0"))

    with pytest.raises(AlreadyDoneError):
        after(submitted(), paper, paper)
