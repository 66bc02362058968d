"""Expert group, filing number, credit code, triage, safety: each at its limits."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law import credit_code, filing_number, safety
from law.citation import numeral
from law.expert_group import Candidate, Reviewed, composition, exclusions
from law.filing_number import AlgorithmClass, FilingNumberError, compose, parse
from law.meeting import Category
from law.safety import Trigger

DAY = date(2026, 11, 24)


def group(*categories):
    return [Candidate(f"e{n}", Category(c)) for n, c in enumerate(categories)]


@pytest.mark.parametrize(
    ("members", "met"),
    [
        (("peer", "peer", "ethics", "law"), False),
        (("peer", "peer", "peer", "ethics", "law"), True),
        (("peer", "peer", "peer", "peer", "ethics", "law"), True),
        (("peer",) * 6, False),
    ],
)
def test_an_expert_group_has_five_experts_of_all_kinds(members, met):
    assert bool(composition(group(*members), on=DAY)) is met


@pytest.mark.parametrize(
    ("expert", "article"),
    [
        (Candidate("m1", Category.LAW), 28),
        (Candidate("x", Category.LAW, serves_on=("c1",)), 28),
        (Candidate("x", Category.LAW, employer="i1"), 8),
    ],
)
def test_own_committee_and_own_institution_are_excluded(expert, article):
    finding = exclusions([expert], Reviewed("i1", "c1", ("m1",)), on=DAY)

    assert [r.citation.article for r in finding.objections] == [article]


def test_an_expert_of_another_committee_and_institution_may_sit():
    expert = Candidate("x", Category.LAW, serves_on=("c2",), employer="i2")

    assert exclusions([expert], Reviewed("i1", "c1", ("m1",)), on=DAY)


@pytest.mark.parametrize(
    "digits",
    [
        "110108823483901230031",
        "110108645502801230043",
        "330110507206401230035",
        "110108970550101240011",
        "440305295988702220015",
        "310110764385705230011",
        "120116299582406230015",
        "440105368266101260017",
    ],
)
def test_published_numbers_hold(digits):
    number = parse(f"网信算备{digits}号")

    assert number.check_holds
    assert number.digits == digits


def test_the_one_published_exception_is_read_and_marked():
    number = parse("440305295988702220055")

    assert not number.check_holds
    assert number.algorithm_class is AlgorithmClass.PUSH


@pytest.mark.parametrize(
    "text", ["", "网信算备号", "1101082242366066220017", "11010882348390123003", "abc"]
)
def test_what_has_not_21_digits_is_no_number(text):
    with pytest.raises(FilingNumberError):
        parse(text)


def test_an_unknown_class_is_no_number():
    with pytest.raises(FilingNumberError, match="99"):
        parse("110108823483999230031")


@given(
    st.from_regex(r"\A[0-9]{6}\Z"),
    st.from_regex(r"\A[0-9]{7}\Z"),
    st.sampled_from(AlgorithmClass),
    st.integers(2022, 2099),
    st.integers(1, 999),
)
def test_composing_and_parsing_are_inverses(division, entity, kind, year, serial):
    number = compose(division, entity, kind, year, serial)

    assert parse(str(number)) == number
    assert number.check_holds
    assert number.check % 2 == 1


def test_160_of_180_slips_of_one_digit_are_detected():
    digits = "110108823483901230031"
    seen = 0
    for place in range(20):
        for digit in "0123456789":
            body = digits[:place] + digit + digits[place + 1 : 20]
            seen += filing_number.check_digit(body) != int(digits[20])

    assert seen == 160


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        ("91110108MA01YL8X3A", True),
        ("91110108MA01YL8X3B", False),
        ("91110108MA01YL8X3", False),
        ("91110108MA01YI8X3A", False),  # I is not in the alphabet
        ("", False),
    ],
)
def test_credit_codes_are_checked_by_gb_32100(code, valid):
    assert credit_code.is_valid(code) is valid


@pytest.mark.parametrize(
    ("trigger", "event", "submitted", "late"),
    [
        (Trigger.NEW_SERVICE, "2026-09-18", "2026-09-17", False),
        (Trigger.NEW_SERVICE, "2026-09-18", "2026-09-18", True),
        (Trigger.USER_GROWTH, "2026-01-20", "2026-03-09", False),
        (Trigger.USER_GROWTH, "2026-01-20", "2026-03-10", True),
        (Trigger.WRITTEN_NOTICE, "2026-09-18", "2026-11-05", False),
        (Trigger.WRITTEN_NOTICE, "2026-09-18", "2026-11-06", True),
    ],
)
def test_a_report_is_due_before_launch_or_in_thirty_working_days(
    trigger, event, submitted, late
):
    days = date.fromisoformat(event), date.fromisoformat(submitted)

    assert safety.is_late(trigger, *days) is late


@pytest.mark.parametrize(
    ("met", "hazards", "complete"),
    [(range(1, 8), 0, False), (range(1, 9), 0, True), (range(1, 9), 1, False)],
)
def test_a_report_covers_eight_points_and_leaves_no_hazard_open(met, hazards, complete):
    assert bool(safety.complete(list(met), hazards, on=DAY)) is complete


@pytest.mark.parametrize(("signers", "enough"), [(2, False), (3, True), (4, True)])
def test_three_roles_sign_by_office_policy(signers, enough):
    finding = safety.signed(signers, on=DAY)

    assert bool(finding) is enough
    assert all(r.confidence == "policy" for r in finding.objections)


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (15, "十五"), (20, "二十"), (105, "一百零五"), (203, "二百零三")],
)
def test_articles_are_counted_in_chinese(number, text):
    assert numeral(number) == text
