"""Committees, meetings, majorities, special procedures: below, at and above each limit."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from law.committee import Member, attendance, composition, mixed, term
from law.decision import Count, carries, opinion
from law.expert_group import Candidate, Reviewed, exclusions
from law.followup import (
    committee_registration_due,
    followup_due,
    registration_due,
    report_due,
)
from law.jurisdiction import jurisdiction
from law.meeting import Category, needed
from law.parameters import parameter, parameter_names, using
from law.pathways import Case, View, converts, emergency, emergency_due, may_be_simplified
from law.recusal import Relation, recused
from tests.law.test_whatif import copied

DAY = date(2026, 11, 24)
CHINA = ZoneInfo("Asia/Shanghai")


def committee(size=7, **changes):
    kinds = [Category.PEER, Category.ETHICS, Category.LAW]
    members = [
        Member(kinds[n % 3], "female" if n % 2 else "male", outside=n == 1, chair=n == 0)
        for n in range(size)
    ]
    return [replace(m, **changes) for m in members] if changes else members


@pytest.mark.parametrize(("size", "met"), [(6, False), (7, True), (8, True)])
def test_a_committee_has_seven_members(size, met):
    assert bool(composition(committee(size), on=DAY)) is met


@pytest.mark.parametrize(
    ("change", "objection"),
    [
        ({"gender": "male"}, "缺少不同性别的委员"),
        ({"gender": "unknown"}, "缺少不同性别的委员"),
        ({"outside": False}, "非本单位委员 0 人，少于 1 人"),
        ({"category": Category.PEER}, "缺少伦理学专家"),
        ({"chair": False}, "主任委员 0 人，应为 1 人"),
        ({"chair": True}, "主任委员 7 人，应为 1 人"),
    ],
)
def test_a_committee_is_mixed_and_has_one_chair(change, objection):
    finding = composition(committee(**change), on=DAY)

    assert objection in [r.words.zh for r in finding.objections]
    assert {r.citation.article for r in finding.objections} == {7}


def test_the_size_under_the_ai_measures_is_marked_as_conflicting():
    finding = composition(committee(6), on=DAY, special=["ai_ethics_measures_2026"])

    assert [o.confidence for o in finding.objections] == ["two_copies", "conflict"]
    assert composition(committee(7), on=DAY, special=["ai_ethics_measures_2026"])
    assert not composition(committee(6), on=DAY, special=["life_science_measures_2023"])


def test_those_present_may_be_asked_to_be_mixed_too():
    assert mixed(committee(5), on=DAY)
    assert not mixed(committee(1), on=DAY)


def test_those_present_are_judged_as_strictly_as_the_office_asks(tmp_path):
    men = [replace(m, gender="male") for m in committee(5)]

    assert attendance(committee(5), on=DAY)
    assert not attendance(committee(4), on=DAY)
    assert not attendance(men, on=DAY)
    folder = copied(tmp_path)
    file = folder / "office_policy.toml"
    head, row = file.read_text("utf-8").split("[strict_attendance]")
    lenient = row.replace("value = 1", "value = 0", 1)
    file.write_text(f"{head}[strict_attendance]{lenient}", "utf-8")
    with using(folder):
        assert attendance(men, on=DAY)


@pytest.mark.parametrize(
    ("ends", "met"),
    [
        ("2026-11-24", False),
        ("2026-11-25", True),
        ("2031-11-24", True),
        ("2031-11-25", False),
    ],
)
def test_a_term_is_at_most_five_years(ends, met):
    assert bool(term(DAY, date.fromisoformat(ends))) is met


@pytest.mark.parametrize(
    ("agree", "present", "met"),
    [
        (3, 5, False),
        (4, 5, True),
        (3, 6, False),
        (4, 6, True),
        (4, 7, False),
        (5, 7, True),
        (5, 8, False),
        (6, 8, True),
        (6, 9, True),
    ],
)
def test_two_thirds_of_those_present(agree, present, met):
    assert bool(carries(Count(agree, present, 9), on=DAY)) is met


@pytest.mark.parametrize(
    ("agree", "present", "members", "met"),
    [
        (4, 6, 8, False),  # two thirds of those present, but only half of all
        (5, 6, 8, True),
        (5, 7, 9, True),
        (4, 5, 9, False),
        (5, 5, 9, True),
        (3, 5, 5, False),
        (0, 0, 5, False),
    ],
)
def test_medical_research_needs_both_majorities(agree, present, members, met):
    finding = carries(
        Count(agree, present, members), on=DAY, special=["life_science_measures_2023"]
    )

    assert bool(finding) is met


@pytest.mark.parametrize(
    ("agree", "disagree", "experts", "found"),
    [
        (3, 2, 5, None),
        (4, 1, 5, True),
        (4, 1, 6, True),
        (3, 0, 6, None),
        (4, 3, 7, None),
        (5, 0, 7, True),
        (1, 4, 5, False),
        (0, 0, 5, None),
        (3, 1, 4, None),  # a group below five gives no opinion
        (0, 0, 0, None),
    ],
)
def test_an_opinion_needs_two_thirds_of_all_experts(agree, disagree, experts, found):
    verdict, finding = opinion(agree, disagree, experts, on=DAY)

    assert verdict is found
    assert bool(finding) is (found is not None)


def test_more_votes_than_voters_are_refused():
    with pytest.raises(ValueError, match="6 of 5"):
        carries(Count(6, 5, 7), on=DAY)
    with pytest.raises(ValueError, match="8 of 7"):
        carries(Count(4, 8, 7), on=DAY)
    with pytest.raises(ValueError, match="8 votes"):
        opinion(4, 4, 5, on=DAY)


def test_before_the_ai_measures_a_centre_is_barred_by_the_general_rule():
    finding = recused([Relation.CENTRE_DOUBLE_ROLE], on=date(2026, 3, 19), expert=True)

    assert finding.objections[0].citation.article == 8


@pytest.mark.parametrize(
    ("case", "met"),
    [
        (Case(), False),
        (Case(minimal_risk=True), True),
        (Case(minor_modification=True), True),
        (Case(follow_up_unchanged=True), True),
        (Case(minimal_risk=True, listed=True), False),
    ],
)
def test_the_simplified_procedure_is_for_three_cases(case, met):
    finding = may_be_simplified(case, on=DAY)

    assert bool(finding) is met
    assert all(r.confidence in {"memory", "two_copies"} for r in finding.objections)


@pytest.mark.parametrize(
    ("views", "objections"),
    [
        ((View.APPROVE,), ["审查委员 1 人，少于 2 人"]),
        ((View.APPROVE, View.APPROVE), []),
        ((View.APPROVE,) * 3, []),
        ((View.NEGATIVE, View.NEGATIVE), ["审查结果为否定"]),
        ((View.APPROVE, View.NEGATIVE), ["审查结果为否定", "委员意见不一致"]),
        ((View.APPROVE, View.DOUBT), ["对审查内容有疑义", "委员意见不一致"]),
        ((View.MEETING, View.APPROVE), ["有委员要求会议审查", "委员意见不一致"]),
    ],
)
def test_only_unanimous_approval_ends_a_simplified_review(views, objections):
    finding = converts(views, on=DAY)

    assert [r.words.zh for r in finding.objections] == objections


def test_seventy_two_hours_run_through_the_holidays():
    accepted = datetime(2026, 10, 1, 9, tzinfo=CHINA)

    assert emergency_due(accepted) == datetime(2026, 10, 4, 9, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("grounds", "present", "field_member", "count"),
    [
        ("疫情突发", [Category.PEER], True, 0),
        (" ", [Category.PEER], True, 1),
        ("疫情突发", [Category.LAW], True, 1),
        ("疫情突发", [Category.PEER], False, 1),
        ("", [], False, 3),
    ],
)
def test_an_emergency_needs_grounds_and_somebody_of_the_field(
    grounds, present, field_member, count
):
    finding = emergency(grounds, present, field_member=field_member, on=DAY)

    assert len(finding.objections) == count


@pytest.mark.parametrize("relation", Relation)
def test_each_relation_bars_an_expert(relation):
    finding = recused([relation], on=DAY, expert=True)

    assert [r.words for r in finding.objections] == [relation.words]


@pytest.mark.parametrize(
    ("relation", "free"),
    [
        (Relation.SAME_UNIT, True),
        (Relation.OWN_COMMITTEE, True),
        (Relation.CENTRE_DOUBLE_ROLE, True),
        (Relation.TEAM_MEMBER, False),
        (Relation.FAMILY, False),
        (Relation.DECLARED, False),
    ],
)
def test_a_member_may_be_of_the_unit_but_not_of_the_team(relation, free):
    assert bool(recused([relation], on=DAY)) is free
    assert recused([], on=DAY)


def test_a_centre_that_reviewed_may_not_re_review():
    expert = Candidate("x", Category.LAW, centre="z1")

    finding = exclusions([expert], Reviewed("i1", "c1", centre="z1"), on=DAY)
    assert [r.citation.article for r in finding.objections] == [11]
    assert exclusions([expert], Reviewed("i1", "c1", centre="z2"), on=DAY)
    assert exclusions([expert], Reviewed("i1", "c1"), on=DAY)


def test_follow_up_is_due_in_twelve_months_or_six():
    approved = date(2026, 8, 31)

    assert followup_due(approved, listed=True).on == date(2027, 2, 28)
    assert followup_due(approved, listed=False).on == date(2027, 8, 31)


def test_registration_and_reports_have_their_days():
    assert registration_due(date(2026, 11, 24)).on == date(2026, 12, 24)
    assert committee_registration_due(date(2026, 11, 24)).on == date(2026, 12, 24)
    assert report_due(2026) == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("code", "present", "members", "met"),
    [
        ("cn", 4, 7, False),
        ("cn", 5, 7, True),
        ("us", 3, 6, False),  # half is no majority
        ("us", 4, 6, True),
        ("us", 3, 5, True),
        ("us", 2, 5, False),
        ("us", 150, 300, False),
        ("us", 151, 300, True),
    ],
)
def test_two_jurisdictions_count_a_quorum_by_their_own_rows(code, present, members, met):
    kinds = {"nonscientist": 1}

    assert bool(jurisdiction(code).may_meet(present, members, kinds, on=DAY)) is met


@pytest.mark.parametrize(
    ("code", "agree", "present", "met"),
    [
        ("cn", 3, 5, False),
        ("cn", 4, 5, True),
        ("us", 2, 4, False),
        ("us", 3, 4, True),
        ("us", 3, 5, True),
        ("us", 150, 300, False),
        ("us", 151, 300, True),
    ],
)
def test_two_jurisdictions_count_votes_by_their_own_rows(code, agree, present, met):
    assert bool(jurisdiction(code).carries(agree, present, on=DAY)) is met


def test_a_jurisdiction_names_what_its_law_does_not_ask():
    us, cn = jurisdiction("us"), jurisdiction("cn")

    assert (us.expert_minimum, cn.simplified_no_refusal) == ("", "")
    assert us.next_review(date(2026, 1, 31)).on == date(2027, 1, 31)
    assert str(parameter(us.quorum, on=DAY).citation).endswith("§46.108(b)")
    assert needed(9, parameter(us.majority, on=DAY)) == 5


ALL = {"scientist": 1, "nonscientist": 1, "unaffiliated": 1}


@pytest.mark.parametrize(
    ("code", "members", "missing", "met"),
    [
        ("us", 5, "", True),
        ("us", 4, "", False),
        ("us", 5, "scientist", False),
        ("us", 5, "nonscientist", False),
        ("us", 5, "unaffiliated", False),
        ("cn", 7, "", True),
        ("cn", 6, "", False),
        ("cn", 7, "scientist", True),
        ("cn", 7, "unaffiliated", False),
    ],
)
def test_two_jurisdictions_compose_a_committee_by_their_own_rows(code, members, missing, met):
    kinds = {kind: count for kind, count in ALL.items() if kind != missing}

    assert bool(jurisdiction(code).committee(members, kinds, on=DAY)) is met


def test_a_meeting_in_the_us_needs_a_nonscientist():
    found = jurisdiction("us").may_meet(4, 6, {"scientist": 4}, on=DAY)

    assert "46.108(b)" in found.words.en


@pytest.mark.parametrize(
    ("code", "reviewers", "refuses", "met"),
    [
        ("us", 1, False, True),
        ("us", 0, False, False),
        ("us", 1, True, False),  # an expedited review may not disapprove
        ("cn", 2, True, True),
        ("cn", 1, False, False),
    ],
)
def test_two_jurisdictions_end_a_simplified_review_differently(code, reviewers, refuses, met):
    found = jurisdiction(code).simplified(reviewers, refuses=refuses, on=DAY)

    assert bool(found) is met


@pytest.mark.parametrize(("members", "met"), [(6, False), (7, True)])
@pytest.mark.parametrize(
    "special", [(), ("life_science_measures_2023",), ("ai_ethics_measures_2026",)]
)
def test_a_committee_of_each_regime_has_seven(special, members, met):
    assert bool(composition(committee(members), special, on=DAY)) is met


@pytest.mark.parametrize(
    ("code", "instrument"), [("cn", "ethics_measures_2023"), ("us", "common_rule_us")]
)
def test_a_jurisdiction_reads_rows_that_there_are(code, instrument):
    rows = jurisdiction(code).rows

    assert rows <= set(parameter_names())
    assert f"{instrument}.meeting_quorum" in rows


@pytest.mark.parametrize(("members", "met"), [(7, True), (8, False), (9, True)])
def test_an_office_may_ask_for_an_odd_number_of_members(tmp_path, members, met):
    folder = copied(tmp_path)
    file = folder / "office_policy.toml"
    head, row = file.read_text("utf-8").split("[odd_committee]")
    file.write_text(
        f"{head}[odd_committee]{row.replace('value = 0', 'value = 1', 1)}", "utf-8"
    )

    assert composition(committee(members), on=DAY)
    with using(folder):
        assert bool(composition(committee(members), on=DAY)) is met
