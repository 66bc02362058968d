"""Numbers of the law: dated, cited rows in `law/data/*.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any, Final

from law.citation import Citation, Confidence
from law.finding import Reason
from law.words import Words

_NOT_PARAMETERS: Final = frozenset({"instrument", "annex"})


class NotInForceError(LookupError):
    """No value of the parameter had come into force by that day."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of one row, as in force on a day.

    `value` is a `Fraction`, so that thirds stay exact; `whole` gives it as an integer.
    `unit` is one of person, share, day, working_day, month, hour.
    """

    name: str
    label: Words
    value: Fraction
    unit: str
    since: date
    citation: Citation
    confidence: Confidence

    @property
    def whole(self) -> int:
        """The value as an integer; a fraction raises `ValueError`."""
        if self.value.denominator != 1:
            raise ValueError(f"{self.name} is {self.value}, not a whole number")
        return self.value.numerator

    @property
    def row(self) -> str:
        """Name of the exact row, for the trail: `<file>.<table>@<in force from>`."""
        return f"{self.name}@{self.since.isoformat()}"


def parameter(name: str, *, on: date) -> Parameter:
    """Return the value of `name` in force on a day.

    Args:
        name: `"<file>.<table>"`, e.g. `"ethics_measures_2023.meeting_quorum"`.
        on: Calendar date in Asia/Shanghai. Use the day of the triggering event, not today:
            a case is judged by the law it was brought under.

    Raises:
        NotInForceError: No value had come into force by that day, or it has lapsed.
    """
    file, table = name.split(".")
    document = instrument_data(file)
    entry: Mapping[str, Any] = document[table]
    rows = [r for r in entry["values"] if r["from"] <= on <= r.get("to", date.max)]
    if not rows:
        raise NotInForceError(f"{name} was not in force on {on}")
    row = max(rows, key=lambda r: r["from"])
    return Parameter(
        name=name,
        label=_words(entry["label"]),
        value=Fraction(row["value"]),
        unit=entry["unit"],
        since=row["from"],
        citation=Citation(
            file,
            _words(document["instrument"]["title"]),
            row["article"],
            row.get("item", 0),
        ),
        confidence=Confidence(row["confidence"]),
    )


def cite(instrument: str, article: int, item: int = 0) -> Citation:
    """Return a citation of an instrument that has a data file."""
    return Citation(
        instrument,
        _words(instrument_data(instrument)["instrument"]["title"]),
        article,
        item,
    )


def ground(name: str, *, on: date) -> Reason:
    """Return a row in force on a day as a ground, worded by its label."""
    row = parameter(name, on=on)
    return Reason(row.label, row.citation, row.confidence)


@cache
def instrument_data(file: str) -> Mapping[str, Any]:
    """Return the parsed data file of one instrument."""
    text = resources.files("law.data").joinpath(f"{file}.toml").read_text("utf-8")
    return tomllib.loads(text)


def instruments() -> tuple[str, ...]:
    """Return the codes of all instruments with a data file, sorted."""
    files = resources.files("law.data").iterdir()
    return tuple(sorted(f.name[:-5] for f in files if f.name.endswith(".toml")))


def parameter_names() -> tuple[str, ...]:
    """Return the names of all rows, for the tests and the generated table of the law."""
    return tuple(
        f"{file}.{table}"
        for file in instruments()
        for table in instrument_data(file)
        if table not in _NOT_PARAMETERS
    )


def _words(entry: Mapping[str, str]) -> Words:
    return Words(entry["zh"], entry["en"])
