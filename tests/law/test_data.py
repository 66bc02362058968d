"""The rows themselves: cited, dated, resolvable."""

import json
import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from law.citation import Citation, Confidence, numeral
from law.parameters import (
    NotInForceError,
    UnknownRuleError,
    named,
    parameter,
    parameter_names,
    versions,
)
from law.units import BOUNDS, UNITS
from law.words import Words, joined
from tests.shared import shared

UNPLACED = {Confidence.POLICY, Confidence.INFERENCE}
ROWS = [
    tuple(cell.strip() for cell in line.split("|"))
    for line in Path(__file__).with_name("rows.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}@{row[5]}")
def test_each_row_says_what_the_second_book_says(row):
    name, key, value, unit, bound, since, place, confidence = row
    found = parameter(name, on=date.fromisoformat(since))

    assert (found.key or "-", str(found.value), found.unit) == (key, value, unit)
    assert (found.bound or "-", found.since.isoformat()) == (bound, since)
    assert found.confidence == confidence
    assert (
        str(found.citation) == f"《{found.citation.title.zh}》{place.replace('（全文）', '')}"
    )


def test_the_second_book_has_every_row():
    assert {(row[0], row[5]) for row in ROWS} == {
        (name, p.since.isoformat()) for name in parameter_names() for p in versions(name)
    }


@pytest.mark.parametrize("name", parameter_names())
def test_every_row_is_dated_cited_and_said_in_both_languages(name):
    rows = versions(name)

    assert len({p.since for p in rows}) == len(rows)
    for earlier, later in pairwise(rows):
        assert earlier.until == later.since - timedelta(days=1)
    for p in rows:
        assert p.unit in UNITS
        assert p.bound in BOUNDS
        assert p.label.zh
        assert p.label.en
        # What has no article is marked by its confidence, its place, or a note that says why.
        unplaced = p.citation.article == 0 and not p.citation.place
        assert not unplaced or p.confidence in UNPLACED or p.note.zh
    with pytest.raises(NotInForceError):
        parameter(name, on=rows[0].since - timedelta(days=1))


def test_public_names_are_unique_and_stand_for_rows():
    keys = [versions(name)[0].key for name in parameter_names()]
    named_ones = [key for key in keys if key]

    assert len(named_ones) == len(set(named_ones)) >= 50
    assert named("filing.first") == "algorithm_recommendation_2022.first_filing"
    assert named("civil_code.roll_over") == "civil_code.roll_over"


@pytest.mark.parametrize("rule", ["filing.frist", "nothing", "ethics_measures_2023", "a.b"])
def test_an_unknown_rule_is_refused(rule):
    with pytest.raises(UnknownRuleError, match="没有规则"):
        named(rule)
    with pytest.raises(UnknownRuleError):
        parameter(f"{rule}.x", on=date(2026, 1, 1))


def test_a_row_with_a_public_name_is_found_by_its_own_too():
    own = "algorithm_recommendation_2022.first_filing"

    assert named(own) == own


def test_a_mistyped_rule_is_told_its_near_ones():
    with pytest.raises(UnknownRuleError, match=re.escape("filing.first")):
        named("filing.frist")


def test_a_renumbered_article_is_cited_by_its_day():
    before, after = date(2025, 12, 31), date(2026, 1, 1)

    assert parameter("cybersecurity_law.log_months", on=before).citation.article == 21
    assert parameter("cybersecurity_law.log_months", on=after).citation.article == 23


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

    assert checked >= 40


def test_a_citation_names_paragraph_item_annex_and_place():
    whole = Citation("x", Words("甲", "A"), 14, 2, paragraph=3)

    assert str(whole) == "《甲》第十四条第三款第（二）项"
    assert whole.words.en == "A, Art. 14 para. 3(2)"
    assert Citation("x", Words("甲", "A"), annex=6).words.en == "A, annex item 6"
    assert str(Citation("x", Words("甲", "A"), place="§9.1")) == "《甲》§9.1"


@pytest.mark.parametrize(
    ("confidence", "confirmed"),
    [("two_copies", True), ("one_copy", True), ("memory", False), ("policy", False)],
)
def test_a_wording_is_confirmed_by_a_copy_that_was_read(confidence, confirmed):
    assert Confidence(confidence).confirmed is confirmed


def test_words_are_said_in_the_language_asked_for():
    assert [Words("甲", "A").say(), Words("甲", "A").say("en")] == ["甲", "A"]
    assert str(joined((Words("甲", "A"), Words("乙", "B")))) == "甲；乙"


def test_a_row_is_its_own_ground():
    row = parameter("filing_system.number_digits", on=date(2026, 1, 1))

    assert row.reason.words == row.label
    assert row.row == "filing_system.number_digits@2022-03-01"
    assert not row.exclusive
    assert row.reason.confidence is Confidence.INFERENCE
