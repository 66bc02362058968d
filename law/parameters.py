"""Numbers of the law: dated, cited rows in `law/data/*.toml`."""

import tomllib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from law.citation import Citation, Confidence
from law.finding import Reason
from law.units import bound_of
from law.words import Words

_NONE: Final = Words("", "")
_SOURCE: ContextVar[Path | None] = ContextVar("law_data", default=None)
_READ: ContextVar[set[str] | None] = ContextVar("rows_read", default=None)


class NotInForceError(LookupError):
    """No value of the parameter had come into force by that day."""


class UnknownRuleError(LookupError):
    """There is no such row; the message proposes near ones."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of one row, as in force on a day.

    `value` is a `Fraction`, so that thirds stay exact; `whole` gives it as an integer. A duty
    has no figure and counts as one; a switch is on (1) or off (0). `bound` says how the figure
    is compared, see `law.units`.
    """

    name: str
    label: Words
    value: Fraction
    unit: str
    since: date
    citation: Citation
    confidence: Confidence
    key: str = ""  # the public name, where it has one: filing.first
    bound: str = "at_least"
    roll_over: bool = True
    note: Words = _NONE
    until: date | None = None
    also: tuple[str, ...] = ()  # rows that belong to the same public name

    @property
    def whole(self) -> int:
        """The value as an integer; a fraction raises `ValueError`."""
        if self.value.denominator != 1:
            raise ValueError(f"{self.name} is {self.value}, not a whole number")
        return self.value.numerator

    @property
    def exclusive(self) -> bool:
        """Tell whether the figure itself does not suffice (超过)."""
        return self.bound == "exclusive"

    @property
    def row(self) -> str:
        """Name of the exact row, for the trail: `<file>.<table>@<in force from>`."""
        return f"{self.name}@{self.since.isoformat()}"

    @property
    def reason(self) -> Reason:
        """The row as a ground, worded by its label."""
        return Reason(self.label, self.citation, self.confidence)


@contextmanager
def using(folder: Path) -> Generator[None]:
    """Read all rows from another data folder inside the block: what if the law were this.

    A folder is read once in a process.
    """
    token = _SOURCE.set(folder)
    try:
        yield
    finally:
        _SOURCE.reset(token)


@contextmanager
def watching() -> Generator[set[str]]:
    """Yield the set that the rows read inside the block are entered in."""
    read: set[str] = set()
    token = _READ.set(read)
    try:
        yield read
    finally:
        _READ.reset(token)


def parameter(name: str, *, on: date) -> Parameter:
    """Return the value of `name` in force on a day.

    Args:
        name: `"<file>.<table>"`, e.g. `"ethics_measures_2023.meeting_quorum"`.
        on: Calendar date in Asia/Shanghai. Use the day of the triggering event, not today:
            a case is judged by the law it was brought under.

    Raises:
        UnknownRuleError: There is no such row.
        NotInForceError: No value had come into force by that day, or it has lapsed.
    """
    noted(name)
    for row in reversed(_versions(_SOURCE.get(), name)):
        if row.since <= on and (row.until is None or on <= row.until):
            return row
    raise NotInForceError(f"{name} was not in force on {on}")


def noted(name: str) -> None:
    """Enter a row where reads are watched."""
    if (read := _READ.get()) is not None:
        read.add(name)


def versions(name: str) -> tuple[Parameter, ...]:
    """Return all values of a row, oldest first."""
    return _versions(_SOURCE.get(), name)


def named(rule: str) -> str:
    """Return the row that a public name stands for, e.g. `filing.first`.

    Raises:
        UnknownRuleError: No row has that name; near ones are proposed.
    """
    from difflib import get_close_matches  # noqa: PLC0415 -- only for a refusal's advice

    known = {versions(name)[0].key or name: name for name in parameter_names()}
    if rule in known:
        return known[rule]
    if rule in known.values():
        return rule
    candidates = sorted({*known, *known.values()})
    near = get_close_matches(rule, candidates, n=3, cutoff=0.5)
    raise UnknownRuleError(
        f"没有规则「{rule}」，相近的有：{'、'.join(near) or '无，见 law list'} · "
        f"no rule {rule}; near ones: {', '.join(near) or 'none, see law list'}"
    )


def cite(instrument: str, article: int, item: int = 0) -> Citation:
    """Return a citation of an instrument that has a data file."""
    return Citation(instrument, title(instrument), article, item)


def title(instrument: str) -> Words:
    """Return the title of an instrument that has a data file."""
    return _words(instrument_data(instrument)["instrument"]["title"])


def ground(name: str, *, on: date) -> Reason:
    """Return a row in force on a day as a ground, worded by its label."""
    return parameter(name, on=on).reason


def instrument_data(file: str) -> Mapping[str, Any]:
    """Return the parsed data file of one instrument."""
    return _data(_SOURCE.get(), file)


def instruments() -> tuple[str, ...]:
    """Return the codes of all instruments with a data file, sorted."""
    return _instruments(_SOURCE.get())


def parameter_names() -> tuple[str, ...]:
    """Return the names of all rows, for the tests and the generated table of the law."""
    return tuple(
        f"{file}.{table}"
        for file in instruments()
        for table, entry in instrument_data(file).items()
        if isinstance(entry, dict) and "values" in entry
    )


@lru_cache(maxsize=4096)
def _versions(source: Path | None, name: str) -> tuple[Parameter, ...]:
    file, _, table = name.partition(".")
    document: Mapping[str, Any] = _data(source, file) if file in _instruments(source) else {}
    if "values" not in (entry := document.get(table, {})):
        raise UnknownRuleError(f"没有规则「{name}」 · no rule {name}; see law list")
    rows = (_parameter(name, document, entry, row) for row in entry["values"])
    return tuple(sorted(rows, key=lambda p: p.since))


def _parameter(
    name: str, document: Mapping[str, Any], entry: Mapping[str, Any], row: Mapping[str, Any]
) -> Parameter:
    instrument = name.split(".", maxsplit=1)[0]
    return Parameter(
        name=name,
        label=_words(entry["label"]),
        value=Fraction(1 if entry["unit"] == "duty" else row["value"]),
        unit=entry["unit"],
        since=row["from"],
        citation=Citation(
            instrument,
            _words(document["instrument"]["title"]),
            row["article"],
            row.get("item", 0),
            paragraph=row.get("paragraph", 0),
            place=row.get("place", ""),
        ),
        confidence=Confidence(row["confidence"]),
        key=entry.get("key", ""),
        bound=entry.get("bound", bound_of(entry["unit"])),
        roll_over=entry.get("roll_over", True),
        note=_words(entry["note"]) if "note" in entry else _NONE,
        until=row.get("to"),
        also=tuple(f"{instrument}.{table}" for table in entry.get("also", ())),
    )


@lru_cache(maxsize=256)
def _data(source: Path | None, file: str) -> Mapping[str, Any]:
    return tomllib.loads(data_folder(source).joinpath(f"{file}.toml").read_text("utf-8"))


@lru_cache(maxsize=16)
def _instruments(source: Path | None) -> tuple[str, ...]:
    files = (f.name for f in data_folder(source).iterdir())
    return tuple(sorted(name[:-5] for name in files if name.endswith(".toml")))


def source() -> Path | None:
    """Return the folder that rows are read from now; None is our own."""
    return _SOURCE.get()


def data_folder(source: Path | None) -> Traversable:
    """Return a data folder by its path; our own for None."""
    return resources.files("law.data") if source is None else source


def _words(entry: Mapping[str, str]) -> Words:
    return Words(entry["zh"], entry["en"])
