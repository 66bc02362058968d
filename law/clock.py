"""Time limits: from the day of an event and a row of the law to a due day."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from law.calendar import after_workdays, explain, next_workday, unpublished_years
from law.parameters import Parameter
from law.words import Words

CHINA: Final = ZoneInfo("Asia/Shanghai")
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a term.

    `plain` is the day before any roll-over; `provisional` names the years whose holiday
    notice is not published, so that the day is computed again once it is.
    """

    start: date
    on: date
    plain: date
    parameter: Parameter
    provisional: tuple[int, ...] = ()

    @property
    def at(self) -> datetime:
        """The moment it ends: 24:00 of the last day in China, as UTC (Civil Code 203)."""
        return end_of(self.on)

    def lines(self) -> tuple[tuple[date, Words, int], ...]:
        """Account for the days: (day, kind of day, how many are counted up to it)."""
        working, counted = self.parameter.unit == "working_day", 0
        lines: list[tuple[date, Words, int]] = []
        day = self.start
        while day < self.on:
            day += timedelta(days=1)
            counts = next_workday(day) == day if working else day <= self.plain
            counted += counts
            lines.append((day, explain(day), counted))
        return tuple(lines)


TERMS: Final = frozenset({"day", "working_day", "month"})
"""Units that make a term."""


def due(start: date, limit: Parameter, *, roll_over: bool = True) -> Due:
    """Return the last day of a term that begins with an event on `start`.

    Args:
        start: Day of the event in Asia/Shanghai; it is not counted (Civil Code 201).
        limit: A row with unit day, working_day or month.
        roll_over: Move a term of days that ends on a rest day to the next working day
            (Civil Code 203). Months are kept plain, working days need none.
    """
    if limit.unit == "working_day":
        plain = on = after_workdays(start, limit.whole)
    elif limit.unit == "month":
        plain = on = add_months(start, limit.whole)
    elif limit.unit == "day":
        plain = start + timedelta(days=limit.whole)
        on = next_workday(plain) if roll_over else plain
    else:
        raise ValueError(f"{limit.name} is not a term but counts {limit.unit}")
    # Plain calendar arithmetic does not depend on any notice; working days do.
    counted_from = start if limit.unit == "working_day" else plain
    provisional = unpublished_years(counted_from, on) if limit.unit != "month" else ()
    return Due(start, on, plain, limit, provisional)


def add_months(start: date, months: int) -> date:
    """Return the corresponding day, or the month's last day where there is none (202)."""
    year, month = divmod(start.year * _MONTHS + start.month - 1 + months, _MONTHS)
    day = min(start.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


def china_day(moment: datetime) -> date:
    """Return the calendar day of a moment in Asia/Shanghai."""
    return moment.astimezone(CHINA).date()


def end_of(day: date) -> datetime:
    """Return 24:00 of a day in China, as UTC (Civil Code 203)."""
    midnight = datetime.combine(day + timedelta(days=1), time(), CHINA)
    return midnight.astimezone(UTC)
