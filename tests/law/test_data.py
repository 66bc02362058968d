"""The rows themselves: cited, dated, resolvable."""

import json
from datetime import date, timedelta

import pytest

from law.citation import Confidence, numeral
from law.parameters import NotInForceError, instrument_data, parameter, parameter_names
from tests.shared import shared

UNITS = {"person", "share", "day", "working_day", "month", "item", "category", "duty"}


@pytest.mark.parametrize("name", parameter_names())
def test_every_row_is_dated_cited_and_said_in_both_languages(name):
    file, table = name.split(".")
    entry = instrument_data(file)[table]
    starts = [row["from"] for row in entry["values"]]

    assert starts == sorted(set(starts))
    assert entry["unit"] in UNITS
    for start in starts:
        row = parameter(name, on=start)
        assert row.citation.article > 0 or row.confidence is Confidence.POLICY
        assert row.label.zh
        assert row.label.en
    with pytest.raises(NotInForceError):
        parameter(name, on=starts[0] - timedelta(days=1))


def test_a_fraction_has_no_whole_value():
    with pytest.raises(ValueError, match="2/3"):
        _ = parameter("ethics_measures_2023.meeting_majority", on=date(2026, 1, 1)).whole


def test_a_parameter_that_is_no_term_starts_no_clock():
    from law.clock import due  # noqa: PLC0415 -- used by this one test

    with pytest.raises(ValueError, match="not a term"):
        due(
            date(2026, 1, 1),
            parameter("ethics_measures_2023.meeting_quorum", on=date(2026, 1, 1)),
        )


def test_every_cited_article_of_a_stored_instrument_exists():
    published = {}
    for name in ("instruments.json", "instruments-2.json"):
        for text in json.loads(shared("laws", name).read_text("utf-8")):
            published[text["title"].replace("(", "（").replace(")", "）")] = {
                article["number"]
                for chapter in text["chapters"]
                for article in chapter["articles"]
            }
    checked = 0
    for name in parameter_names():
        row = parameter(name, on=date(2026, 11, 24))
        if articles := published.get(row.citation.title.zh):
            checked += 1
            assert f"第{numeral(row.citation.article)}条" in articles, name

    assert checked >= 7
