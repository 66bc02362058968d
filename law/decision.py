"""Whether a vote carries: majorities of those present, of all, of all experts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from law.committee import fewer, objection
from law.finding import Finding
from law.meeting import needed
from law.parameters import Parameter, parameter
from law.regime import Regime
from law.words import Words


@dataclass(frozen=True, slots=True)
class Count:
    """A count of votes: who agrees, of those present, of all members."""

    agree: int
    present: int
    members: int


def to_carry(
    present: int, members: int, special: Collection[Regime] = (), *, on: date
) -> tuple[int, tuple[Parameter, ...]]:
    """Return the votes a decision needs, and the rows it rests on.

    Two thirds of those present (2023 Measures, Art. 16); for life-science and medical research
    more than half of all members, too: the greater number counts. A recused member is not
    present, but is a member.
    """
    rows = [parameter("ethics_measures_2023.meeting_majority", on=on)]
    least = needed(present, rows[0])
    if "life_science_measures_2023" in special:
        rows.append(parameter("life_science_measures_2023.decision_majority", on=on))
        least = max(least, needed(members, rows[1]))
    return max(least, 1), tuple(rows)


def carries(count: Count, special: Collection[Regime] = (), *, on: date) -> Finding:
    """Tell whether a decision carries; see `to_carry`.

    Raises:
        ValueError: More agree than are present, or more are present than there are members.
    """
    if not count.agree <= count.present <= count.members:
        raise ValueError(f"{count.agree} of {count.present} of {count.members}")
    _, rows = to_carry(count.present, count.members, special, on=on)
    finding = _enough(count.agree, count.present, rows[0])
    for row in rows[1:]:
        finding &= _enough(count.agree, count.members, row)
    return finding


def to_opine(experts: int, *, on: date) -> tuple[int, Parameter]:
    """Return the votes an opinion needs, of all experts of a group, and the row (Art. 30)."""
    row = parameter("ethics_measures_2023.expert_majority", on=on)
    return max(needed(experts, row), 1), row


def opinion(
    agree: int, disagree: int, experts: int, *, on: date
) -> tuple[bool | None, Finding]:
    """Return the experts' opinion, None while there is none, and why (2023 Measures, Art. 30).

    Two thirds of all experts of the group, not of those who voted; a group below its number
    gives none (Art. 28).

    Raises:
        ValueError: More voted than there are experts.
    """
    if agree + disagree > experts:
        raise ValueError(f"{agree + disagree} votes of {experts} experts")
    group = parameter("ethics_measures_2023.expert_group_minimum", on=on)
    if short := fewer(experts, group, Words("复核专家", "experts")).objections:
        return None, Finding(short)
    _, row = to_opine(experts, on=on)
    agreed, refused = (_enough(n, experts, row) for n in (agree, disagree))
    if agreed:
        return True, agreed
    return (False, refused) if refused else (None, agreed)


def _enough(votes: int, base: int, row: Parameter) -> Finding:
    least = max(needed(base, row), 1)
    if votes >= least:
        return Finding()
    words = Words(f"同意 {votes} 票，须 {least} 票", f"{votes} votes, {least} needed")
    return objection(words, row)
