"""Whether a vote carries: majorities of those present, of all, of all experts."""

from dataclasses import dataclass
from datetime import date

from law.committee import objection
from law.finding import Finding
from law.meeting import needed
from law.parameters import Parameter, parameter
from law.words import Words


@dataclass(frozen=True, slots=True)
class Count:
    """A count of votes: who agrees, of those present, of all members."""

    agree: int
    present: int
    members: int


def carries(count: Count, *, on: date, life_science: bool = False) -> Finding:
    """Tell whether a decision carries: two thirds of those present (2023 Measures, Art. 16).

    For life-science and medical research both rules must hold: more than half of all members,
    too (2023 Measures for such research). A recused member is neither present nor voting.
    """
    finding = _enough(count.agree, count.present, "ethics_measures_2023.meeting_majority", on)
    if life_science:
        whole = "life_science_measures_2023.decision_majority"
        finding &= _enough(count.agree, count.members, whole, on)
    return finding


def opinion(
    agree: int, disagree: int, experts: int, *, on: date
) -> tuple[bool | None, Finding]:
    """Return the experts' opinion, None while there is none, and why (2023 Measures, Art. 30).

    Two thirds of all experts of the group, not of those who voted.
    """
    row = "ethics_measures_2023.expert_majority"
    agreed, refused = (_enough(n, experts, row, on) for n in (agree, disagree))
    if agreed:
        return True, agreed
    return (False, refused) if refused else (None, agreed)


def _enough(votes: int, base: int, name: str, on: date) -> Finding:
    row: Parameter = parameter(name, on=on)
    least = needed(base, row)
    if votes >= least:
        return Finding()
    words = Words(f"同意 {votes} 票，须 {least} 票", f"{votes} votes, {least} needed")
    return objection(words, row)
