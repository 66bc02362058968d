"""Who must be in the room, and how many must agree."""

from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from law.finding import Finding, Reason
from law.parameters import Parameter, parameter
from law.regime import Regime, governing
from law.words import Words


class Category(StrEnum):
    """What a member or expert stands for (2023 Measures, Art. 7)."""

    PEER = "peer"
    ETHICS = "ethics"
    LAW = "law"

    @property
    def words(self) -> Words:
        """The category in words."""
        return {
            "peer": Words("同行专家", "peer expert"),
            "ethics": Words("伦理学专家", "ethics expert"),
            "law": Words("法学专家", "law expert"),
        }[self.value]


def quorum(
    present: Iterable[Category], special: Collection[Regime] = (), *, on: date
) -> Finding:
    """Tell whether those present may deliberate: number and categories (Art. 14).

    Args:
        present: Categories of the members in the room or on the call; a recused member has
            left the room and is not counted.
        special: Special measures the project falls under; their number must be there, too.
        on: Day the case was accepted.
    """
    there = list(present)
    finding = Finding()
    for least in governing("meeting_quorum", special, on=on):
        finding &= _number(there, least)
    return finding & _categories(there, on)


def _number(present: list[Category], least: Parameter) -> Finding:
    if len(present) >= least.whole:
        return Finding()
    words = Words(
        f"到会委员 {len(present)} 人，少于 {least.whole} 人",
        f"{len(present)} members present, fewer than {least.whole}",
    )
    return Finding((Reason(words, least.citation, least.confidence),))


def _categories(present: list[Category], on: date) -> Finding:
    row = parameter("ethics_measures_2023.meeting_categories", on=on)
    return missing_categories(present, row, row.whole)


def missing_categories(
    present: Iterable[Category], row: Parameter, kinds: int = len(Category)
) -> Finding:
    """Return one objection for each category that nobody represents, if kinds are too few."""
    there = set(present)
    missing = set[Category]() if len(there) >= kinds else set(Category) - there
    return Finding(
        tuple(
            Reason(
                Words(f"缺少{c.words.zh}", f"no {c.words.en} present"),
                row.citation,
                row.confidence,
            )
            for c in Category
            if c in missing
        )
    )


def votes_needed(voters: int, share: Fraction, *, exclusive: bool = False) -> int:
    """Return how many of `voters` make up the share.

    以上 includes the figure itself, 超过 does not (Civil Code 1259).

    >>> [votes_needed(n, Fraction(2, 3)) for n in (5, 6, 7, 8, 9)]
    [4, 4, 5, 6, 6]
    >>> [votes_needed(n, Fraction(1, 2), exclusive=True) for n in (7, 8)]
    [4, 5]
    """
    return floor(share * voters) + 1 if exclusive else ceil(share * voters)


def needed(base: int, row: Parameter) -> int:
    """Return how many a row asks for: its number, or its share of a base."""
    if row.unit == "share":
        return votes_needed(base, row.value, exclusive=row.exclusive)
    return row.whole
