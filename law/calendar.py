"""Working days by the State Council's yearly holiday notices."""

import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from law.parameters import data_folder, noted, source
from law.words import Words

_FRIDAY: Final = 5  # ISO weekday
# Days off by statute whatever the notice says; the lunar ones need the year's file.
_FIXED: Final = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@dataclass(frozen=True, slots=True)
class Year:
    """The working-day table of one year.

    `published` is false while the State Council has not announced the arrangement: days are
    then weekends and statutory holidays only, and every date computed with it is provisional.
    """

    year: int
    published: bool
    notice: str
    off: frozenset[date]
    work: frozenset[date]

    @property
    def name(self) -> str:
        """Its name among the rows of the law."""
        return f"calendar.{self.year}"


def years() -> tuple[int, ...]:
    """Return the years that have a table, published or not."""
    files = (file.name for file in data_folder(source()).joinpath("calendar").iterdir())
    return tuple(sorted(int(name[:-5]) for name in files if name.endswith(".toml")))


def year_table(year: int) -> Year:
    """Return the table of a year; a year without a file is unpublished."""
    noted(f"calendar.{year}")
    return _table(source(), year)


@cache
def _table(folder: Path | None, year: int) -> Year:
    path = data_folder(folder).joinpath("calendar", f"{year}.toml")
    if not path.is_file():
        off = frozenset(date(year, month, day) for month, day in _FIXED)
        return Year(year, published=False, notice="", off=off, work=frozenset())
    data = tomllib.loads(path.read_text("utf-8"))
    return Year(
        year,
        data["published"],
        data["notice"],
        frozenset(data["off"]),
        frozenset(data["work"]),
    )


def is_workday(day: date) -> bool:
    """Tell whether a day is worked, make-up weekend days included."""
    table = year_table(day.year)
    return day in table.work or (day.isoweekday() <= _FRIDAY and day not in table.off)


def is_holiday(day: date) -> bool:
    """Tell whether a day is off by the year's notice, not merely a weekend."""
    return day in year_table(day.year).off


def _workdays(year: int) -> tuple[date, ...]:
    noted(f"calendar.{year}")
    return _listed(source(), year)


@cache
def _listed(folder: Path | None, year: int) -> tuple[date, ...]:  # noqa: ARG001 -- the key
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    return tuple(day for day in days if is_workday(day))


def after_workdays(start: date, count: int) -> date:
    """Return the `count`-th working day after `start`; the first day is not counted.

    Raises:
        ValueError: The count is not positive.
    """
    if count < 1:
        raise ValueError(f"a term of {count} working days")
    year = start.year
    place = bisect_right(_workdays(year), start) + count - 1
    while place >= len(days := _workdays(year)):
        place -= len(days)
        year += 1
    return days[place]


def next_workday(day: date) -> date:
    """Return the day itself if it is worked, else the first working day after it."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def unpublished_years(start: date, end: date) -> tuple[int, ...]:
    """Return the years from `start` to `end` whose holiday notice is missing."""
    years = range(start.year, end.year + 1)
    return tuple(year for year in years if not year_table(year).published)


def explain(day: date) -> Words:
    """Say what kind of day it is, for the line-by-line account of a clock.

    >>> explain(date(2026, 2, 14)).en
    'Sat, make-up working day'
    """
    table = year_table(day.year)
    name = "一二三四五六日"[day.isoweekday() - 1]
    if day in table.work:
        kind = Words("调休上班", "make-up working day")
    elif day in table.off:
        kind = Words("节假日", "holiday")
    elif day.isoweekday() > _FRIDAY:
        kind = Words("周末", "weekend")
    else:
        kind = Words("工作日", "working day")
    return Words(f"星期{name}，{kind.zh}", f"{day:%a}, {kind.en}")
