from datetime import date
from fractions import Fraction

import pytest

from law.decision import to_carry, to_opine
from law.meeting import Category, quorum, votes_needed
from law.parameters import NotInForceError

DAY = date(2026, 11, 24)
PEER, ETHICS, LAW = Category


@pytest.mark.parametrize(
    ("present", "met"),
    [
        ([PEER, PEER, ETHICS, LAW], False),  # below
        ([PEER, PEER, PEER, ETHICS, LAW], True),  # at
        ([PEER, PEER, PEER, PEER, ETHICS, LAW], True),  # above
        ([PEER] * 6, False),
        ([PEER] * 5 + [ETHICS], False),  # no law expert, Art. 14
        ([ETHICS, ETHICS, ETHICS, LAW, LAW], False),
        ([], False),
    ],
)
def test_quorum_asks_for_five_members_of_all_categories(present, met):
    assert bool(quorum(present, on=DAY)) is met


def test_quorum_names_every_lack_with_its_article():
    finding = quorum([PEER] * 4, on=DAY)

    assert [r.words.zh for r in finding.objections] == [
        "到会委员 4 人，少于 5 人",
        "缺少伦理学专家",
        "缺少法学专家",
    ]
    assert {str(r.citation) for r in finding.objections} == {
        "《科技伦理审查办法（试行）》第十四条"
    }
    assert finding.words.en.startswith("4 members present, fewer than 5 (")


def test_there_was_no_quorum_rule_the_day_before_the_measures():
    with pytest.raises(NotInForceError):
        quorum([PEER] * 5, on=date(2023, 11, 30))


@pytest.mark.parametrize(
    ("voters", "needed"), [(5, 4), (6, 4), (7, 5), (8, 6), (9, 6), (12, 8), (13, 9)]
)
def test_two_thirds_are_counted_in_whole_votes(voters, needed):
    assert votes_needed(voters, Fraction(2, 3)) == needed
    assert to_carry(voters, 9, on=DAY)[0] == needed
    assert to_opine(voters, on=DAY)[0] == needed
