"""Judge a generative-AI test record against every threshold, in exact whole numbers.

TC260-003 and GB/T 45654-2025 share one table of thresholds (`genai_thresholds.toml`); a
profile says since when it applies and which wording is only recommended (宜).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from law.clock import add_months
from law.genai_record import Counts, Record, Sample
from law.parameters import Parameter, instrument_data, parameter
from law.words import Words

PROFILES: Final = ("tc260_003_2024", "gbt_45654_2025")
_TABLE: Final = "genai_thresholds"
_CORE: Final = ("a1", "a2")  # the 17 risks that banks and keywords must cover


@dataclass(frozen=True, slots=True)
class Line:
    """One threshold: what was asked, what was found, what is short."""

    row: Parameter
    subject: str  # a risk or an aspect; empty for a total
    found: str
    met: bool
    shortfall: int  # items, or the passes that are missing; 0 when met
    required: bool  # false where it is only recommended, and that is not demanded
    recommended: bool  # the profile's wording is 宜, not 应
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """All lines, and whether the record holds under its profile."""

    profile: str
    title: Words
    lines: tuple[Line, ...]

    @property
    def short(self) -> tuple[Line, ...]:
        """The lines that are not met, required or recommended."""
        return tuple(line for line in self.lines if not line.met)

    def __bool__(self) -> bool:
        return all(line.met for line in self.lines if line.required)


def profile_on(begun: date) -> str:
    """Return the profile that governs an assessment by the day it began.

    Raises:
        LookupError: No profile was in force yet.
    """
    known = [p for p in PROFILES if instrument_data(p)["profile"]["from"] <= begun]
    if not known:
        raise LookupError(f"no profile of generative-AI security was in force on {begun}")
    return known[-1]


def risks(*groups: str) -> dict[str, Words]:
    """Return the risks of some groups (a1 to a5), all 31 by default, with their names."""
    rows = instrument_data(_TABLE)["risk"]
    return {
        row["code"]: Words(row["label"]["zh"], row["label"]["en"])
        for row in rows
        if not groups or row["code"][:2] in groups
    }


def aspects() -> dict[str, Words]:
    """Return the 13 aspects of the should-not-refuse bank, with their names."""
    rows = instrument_data(_TABLE)["aspect"]
    return {row["code"]: Words(row["label"]["zh"], row["label"]["en"]) for row in rows}


def judge(record: Record, *, on: date, profile: str = "", strict: bool = True) -> Verdict:
    """Return a verdict on a test record, a line for each threshold.

    Args:
        record: What was tested.
        on: Day the assessment began; it chooses the profile and the rows.
        profile: A profile by name instead.
        strict: Demand what is only recommended, too: filing practice does.
    """
    chosen = profile or profile_on(on)
    if chosen not in PROFILES:
        raise LookupError(f"no profile {chosen}; there are {', '.join(PROFILES)}")
    data = instrument_data(chosen)
    sheet = _Sheet(on, frozenset(data["profile"]["recommended"]), strict)
    lines = tuple(
        line
        for part in (_corpus, _keywords, _banks, _outputs, _upkeep)
        for line in part(sheet, record)
    )
    title = data["instrument"]["title"]
    return Verdict(chosen, Words(title["zh"], title["en"]), lines)


@dataclass(frozen=True, slots=True)
class _Sheet:
    on: date
    soft: frozenset[str]
    strict: bool

    def size(self, table: str, count: int | None, subject: str = "") -> Line:
        row = self._row(table)
        short = row.whole if count is None else max(row.whole - count, 0)
        found = "" if count is None else str(count)
        return self._line(row, subject, found, short, recorded=count is not None)

    def rate(self, table: str, sample: Sample | None, subject: str = "") -> Line:
        """Compare a share without dividing: passed * 100 against percent * sampled."""
        row = self._row(table)
        if sample is None or sample.sampled <= 0:
            return self._line(row, subject, "", 1, recorded=False)
        wanted = row.whole * sample.sampled
        if row.bound == "at_most":
            short = max(sample.passed - wanted // 100, 0)
        else:
            short = max(-(-wanted // 100) - sample.passed, 0)
        return self._line(row, subject, f"{sample.passed}/{sample.sampled}", short)

    def done(self, table: str, said: bool | None) -> Line:  # noqa: FBT001 -- an answer
        """Tell whether a duty is done; what is not recorded is not."""
        row = self._row(table)
        return self._line(row, "", "", int(not said), recorded=said is not None)

    def interval(self, table: str, update: tuple[date, date] | None) -> Line:
        """Compare the last interval of updates; what is over is in days."""
        row = self._row(table)
        if update is None:
            return self._line(row, "", "", 1, recorded=False)
        before, last = update
        latest = (
            add_months(before, row.whole)
            if row.unit == "month"
            else before + timedelta(days=row.whole)
        )
        return self._line(row, "", f"{before} - {last}", max((last - latest).days, 0))

    def each(self, table: str, counts: Counts, subjects: Iterable[str]) -> Iterator[Line]:
        """Compare each class; where no class was recorded, each is unrecorded."""
        for subject in subjects:
            yield self.size(table, counts.get(subject), subject)

    def _row(self, table: str) -> Parameter:
        return parameter(f"{_TABLE}.{table}", on=self.on)

    def _line(
        self, row: Parameter, subject: str, found: str, short: int, *, recorded: bool = True
    ) -> Line:
        soft = row.name.rsplit(".", 1)[1] in self.soft
        demanded = self.strict or not soft
        return Line(row, subject, found, short == 0, short, demanded, soft, recorded)


def _corpus(sheet: _Sheet, record: Record) -> Iterator[Line]:
    for table, found in (
        ("source_share", record.sources),
        ("collected_share", record.collected),
    ):
        yield from (sheet.rate(table, found[source], source) for source in sorted(found))
        if not found:
            yield sheet.rate(table, None)
    manual, technical = record.corpus_manual, record.corpus_technical
    yield sheet.size("corpus_manual_size", manual.sampled if manual else None)
    yield sheet.rate("corpus_manual_rate", manual)
    yield sheet.rate("corpus_technical_share", record.corpus_drawn)
    yield sheet.rate("corpus_technical_rate", technical)


def _keywords(sheet: _Sheet, record: Record) -> Iterator[Line]:
    yield sheet.size("keywords", record.keywords)
    for group in _CORE:
        yield from sheet.each(f"keywords_{group}", record.keywords_by_risk, risks(group))


def _banks(sheet: _Sheet, record: Record) -> Iterator[Line]:
    core = risks(*_CORE)
    others = [risk for risk in risks() if risk not in core]
    yield sheet.size("question_bank", record.question_bank)
    yield from sheet.each("question_bank_core", record.question_bank_by_risk, core)
    yield from sheet.each("question_bank_other", record.question_bank_by_risk, others)
    yield sheet.size("refuse_bank", record.refuse_bank)
    yield from sheet.each("refuse_bank_each", record.refuse_bank_by_risk, core)
    yield sheet.size("non_refuse_bank", record.non_refuse_bank)
    counts = record.non_refuse_bank_by_aspect
    touched = [aspect for aspect in aspects() if aspect not in record.left_out]
    yield from sheet.each("non_refuse_bank_each", counts, touched)
    if not touched:  # a model that touches none of them has nothing to be tested by
        yield sheet.size("non_refuse_bank_each", None)
    if record.left_out:
        yield sheet.done("left_out_moved", record.moved)


def _outputs(sheet: _Sheet, record: Record) -> Iterator[Line]:
    tests = {
        "output_manual": record.output_manual,
        "output_keyword": record.output_keyword,
        "output_classifier": record.output_classifier,
        "refusal": record.refusal,
        "non_refusal": record.non_refusal,
    }
    for name, sample in tests.items():
        yield sheet.size(f"{name}_size", sample.sampled if sample else None)
        yield sheet.rate(f"{name}_rate", sample)


def _upkeep(sheet: _Sheet, record: Record) -> Iterator[Line]:
    for name in ("keyword", "question", "bank"):
        yield sheet.interval(f"{name}_update", record.updates.get(name))
    yield sheet.size("signers", record.signers)
