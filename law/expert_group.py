"""Who may sit in an expert re-review group (专家复核组)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from law.finding import Finding, Reason
from law.meeting import Category, missing_categories
from law.parameters import parameter
from law.recusal import Relation, recused
from law.words import Words


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the rule must know of an expert; ids are surrogates, never names."""

    id: str
    category: Category
    serves_on: tuple[str, ...] = ()  # ids of the committees the expert is a member of
    employer: str = ""  # id of the institution
    centre: str = ""  # id of the service centre the expert comes from


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The first review the group stands over."""

    institution: str
    committee: str
    members: tuple[str, ...] = ()
    applicant: str = ""
    centre: str = ""  # the service centre that reviewed, where one did


def composition(group: Collection[Candidate], *, on: date) -> Finding:
    """Tell whether the group is large and mixed enough (Art. 28)."""
    least = parameter("ethics_measures_2023.expert_group_minimum", on=on)
    finding = missing_categories((c.category for c in group), least)
    if len(group) >= least.whole:
        return finding
    words = Words(
        f"复核专家 {len(group)} 人，少于 {least.whole} 人",
        f"{len(group)} experts, fewer than {least.whole}",
    )
    return Finding((Reason(words, least.citation, least.confidence),)) & finding


def exclusions(group: Iterable[Candidate], reviewed: Reviewed, *, on: date) -> Finding:
    """Return the objections to each expert who may not re-review this activity (Art. 28)."""
    finding = Finding()
    for expert in group:
        barred = recused(_relations(expert, reviewed), on=on, expert=True)
        finding &= Finding(
            tuple(
                Reason(
                    Words(
                        f"专家 {expert.id} {reason.words.zh}，不得参与复核",
                        f"expert {expert.id} {reason.words.en}",
                    ),
                    reason.citation,
                    reason.confidence,
                )
                for reason in barred.objections
            )
        )
    return finding


def _relations(expert: Candidate, reviewed: Reviewed) -> frozenset[Relation]:
    """Return the relations that the records show; declared ones come from the expert."""
    serves = expert.id in reviewed.members or reviewed.committee in expert.serves_on
    computed = {
        Relation.OWN_COMMITTEE: serves,
        Relation.SAME_UNIT: expert.employer == reviewed.institution,
        Relation.TEAM_MEMBER: expert.id == reviewed.applicant,
        Relation.CENTRE_DOUBLE_ROLE: bool(reviewed.centre)
        and expert.centre == reviewed.centre,
    }
    return frozenset(relation for relation, holds in computed.items() if holds)
