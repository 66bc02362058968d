"""A value off by one is noticed: by the second book, and a threshold by its rule's tests."""

from datetime import date

import pytest

from tests.law.mutate import Change, changes, noticed_by_the_book, noticed_by_the_rules


def test_every_value_off_by_one_is_noticed():
    assert [change for change in changes() if not noticed_by_the_book(change)] == []


@pytest.mark.parametrize("step", [1, -1])
def test_a_quorum_off_by_one_is_noticed_by_the_tests_of_the_rules(step):
    row = Change("ethics_measures_2023.meeting_quorum", date(2023, 12, 1), step)

    assert noticed_by_the_rules(row)
