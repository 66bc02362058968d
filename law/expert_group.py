"""Who may sit in an expert re-review group (专家复核组)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from law.finding import Finding, Reason
from law.meeting import Category, missing_categories
from law.parameters import parameter
from law.words import Words


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the rule must know of an expert; ids are surrogates, never names."""

    id: str
    category: Category
    serves_on: tuple[str, ...] = ()  # ids of the committees the expert is a member of
    employer: str = ""  # id of the institution


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The first review the group stands over."""

    institution: str
    committee: str
    members: tuple[str, ...] = ()
    applicant: str = ""


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
    """Return one objection for each expert who may not re-review this activity (Art. 28)."""
    row = parameter("ethics_measures_2023.expert_own_committee", on=on)
    recusal = parameter("ethics_measures_2023.recusal", on=on)
    objections: list[Reason] = []
    for expert in group:
        if expert.id in reviewed.members or reviewed.committee in expert.serves_on:
            words = Words(
                f"专家 {expert.id} 是初步审查委员会的委员，不得参与复核",
                f"expert {expert.id} is a member of the reviewing committee",
            )
            objections.append(Reason(words, row.citation, row.confidence))
        elif expert.id == reviewed.applicant or expert.employer == reviewed.institution:
            words = Words(
                f"专家 {expert.id} 是申请人或者任职于申请单位，应当回避",
                f"expert {expert.id} is the applicant or works for the institution",
            )
            objections.append(Reason(words, recusal.citation, recusal.confidence))
    return Finding(tuple(objections))
