"""General and special measures beside each other: each has its say, the strictest counts."""

from datetime import date

import pytest

from law.committee import composition
from law.decision import Count, carries
from law.followup import followup_due
from law.meeting import Category, quorum
from law.parameters import parameter, using
from law.regime import earliest, governing, regimes
from law.triage import Answers
from tests.law.test_bodies import committee
from tests.law.test_triage import NO
from tests.law.test_whatif import PEERS, copied

DAY = date(2026, 11, 24)
AI = "ai_ethics_measures_2026"
MEDICAL = "life_science_measures_2023"


@pytest.fixture
def stricter(tmp_path):
    """Copy the law; return a function that alters one figure of a special measure."""
    folder = copied(tmp_path)

    def alter(measures, table, old, new):
        file = folder / f"{measures}.toml"
        head, row = file.read_text("utf-8").split(f"[{table}]\n", 1)
        assert f"value = {old}," in row.split("\n[", 1)[0]
        row = row.replace(f"value = {old},", f"value = {new},", 1)
        file.write_text(f"{head}[{table}]\n{row}", "utf-8")
        return folder

    return alter


def test_a_project_is_under_the_measures_that_its_answers_name():
    assert regimes(NO) == ()
    assert regimes(Answers()) == (AI,)
    assert regimes(Answers(life_science=True)) == (AI, MEDICAL)


@pytest.mark.parametrize(
    ("on", "names"),
    [(date(2026, 3, 19), ["2023"]), (date(2026, 3, 20), ["2023", "2026"])],
)
def test_special_measures_count_from_the_day_they_are_in_force(on, names):
    rows = governing("meeting_quorum", [AI, MEDICAL], on=on)

    assert [row.name.split(".")[0][-4:] for row in rows] == names


def test_the_greater_number_of_those_present_counts(stricter):
    assert quorum(PEERS, [AI], on=DAY)
    with using(stricter(AI, "meeting_quorum", 5, 6)):
        finding = quorum(PEERS, [AI], on=DAY)
        assert [o.citation.instrument for o in finding.objections] == [AI]
        assert quorum(PEERS, on=DAY)
        assert quorum([*PEERS, Category.PEER], [AI], on=DAY)


def test_a_special_figure_never_lowers_the_general_one(stricter):
    with using(stricter(AI, "meeting_quorum", 5, 4)):
        assert not quorum(PEERS[1:], [AI], on=DAY)


@pytest.mark.parametrize("special", [AI, MEDICAL])
def test_the_greater_number_of_members_counts(stricter, special):
    with using(stricter(special, "committee_minimum", 7, 8)):
        assert not composition(committee(7), [special], on=DAY)
        assert composition(committee(8), [special], on=DAY)
        assert composition(committee(7), on=DAY)


@pytest.mark.parametrize(
    ("special", "table", "old", "new", "last"),
    [
        (AI, "decision_limit", 30, 20, "2026-12-14"),
        (AI, "decision_limit", 30, 40, "2026-12-24"),
        (MEDICAL, "decision_limit", 30, 20, "2026-12-14"),
        (AI, "followup_interval", 12, 11, "2027-10-24"),
        (AI, "expert_followup_interval", 6, 5, "2027-04-24"),
        (MEDICAL, "followup_interval", 12, 13, "2027-11-24"),
    ],
)
def test_the_term_that_ends_first_counts(stricter, special, table, old, new, last):
    with using(stricter(special, table, old, new)):
        assert earliest(DAY, table, [special]).on.isoformat() == last


@pytest.mark.parametrize("listed", [True, False])
def test_of_equal_terms_the_general_row_is_cited(listed):
    term = followup_due(DAY, [AI], listed=listed)

    assert term.parameter.citation.instrument == "ethics_measures_2023"


def test_only_medical_research_needs_half_of_all_members_too():
    count = Count(4, 5, 9)

    assert carries(count, [AI], on=DAY)
    assert not carries(count, [AI, MEDICAL], on=DAY)
    assert parameter(f"{MEDICAL}.decision_majority", on=DAY).exclusive


@pytest.mark.parametrize("table", ["committee_minimum", "decision_limit", "meeting_quorum"])
def test_every_special_row_repeats_the_general_figure_today(table):
    figures = {row.whole for row in governing(table, [AI, MEDICAL], on=DAY)}

    assert len(figures) == 1
