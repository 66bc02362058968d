"""Who must step aside, by declared and computed relations (2023 Measures, Arts. 8 and 28)."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from law.committee import objection
from law.finding import Finding
from law.parameters import NotInForceError, Parameter, parameter
from law.words import Words


class Relation(StrEnum):
    """A relation between a person and an activity that may bend a judgement."""

    SAME_UNIT = "same_unit"  # only for experts: committee members may be of the unit
    TEAM_MEMBER = "team_member"
    FAMILY = "family"
    FINANCIAL = "financial"
    CO_AUTHOR = "co_author"
    EARLIER_ROLE = "earlier_role"
    OWN_COMMITTEE = "own_committee"
    CENTRE_DOUBLE_ROLE = "centre_double_role"
    DECLARED = "declared"

    @property
    def words(self) -> Words:
        """The relation in words."""
        return {
            "same_unit": Words("任职于申请单位", "works for the applying institution"),
            "team_member": Words("参与该项目", "is on the team"),
            "family": Words("与项目组成员有近亲属关系", "is family of a team member"),
            "financial": Words("有经济利益关系", "has a financial interest"),
            "co_author": Words("与负责人有合作成果", "has published with the leader"),
            "earlier_role": Words("在本案中担任过其他角色", "had another role in the case"),
            "own_committee": Words(
                "是初步审查委员会的委员", "sits on the reviewing committee"
            ),
            "centre_double_role": Words(
                "所在服务中心已对本项目作出审查", "their centre reviewed this project"
            ),
            "declared": Words("本人声明有利益关系", "declared an interest"),
        }[self.value]


_MEMBERS = frozenset(Relation) - {
    Relation.SAME_UNIT,
    Relation.OWN_COMMITTEE,
    Relation.CENTRE_DOUBLE_ROLE,
}
_ROWS = {
    Relation.OWN_COMMITTEE: "ethics_measures_2023.expert_own_committee",
    Relation.CENTRE_DOUBLE_ROLE: "ai_ethics_measures_2026.centre_double_role",
}


def recused(relations: Collection[Relation], *, on: date, expert: bool = False) -> Finding:
    """Tell whether a person may take part; each relation that bars is one objection.

    Args:
        relations: What was declared and what was computed.
        on: The day whose law governs.
        expert: A re-review expert is barred by more: own unit, own committee, own centre.
    """
    bars = frozenset(Relation) if expert else _MEMBERS
    finding = Finding()
    for relation in Relation:
        if relation in relations and relation in bars:
            finding &= objection(relation.words, _row(relation, on))
    return finding


def _row(relation: Relation, on: date) -> Parameter:
    general = "ethics_measures_2023.recusal"
    try:
        return parameter(_ROWS.get(relation, general), on=on)
    except NotInForceError:  # before the special rule, the general one
        return parameter(general, on=on)
