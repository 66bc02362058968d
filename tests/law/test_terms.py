"""Pauses, extensions, hours, years, and the account of each day."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.calendar import after_workdays, is_workday, year_table
from law.clock import CHINA, Pause, due, due_moment, extended, yearly
from law.parameters import cite, named, parameter
from law.words import Words
from tests.shared import shared

WHY = Words("补充材料", "supplement")


def pause(since, until):
    place = cite("ethics_measures_2023", 17)
    return Pause(date.fromisoformat(since), date.fromisoformat(until), WHY, place)


def term(rule, start, *pauses):
    day = date.fromisoformat(start)
    return due(day, parameter(named(rule), on=day), pauses=pauses)


@pytest.mark.parametrize(
    ("rule", "start", "pauses", "last"),
    [
        ("review.limit", "2026-11-02", [], "2026-12-02"),
        ("review.limit", "2026-11-02", [("2026-11-10", "2026-11-13")], "2026-12-07"),
        ("review.limit", "2026-11-02", [("2026-11-10", "2026-11-10")], "2026-12-02"),
        (
            "review.limit",
            "2026-11-02",
            [("2026-11-10", "2026-11-12"), ("2026-12-01", "2026-12-02")],
            "2026-12-07",
        ),
        ("filing.authority", "2026-09-18", [("2026-09-30", "2026-10-12")], "2026-11-11"),
        ("filing.first", "2026-11-23", [("2026-11-25", "2026-11-27")], "2026-12-09"),
        ("followup.max_months", "2026-08-31", [("2027-01-01", "2027-01-11")], "2027-09-10"),
    ],
)
def test_paused_days_are_not_counted(rule, start, pauses, last):
    found = term(rule, start, *(pause(*p) for p in pauses))

    assert found.on.isoformat() == last
    assert len(found.lines()) == (found.on - found.start).days


def test_the_account_of_a_paused_term_says_why_days_do_not_count():
    lines = term("review.limit", "2026-11-02", pause("2026-11-10", "2026-11-13")).lines()

    counted = {day.isoformat(): count for day, _, count in lines}
    assert (counted["2026-11-10"], counted["2026-11-13"], counted["2026-11-14"]) == (8, 8, 9)
    words = {day.isoformat(): words.en for day, words, _ in lines}
    assert words["2026-11-11"] == "Wed, working day, supplement"
    assert max(counted.values()) == 30


@pytest.mark.parametrize(
    ("start", "last", "row", "mark"),
    [
        ("2026-11-02", "2026-12-02", None, None),  # a Wednesday
        ("2026-11-05", "2026-12-07", "roll_over_rest_day", "memory"),  # a Saturday
        ("2026-09-02", "2026-10-08", "roll_over", "one_copy"),  # in the National Day holiday
    ],
)
def test_a_term_that_rolled_over_says_by_which_rule_and_how_sure_it_is(start, last, row, mark):
    found = term("review.limit", start)

    assert found.on.isoformat() == last
    if row is None:
        assert found.rolled is None
    else:
        assert found.rolled == parameter(f"civil_code.{row}", on=found.plain).reason
        assert found.rolled.confidence == mark


@pytest.mark.parametrize(("to", "met"), [("2026-12-02", False), ("2026-12-03", True)])
def test_an_extension_states_a_later_day(to, met):
    found = term("review.limit", "2026-11-02")

    if not met:
        with pytest.raises(ValueError, match="no extension"):
            extended(found, date.fromisoformat(to))
    else:
        longer = extended(found, date.fromisoformat(to))
        assert (longer.on.isoformat(), longer.extended_from) == (to, found.on)
    assert extended(found, date(2027, 1, 20)).provisional == (2027,)


def test_without_roll_over_no_notice_is_needed():
    limit = parameter(named("review.limit"), on=date(2026, 12, 20))

    assert due(date(2026, 12, 20), limit).provisional == (2027,)
    assert due(date(2026, 12, 20), limit, roll_over=False).provisional == ()


def test_hours_run_on_and_need_a_zone():
    hours = parameter(named("emergency.hours"), on=date(2026, 10, 1))
    start = datetime(2026, 10, 1, 1, tzinfo=UTC)

    assert due_moment(start, hours) == start + timedelta(hours=72)
    assert due_moment(start, hours).tzinfo is CHINA
    with pytest.raises(ValueError, match="zone"):
        due_moment(datetime(2026, 10, 1, 1), hours)  # noqa: DTZ001 -- what is refused
    with pytest.raises(ValueError, match="counts day"):
        due_moment(start, parameter(named("review.limit"), on=date(2026, 10, 1)))


def test_a_yearly_day_does_not_roll_over():
    row = parameter(named("report.annual"), on=date(2026, 1, 1))

    assert yearly(row, 2026) == date(2027, 3, 31)
    assert yearly(row, 2023) == date(2024, 3, 31)  # a Sunday
    with pytest.raises(ValueError, match="no date"):
        yearly(parameter(named("review.limit"), on=date(2026, 1, 1)), 2026)


def test_years_are_twelve_months_each():
    row = parameter("ethics_measures_2023.committee_term", on=date(2024, 2, 29))

    assert due(date(2024, 2, 29), row).on == date(2029, 2, 28)


@given(st.dates(date(2022, 1, 1), date(2027, 6, 1)), st.integers(1, 120))
def test_the_nth_working_day_is_found_as_if_counted_one_by_one(start, count):
    day, left = start, count
    while left:
        day += timedelta(days=1)
        left -= is_workday(day)

    assert after_workdays(start, count) == day


@pytest.mark.parametrize("count", [0, -1])
def test_a_term_has_at_least_a_day(count):
    with pytest.raises(ValueError, match="working days"):
        after_workdays(date(2026, 1, 1), count)


@pytest.mark.parametrize(
    ("year", "days"), [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)]
)
def test_a_year_has_as_many_working_days_as_weekends_and_holidays_leave(year, days):
    first = date(year, 1, 1)
    all_days = (first + timedelta(days=n) for n in range(366))

    assert sum(is_workday(day) for day in all_days if day.year == year) == days


@pytest.mark.parametrize("year", range(2022, 2027))
def test_the_calendar_agrees_with_the_published_arrangements(year):
    off, work = set(), set()
    for other in range(max(year - 1, 2022), min(year + 1, 2026) + 1):
        text = shared("workdays", f"{other}.json").read_text("utf-8")
        for entry in json.loads(text)["days"]:
            if entry["date"].startswith(str(year)):
                (off if entry["isOffDay"] else work).add(date.fromisoformat(entry["date"]))

    assert (year_table(year).off, year_table(year).work) == (off, work)
