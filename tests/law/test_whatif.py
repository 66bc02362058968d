"""What if a row were another: which recorded answers would differ, and no others."""

import shutil
from dataclasses import fields, replace
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from law.committee import Member
from law.decision import Count
from law.genai_record import Record, Sample
from law.meeting import Category
from law.parameters import named, parameter, using
from law.triage import Answers, triage
from law.whatif import Difference, Sheet, changed_rows, judge, whatif

DAY = date(2026, 11, 24)
NO = Answers(**{f.name: False for f in fields(Answers) if f.type in ("bool", bool)})
PEERS = (Category.PEER, Category.PEER, Category.PEER, Category.ETHICS, Category.LAW)
PRESENT = tuple(Member(category, "female", outside=False) for category in PEERS)
SEVEN = (
    *PRESENT[1:],
    *(Member(Category.PEER, "male", outside=True) for _ in range(2)),
    Member(Category.PEER, "male", outside=False, chair=True),
)
SHEET = Sheet(
    name="BJ-2026-000001",
    answers=Answers(),
    on=DAY,
    starts={named("review.limit"): DAY, named("filing.first"): DAY},
    committee=SEVEN,
    present=PRESENT,
    count=Count(4, 5, 7),
    experts=(4, 1, 5),
)


def copied(folder):
    """Return a copy of the law's data in a folder."""
    return Path(shutil.copytree(Path(str(resources.files("law.data"))), folder / "law"))


@pytest.fixture
def other(tmp_path):
    """Copy the law, and return a function that alters a figure of the copy."""
    folder = copied(tmp_path)

    def alter(file, old, new):
        path = folder / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
        return folder

    return alter


MEASURES = "ethics_measures_2023.toml"
DECISION = (
    'values = [{ from = 2023-12-01, value = 30, article = 17, confidence = "two_copies" }]'
)
QUORUM = 'values = [{ from = 2023-12-01, value = 5, article = 14, confidence = "two_copies" }]'
FILING = """change and cancel" }
unit = "duty"
values = [{ from = 2023-01-10"""
EXPERTS = 'value = "2/3", article = 30'


@pytest.mark.parametrize(
    ("old", "new", "question", "before", "after"),
    [
        (
            DECISION,
            DECISION.replace("30,", "20,"),
            "due:ethics_measures_2023.decision_limit",
            "2026-12-24",
            "2026-12-14",
        ),
        (QUORUM, QUORUM.replace("= 5,", "= 6,"), "quorum", "True", "False"),
        (
            'value = "2/3", article = 16',
            'value = "9/10", article = 16',
            "decision",
            "True",
            "False",
        ),
        (EXPERTS, EXPERTS.replace("2/3", "1"), "opinion", "True", "None"),
    ],
)
def test_an_altered_row_changes_the_answers_that_rest_on_it_and_no_others(
    other, old, new, question, before, after
):
    folder = other(MEASURES, old, new)

    told = {found.question: found for found in whatif(folder, [SHEET])}

    needs = {
        "quorum": "quorum_needs",
        "decision": "votes_needed",
        "opinion": "expert_votes_needed",
    }.get(question)
    assert set(told) == {question, needs} - {None}
    assert (told[question].before, told[question].after) == (before, after)
    for found in told.values():
        assert found.because == (changed_rows(folder)[0][0],)


def test_an_altered_list_changes_route_and_conclusions(other):
    none = Answers(**{f.name: False for f in fields(Answers) if f.type in ("bool", bool)})
    sheet = Sheet(name="x", answers=none, on=DAY)
    old = 'needs = ["germline_editing"]'

    found = list(whatif(other(MEASURES, old, "needs = []"), [sheet]))

    assert Difference("x", "expert_review", "False", "True", ()) in found
    assert Difference("x", "conclusion:annex.germline_editing", "", "yes", ()) in found


def test_the_rows_that_differ_are_named(other):
    folder = other(MEASURES, QUORUM, QUORUM.replace("= 5,", "= 6,"))

    assert changed_rows(folder) == (
        (
            "ethics_measures_2023.meeting_quorum",
            "2023-12-01: 5 person",
            "2023-12-01: 6 person",
        ),
    )


def test_the_same_law_changes_nothing(other):
    same = other(MEASURES, QUORUM, QUORUM)

    assert changed_rows(same) == ()
    assert list(whatif(same, [SHEET])) == []


def test_outside_the_block_the_law_is_as_it_was(other):
    folder = other(MEASURES, QUORUM, QUORUM.replace("= 5,", "= 6,"))
    name = "ethics_measures_2023.meeting_quorum"

    with using(folder):
        assert parameter(name, on=DAY).whole == 6
    assert parameter(name, on=DAY).whole == 5


def test_a_row_not_in_force_on_its_day_is_said():
    sheet = Sheet(
        name="x", answers=Answers(), on=DAY, starts={named("filing.first"): date(2021, 1, 1)}
    )

    assert judge(sheet)["due:algorithm_recommendation_2022.first_filing"] == "not in force"


@pytest.mark.parametrize(
    ("on", "needed"), [(date(2026, 3, 19), True), (date(2026, 3, 20), False)]
)
def test_an_office_may_rely_on_the_filed_regime_once_the_ai_measures_are_in_force(
    other, on, needed
):
    label = "filed regimes exempt from re-review (one source only; off by default)"
    text = Path(str(resources.files("law.data"))).joinpath("office_policy.toml").read_text()
    start = text.index(label)
    row = text[start : text.index("value = 0", start) + len("value = 0")]
    folder = other("office_policy.toml", row, row.replace("value = 0", "value = 1"))
    filed = Answers(filed_regime=True)

    assert triage(filed, on=on).expert_review
    with using(folder):
        assert triage(filed, on=on).expert_review is needed


def test_a_duty_taken_out_of_force_is_named_as_the_cause(other):
    folder = other(
        "deep_synthesis_2023.toml", FILING, FILING.replace("2023-01-10", "2030-01-01")
    )
    sheet = Sheet(name="x", answers=Answers(), on=DAY)

    (found,) = whatif(folder, [sheet])

    assert found.question == "conclusion:deep_synthesis_2023.filing_duty"
    assert (found.before, found.after) == ("yes", "")
    assert found.because == ("deep_synthesis_2023.filing_duty",)


def test_a_term_that_a_special_measure_ends_earlier_does_not_move(other):
    folder = other(MEASURES, DECISION, DECISION.replace("30,", "40,"))
    ai = Sheet("ai", Answers(), DAY, {named("review.limit"): DAY})
    none = Sheet("none", NO, DAY, {named("review.limit"): DAY})

    (found,) = whatif(folder, [ai, none])

    assert found.sheet == "none"
    assert (found.before, found.after) == ("2026-12-24", "2027-01-04")


def test_an_altered_year_is_named_as_the_cause(other):
    folder = other("calendar/2027.toml", "published = false", "published = true")
    path = folder / "calendar" / "2027.toml"
    path.write_text(path.read_text("utf-8").replace("2027-01-01,", "2027-01-01, 2027-01-04,"))
    sheet = Sheet("x", NO, DAY, {named("filing.authority"): DAY, named("filing.first"): DAY})

    (found,) = whatif(folder, [sheet])

    assert [name for name, _, _ in changed_rows(folder)] == ["calendar.2027"]
    assert found.question == "due:algorithm_recommendation_2022.examination"
    assert found.because == ("calendar.2027",)


@pytest.mark.parametrize(
    ("file", "old", "new", "questions"),
    [
        (MEASURES, "value = 5, article = 28", "value = 6, article = 28", ["experts_needed"]),
        (MEASURES, EXPERTS, EXPERTS.replace("2/3", "9/10"), ["expert_votes_needed"]),
        (MEASURES, "value = 7, article = 7", "value = 8, article = 7", ["committee_needs"]),
        (
            "genai_thresholds.toml",
            'value = 4000, article = 0, place = "C3"',
            'value = 5000, article = 0, place = "C3"',
            ["genai:genai_thresholds.corpus_manual_size"],
        ),
    ],
)
def test_what_is_needed_is_told_without_a_meeting(other, file, old, new, questions):
    record = Record(corpus_manual=Sample(4200, 4200))
    sheet = Sheet("x", NO, DAY, security=record)

    assert [d.question for d in whatif(other(file, old, new), [sheet])] == questions


def test_a_record_from_before_every_profile_is_judged_by_none():
    sheet = Sheet("x", NO, date(2024, 1, 1), security=Record())

    assert judge(sheet)["genai"] == "no profile in force"


def test_hours_and_fixed_dates_are_judged_too():
    starts = {named("emergency.hours"): DAY, named("report.annual"): DAY}

    told = judge(Sheet("x", NO, DAY, starts))

    assert told["due:ethics_measures_2023.emergency_hours"] == "2026-11-27T00:00:00+08:00"
    assert told["due:ethics_measures_2023.annual_report"] == "2027-03-31"


def test_attendance_is_judged_only_where_all_genders_are_known():
    unknown = tuple(replace(member, gender="unknown") for member in PRESENT)

    assert "attendance" in judge(SHEET)
    assert "attendance" not in judge(replace(SHEET, present=unknown))
    assert "quorum" in judge(replace(SHEET, present=unknown))
