"""When an approved activity is reviewed again, registered and reported."""

from collections.abc import Collection
from datetime import date

from law.clock import Due, due, yearly
from law.parameters import parameter
from law.regime import Regime, earliest


def followup_due(approved: date, special: Collection[Regime] = (), *, listed: bool) -> Due:
    """Return the last day of the next follow-up review: 12 months, listed 6 (Arts. 19, 33)."""
    table = "expert_followup_interval" if listed else "followup_interval"
    return earliest(approved, table, special)


def registration_due(approved: date) -> Due:
    """Return the last day to register a listed activity after its approval (Art. 44)."""
    return due(approved, parameter("ethics_measures_2023.register_activity", on=approved))


def committee_registration_due(established: date) -> Due:
    """Return the last day to register a committee after it is set up (Art. 43)."""
    row = parameter("ethics_measures_2023.register_committee", on=established)
    return due(established, row)


def report_due(year: int) -> date:
    """Return the last day of the reports on a year (Art. 45: 31 March of the next)."""
    row = parameter("ethics_measures_2023.annual_report", on=date(year, 12, 31))
    return yearly(row, year)
