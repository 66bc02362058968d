from datetime import UTC, date, datetime

import pytest

from law.calendar import is_workday, year_table
from law.clock import add_months, china_day, due
from law.parameters import parameter

WORKING = {
    10: "algorithm_recommendation_2022.first_filing",
    20: "algorithm_recommendation_2022.cancellation",
    30: "algorithm_recommendation_2022.examination",
}
DAYS = "ethics_measures_2023.decision_limit"


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        ("2025-09-22", 10, "2025-10-11"),  # a make-up Saturday is worked
        ("2025-12-31", 10, "2026-01-15"),
        ("2026-01-20", 30, "2026-03-09"),
        ("2026-02-12", 10, "2026-03-04"),
        ("2026-02-14", 10, "2026-03-06"),  # begins on a worked Saturday
        ("2026-04-27", 10, "2026-05-13"),
        ("2026-09-18", 10, "2026-10-09"),
        ("2026-09-18", 30, "2026-11-05"),
        ("2026-09-30", 20, "2026-11-03"),
        ("2026-11-23", 10, "2026-12-07"),
        ("2026-11-23", 20, "2026-12-21"),
        ("2026-11-23", 30, "2027-01-05"),
    ],
)
def test_working_days_follow_the_holiday_notices(start, count, last):
    term = due(day(start), parameter(WORKING[count], on=day(start)))

    assert term.on == day(last)
    assert term.provisional == ((2027,) if last > "2027" else ())


@pytest.mark.parametrize(
    ("start", "plain", "rolled"),
    [
        ("2026-01-16", "2026-02-15", "2026-02-24"),
        ("2026-02-01", "2026-03-03", "2026-03-03"),
        ("2026-03-05", "2026-04-04", "2026-04-07"),
        ("2026-04-02", "2026-05-02", "2026-05-06"),
        ("2026-09-02", "2026-10-02", "2026-10-08"),
    ],
)
def test_calendar_days_roll_over_rest_days_where_the_switch_is_on(start, plain, rolled):
    limit = parameter(DAYS, on=day(start))

    assert due(day(start), limit).on == day(rolled)
    assert due(day(start), limit, roll_over=False).on == day(plain)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-08-31", 12, "2027-08-31"),
        ("2026-12-31", 2, "2027-02-28"),
    ],
)
def test_months_end_on_the_corresponding_day(start, months, last):
    assert add_months(day(start), months) == day(last)


def test_a_listed_activity_is_followed_up_within_six_months_and_others_within_twelve():
    approved = day("2026-08-31")
    listed = parameter("ethics_measures_2023.expert_followup_interval", on=approved)
    other = parameter("ethics_measures_2023.followup_interval", on=approved)

    assert due(approved, listed).on == day("2027-02-28")
    assert due(approved, other).on == day("2027-08-31")


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_published_year_has_248_working_days(year):
    days = [
        date.fromordinal(n)
        for n in range(day(f"{year}-01-01").toordinal(), day(f"{year + 1}-01-01").toordinal())
    ]

    assert year_table(year).published
    assert sum(map(is_workday, days)) == 248


def test_the_calendar_agrees_with_an_independent_library():
    chinese_calendar = pytest.importorskip("chinese_calendar")

    first, last = day("2025-01-01").toordinal(), day("2026-12-31").toordinal()
    days = [date.fromordinal(n) for n in range(first, last + 1)]

    assert [d for d in days if is_workday(d) is not chinese_calendar.is_workday(d)] == []


def test_an_unpublished_year_makes_a_term_provisional():
    term = due(day("2029-12-20"), parameter(WORKING[10], on=day("2029-12-20")))

    assert term.provisional == (2029, 2030)


def test_a_term_ends_at_midnight_in_china():
    term = due(day("2026-11-24"), parameter(DAYS, on=day("2026-11-24")))

    assert term.at == datetime(2026, 12, 24, 16, tzinfo=UTC)
    assert china_day(term.at) == day("2026-12-25")


def test_every_day_of_a_term_is_accounted_for():
    term = due(day("2026-02-12"), parameter(WORKING[10], on=day("2026-02-12")))

    lines = term.lines()

    assert [d.isoformat() for d, _, n in lines if n == 2][-1] == "2026-02-23"
    assert lines[1][1].en == "Sat, make-up working day"
    assert lines[-1][2] == 10
