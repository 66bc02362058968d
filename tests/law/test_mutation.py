"""A figure off by one is noticed by the tests of the rules."""

from tests.law.mutate import survivors


def test_every_figure_off_by_one_is_noticed():
    assert [str(change) for change in survivors()] == []
