"""The rules of counting that have no figure, each by what it makes of a term or a share."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from law.clock import CHINA, Pause, add_months, due, due_moment
from law.meeting import votes_needed
from law.parameters import parameter, versions
from law.words import Words

FRIDAY = date(2026, 6, 5)
REVIEW = "ethics_measures_2023.decision_limit"
FILING = "algorithm_recommendation_2022.first_filing"


def last(row, start, **more):
    return due(start, parameter(row, on=start), **more).on


def paused(row):
    citation = versions(row)[-1].citation
    week = Pause(FRIDAY, FRIDAY + timedelta(days=7), Words("专家评审", "experts"), citation)
    return last(FILING, FRIDAY, pauses=(week,)) - last(FILING, FRIDAY)


def hours(_):
    start = datetime(2026, 6, 5, 9, tzinfo=CHINA)
    return due_moment(start, parameter("ethics_measures_2023.emergency_hours", on=FRIDAY))


COUNTED = {
    "civil_code.units": (hours, datetime(2026, 6, 8, 9, tzinfo=CHINA)),
    "civil_code.first_day_excluded": (
        lambda _: last(REVIEW, FRIDAY, roll_over=False) - FRIDAY,
        timedelta(days=30),
    ),
    "civil_code.corresponding_day": (
        lambda _: [add_months(date(2026, 8, 31), 6), add_months(date(2026, 8, 28), 6)],
        [date(2027, 2, 28), date(2027, 2, 28)],
    ),
    "civil_code.inclusive": (
        lambda _: [
            votes_needed(6, Fraction(2, 3)),
            votes_needed(6, Fraction(2, 3), exclusive=True),
        ],
        [4, 5],
    ),
    "licensing_law.working_days": (lambda _: last(FILING, FRIDAY), date(2026, 6, 22)),
    "licensing_law.expert_time_excluded": (paused, timedelta(days=7)),
}


@pytest.mark.parametrize("row", COUNTED)
def test_each_rule_of_counting_shows_in_what_is_counted(row):
    count, expected = COUNTED[row]

    assert count(row) == expected
    assert versions(row)[-1].unit == "duty"
