"""Time limits: from the day of an event and a row of the law to a due day."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from law.calendar import (
    after_workdays,
    explain,
    is_holiday,
    is_workday,
    next_workday,
    unpublished_years,
)
from law.citation import Citation
from law.finding import Reason
from law.parameters import Parameter, parameter
from law.words import Words

CHINA: Final = ZoneInfo("Asia/Shanghai")
_MONTHS: Final = 12
TERMS: Final = frozenset({"day", "working_day", "month", "year"})
"""Units that make a term of days; `hour` makes a moment, see `due_moment`."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count: the days after `since`, up to and with `until`.

    The day it begins has been counted already; the day it ends is not, the next one is.
    """

    since: date
    until: date
    why: Words
    citation: Citation

    def __contains__(self, day: date) -> bool:
        return self.since < day <= self.until


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
    pauses: tuple[Pause, ...] = ()
    extended_from: date | None = None

    @property
    def rolled(self) -> Reason | None:
        """Why the term ends later than its plain day; None where it does not.

        Civil Code 203 speaks of statutory holidays; that a plain rest day moves the end, too,
        is practice, and marked so.
        """
        if self.plain == self.on or self.extended_from:
            return None
        holiday = is_holiday(self.plain)
        row = "civil_code.roll_over" if holiday else "civil_code.roll_over_rest_day"
        return parameter(row, on=self.plain).reason

    @property
    def at(self) -> datetime:
        """The moment it ends: 24:00 of the last day in China, as UTC (Civil Code 203)."""
        return end_of(self.on)

    def lines(self) -> tuple[tuple[date, Words, int], ...]:
        """Account for the days: (day, kind of day, how many are counted up to it)."""
        working, counted = self.parameter.unit == "working_day", 0
        lines: list[tuple[date, Words, int]] = []
        for day in _days(self.start, self.on):
            pause = next((p for p in self.pauses if day in p), None)
            words = explain(day)
            if pause is not None:
                words = Words(f"{words.zh}，{pause.why.zh}", f"{words.en}, {pause.why.en}")
            elif working:
                counted += is_workday(day)
            else:
                counted += day <= self.plain
            lines.append((day, words, counted))
        return tuple(lines)


def due(
    start: date,
    limit: Parameter,
    *,
    roll_over: bool | None = None,
    pauses: tuple[Pause, ...] = (),
) -> Due:
    """Return the last day of a term that begins with an event on `start`.

    Args:
        start: Day of the event in Asia/Shanghai; it is not counted (Civil Code 201).
        limit: A row with unit day, working_day, month or year.
        roll_over: Move a term of days that ends on a rest day to the next working day
            (Civil Code 203); by default as the row says. Months are kept plain, working days
            need none.
        pauses: Times that are not counted. For a clock that is paused now, end the pause
            today: the answer is the date if the pause ended today.

    Raises:
        ValueError: The row is no term of days.
    """
    if limit.unit not in TERMS:
        raise ValueError(f"{limit.name} is not a term but counts {limit.unit}")
    rolls = limit.roll_over if roll_over is None else roll_over
    plain = _plain(start, limit, pauses)
    on = next_workday(plain) if limit.unit == "day" and rolls else plain
    # Plain calendar arithmetic does not depend on any notice; working days do.
    counted_from = start if limit.unit == "working_day" else plain
    of_days = limit.unit in {"day", "working_day"}
    moves = limit.unit == "working_day" or (of_days and rolls)
    provisional = unpublished_years(counted_from, on) if moves else ()
    return Due(start, on, plain, limit, provisional, pauses)


def extended(term: Due, to: date) -> Due:
    """Return a term extended to a stated day (2023 Measures, Art. 17: no cap is known).

    Raises:
        ValueError: The day is not after the term.
    """
    if to <= term.on:
        raise ValueError(f"{to} is no extension of a term that ends on {term.on}")
    provisional = unpublished_years(to, to)
    return Due(term.start, to, to, term.parameter, provisional, term.pauses, term.on)


def due_moment(start: datetime, limit: Parameter) -> datetime:
    """Return the moment a term of hours ends; it runs on through nights and holidays.

    Raises:
        ValueError: The row does not count hours, or the moment has no zone.
    """
    if limit.unit != "hour" or start.tzinfo is None:
        raise ValueError(f"{limit.name} counts {limit.unit}; the start needs a zone")
    return (start.astimezone(UTC) + timedelta(hours=limit.whole)).astimezone(CHINA)


def yearly(limit: Parameter, year: int) -> date:
    """Return the day by which what concerns a year is due, in the year after it.

    Args:
        limit: A row with unit date; its value is month * 100 + day.
        year: The year reported on. Such a date is not rolled over.

    Raises:
        ValueError: The row is no date of the year.
    """
    if limit.unit != "date":
        raise ValueError(f"{limit.name} is no date of the year")
    return date(year + 1, limit.whole // 100, limit.whole % 100)


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


def _plain(start: date, limit: Parameter, pauses: tuple[Pause, ...]) -> date:
    if limit.unit in {"month", "year"}:
        months = limit.whole * (_MONTHS if limit.unit == "year" else 1)
        return _plus(add_months(start, months), start, pauses)
    if limit.unit == "day":
        return _plus(start + timedelta(days=limit.whole), start, pauses)
    if not pauses:
        return after_workdays(start, limit.whole)
    day, left = start, limit.whole
    while left:
        day += timedelta(days=1)
        left -= is_workday(day) and not _paused(day, pauses)
    return day


def _plus(end: date, start: date, pauses: tuple[Pause, ...]) -> date:
    """Return the end moved by the paused days before it, and by those it then meets."""
    if not pauses:
        return end
    counted = (end - start).days
    day = start
    while counted:
        day += timedelta(days=1)
        counted -= not _paused(day, pauses)
    return day


def _paused(day: date, pauses: tuple[Pause, ...]) -> bool:
    return any(day in pause for pause in pauses)


def _days(after: date, to: date) -> Iterator[date]:
    return (after + timedelta(days=n) for n in range(1, (to - after).days + 1))
