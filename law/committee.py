"""How a committee is made up: number, categories, genders, outside members, terms."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from law.clock import add_months
from law.finding import Finding, Reason
from law.meeting import Category, missing_categories, quorum
from law.parameters import Parameter, parameter
from law.regime import Regime, governing
from law.words import Words


@dataclass(frozen=True, slots=True)
class Member:
    """What the rules must know of a member."""

    category: Category
    gender: Literal["female", "male", "unknown"]
    outside: bool  # not of the unit
    chair: bool = False


def composition(
    members: Collection[Member], special: Collection[Regime] = (), *, on: date
) -> Finding:
    """Tell whether a committee is made up as Art. 7 asks; all objections come at once.

    Args:
        members: All members.
        special: Special measures it reviews under; their least number counts, too.
        on: The day it is judged for.
    """
    finding = Finding()
    for least in governing("committee_minimum", special, on=on):
        finding &= fewer(len(members), least, Words("委员", "members"))
    categories = parameter("ethics_measures_2023.committee_categories", on=on)
    there = (m.category for m in members)
    finding &= missing_categories(there, categories, categories.whole)
    odd = parameter("office_policy.odd_committee", on=on)
    if odd.value and len(members) % 2 == 0:
        finding &= objection(Words("委员人数应为单数", "the number of members is even"), odd)
    finding &= mixed(members, on=on)
    chairs = parameter("ethics_measures_2023.committee_chair", on=on)
    found = sum(m.chair for m in members)
    if found == chairs.whole:
        return finding
    words = Words(
        f"主任委员 {found} 人，应为 {chairs.whole} 人", f"{found} chairs, not {chairs.whole}"
    )
    return finding & objection(words, chairs)


def mixed(members: Collection[Member], *, on: date) -> Finding:
    """Tell whether both genders and outside members are among some members (Art. 7)."""
    genders = parameter("ethics_measures_2023.committee_genders", on=on)
    outside = parameter("ethics_measures_2023.committee_outside", on=on)
    known = {m.gender for m in members} - {"unknown"}
    finding = Finding()
    if len(known) < genders.whole:
        finding &= objection(Words("缺少不同性别的委员", "one gender is missing"), genders)
    return finding & fewer(
        sum(m.outside for m in members), outside, Words("非本单位委员", "outside members")
    )


def attendance(
    present: Collection[Member], special: Collection[Regime] = (), *, on: date
) -> Finding:
    """Tell whether those present may deliberate (Art. 14), as strictly as the office asks.

    Number and categories always; both genders and an outside member where office policy says
    that those of Art. 7 must be in the room, too.
    """
    finding = quorum((m.category for m in present), special, on=on)
    strict = parameter("office_policy.strict_attendance", on=on)
    return finding & mixed(present, on=on) if strict.value else finding


def term(appointed: date, ends: date) -> Finding:
    """Tell whether a term of office is short enough (Art. 7: five years, again and again)."""
    row = parameter("ethics_measures_2023.committee_term", on=appointed)
    if ends <= appointed:
        return objection(
            Words(
                f"任期至 {ends}，不晚于聘任日",
                f"The term's end, {ends}, is not after its start",
            ),
            row,
        )
    if ends <= add_months(appointed, 12 * row.whole):
        return Finding()
    words = Words(
        f"任期至 {ends}，超过 {row.whole} 年", f"a term to {ends} exceeds {row.whole} years"
    )
    return objection(words, row)


def fewer(count: int, row: Parameter, what: Words) -> Finding:
    """Return an objection where a count is below a row's number."""
    if count >= row.whole:
        return Finding()
    words = Words(
        f"{what.zh} {count} 人，少于 {row.whole} 人",
        f"{count} {what.en}, fewer than {row.whole}",
    )
    return objection(words, row)


def objection(words: Words, row: Parameter) -> Finding:
    """Return a finding with one objection, grounded in a row."""
    return Finding((Reason(words, row.citation, row.confidence),))
