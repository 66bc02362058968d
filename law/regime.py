"""Which measures govern a review: the general ones of 2023, and special ones beside them."""

from collections.abc import Collection
from contextlib import suppress
from datetime import date
from typing import Final, Literal

from law.clock import Due, due
from law.duties import facts
from law.parameters import NotInForceError, Parameter, UnknownRuleError, parameter

Regime = Literal["ai_ethics_measures_2026", "life_science_measures_2023"]
GENERAL: Final = "ethics_measures_2023"


def regimes(answers: object) -> tuple[Regime, ...]:
    """Return the special measures that a project falls under by its self-review."""
    ai = any(getattr(answers, name) for name in facts("ai"))
    found: list[Regime] = ["ai_ethics_measures_2026"] if ai else []
    if getattr(answers, "life_science", False):
        found.append("life_science_measures_2023")
    return tuple(found)


def governing(
    table: str, special: Collection[Regime] = (), *, on: date
) -> tuple[Parameter, ...]:
    """Return the rows of one figure that hold beside each other; the strictest counts.

    The general row comes first, then that of each special measure that has the figure and
    was in force.

    Args:
        table: Name of the row in its instrument, e.g. `meeting_quorum`.
        special: Special measures the project falls under.
        on: Day of the event the law is asked for.

    Raises:
        NotInForceError: The general row was not in force.
    """
    rows = [parameter(f"{GENERAL}.{table}", on=on)]
    for measures in special:
        with suppress(NotInForceError, UnknownRuleError):
            rows.append(parameter(f"{measures}.{table}", on=on))
    return tuple(rows)


def earliest(start: date, table: str, special: Collection[Regime] = ()) -> Due:
    """Return the term that ends first, of those that govern; of equal ones the general one."""
    terms = (due(start, row) for row in governing(table, special, on=start))
    return min(terms, key=lambda term: term.on)
