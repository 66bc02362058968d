"""What if a row of the law were another: judge recorded facts twice, list what differs.

Both sides judge the same sheet on the same day; the other side reads its rows from another
data folder, which holds the same files with some of them altered.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Final

from law.calendar import year_table, years
from law.clock import CHINA, TERMS, due, due_moment, yearly
from law.committee import Member, attendance, composition
from law.decision import Count, carries, opinion, to_carry, to_opine
from law.followup import followup_due
from law.genai_record import Record
from law.genai_security import judge as judge_record
from law.meeting import quorum
from law.parameters import (
    NotInForceError,
    parameter,
    parameter_names,
    using,
    versions,
    watching,
)
from law.regime import GENERAL, Regime, earliest, governing, regimes
from law.triage import Answers, triage


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is recorded of one case, as far as the law asks."""

    name: str
    answers: Answers
    on: date  # the day whose law governs
    starts: Mapping[str, date] = field(default_factory=dict[str, date])
    """Rows of terms that ran, each with the day its term began."""
    committee: tuple[Member, ...] | None = None
    present: tuple[Member, ...] | None = None
    count: Count | None = None
    experts: tuple[int, int, int] | None = None  # agree, disagree, all
    security: Record | None = None  # a generative-AI test record


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that another law would have changed, and the altered rows it read."""

    sheet: str
    question: str  # route, due:<row>, committee, quorum, votes_needed, conclusion:<row>, …
    before: str
    after: str
    because: tuple[str, ...]  # empty where a list or a duty rule was altered, not a row


def whatif(folder: Path, sheets: Iterable[Sheet]) -> Iterator[Difference]:
    """Yield every answer that differs under the rows of another folder, sheet by sheet."""
    altered = {name for name, _, _ in changed_rows(folder)}
    for sheet in sheets:
        before = judge(sheet)
        with using(folder):
            after = judge(sheet)
        if before != after:
            for question in sorted(before.keys() | after.keys()):
                old, new = before.get(question, ""), after.get(question, "")
                if old != new:
                    because = _read_by(question, sheet, folder) & altered
                    yield Difference(sheet.name, question, old, new, tuple(sorted(because)))


def _read_by(question: str, sheet: Sheet, folder: Path) -> set[str]:
    part, _, row = question.partition(":")
    if part == "conclusion" and row in parameter_names():
        return {row}
    name = "triage" if part in _TRIAGE else "genai" if part == "genai" else question
    with using(folder), watching() as read:
        _questions(sheet)[name]()
    return read


def changed_rows(folder: Path) -> tuple[tuple[str, str, str], ...]:
    """Return the rows and years that differ in another data folder: name, before, after."""
    before = _values()
    with using(folder):
        after = _values()
    return tuple(
        (name, before.get(name, ""), after.get(name, ""))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    )


def _values() -> dict[str, str]:
    found = {
        name: "; ".join(f"{p.since}: {p.value} {p.unit}" for p in versions(name))
        for name in parameter_names()
    }
    for year in years():
        table = year_table(year)
        days = (
            (f"-{day}" for day in sorted(table.off)),
            (f"+{day}" for day in sorted(table.work)),
        )
        told = "published" if table.published else "provisional"
        found[table.name] = " ".join((told, *days[0], *days[1]))
    return found


def judge(sheet: Sheet) -> dict[str, str]:
    """Return every answer of the law to a sheet, by question."""
    answers: dict[str, str] = {}
    for name, answer in _questions(sheet).items():
        found = answer()
        answers |= found if isinstance(found, dict) else {name: str(found)}
    return answers


_TRIAGE: Final = frozenset({"route", "expert_review", "conclusion"})
_LEAST: Final = {
    "committee_needs": "committee_minimum",
    "quorum_needs": "meeting_quorum",
    "experts_needed": "expert_group_minimum",
}
Answer = Callable[[], dict[str, str] | str | int | bool]


def _questions(sheet: Sheet) -> dict[str, Answer]:
    """Return what answers each question; triage answers several at once."""
    special, on = regimes(sheet.answers), sheet.on
    asked: dict[str, Answer] = {"triage": partial(_triage, sheet)}
    for row, start in sheet.starts.items():
        asked[f"due:{row}"] = partial(_due, row, start, special)
    asked["due:followup"] = lambda: _followup(sheet, special)
    for question, table in _LEAST.items():
        asked[question] = partial(_most, table, special, on)
    asked["expert_votes_needed"] = lambda: to_opine(
        _most("expert_group_minimum", special, on), on=on
    )[0]
    return asked | _of_record(sheet, special)


def _of_record(sheet: Sheet, special: tuple[Regime, ...]) -> dict[str, Answer]:
    """Return what answers the questions about what is recorded of a case."""
    asked: dict[str, Answer] = {}
    on = sheet.on
    if (record := sheet.security) is not None:
        asked["genai"] = lambda: _security(record, on)
    if (committee := sheet.committee) is not None:
        asked["committee"] = lambda: bool(composition(committee, special, on=on))
    if (present := sheet.present) is not None:
        asked |= _of_present(present, special, on)
    if (count := sheet.count) is not None:
        sizes = (count.present, count.members)
        asked["votes_needed"] = lambda: to_carry(*sizes, special, on=on)[0]
        asked["decision"] = lambda: bool(carries(count, special, on=on))
    if (experts := sheet.experts) is not None:
        asked["opinion"] = lambda: str(opinion(*experts, on=on)[0])
    return asked


def _of_present(
    present: tuple[Member, ...], special: tuple[Regime, ...], on: date
) -> dict[str, Answer]:
    categories = [member.category for member in present]
    asked: dict[str, Answer] = {
        "quorum": lambda: bool(quorum(categories, special, on=on)),
    }
    if all(member.gender != "unknown" for member in present):
        asked["attendance"] = lambda: bool(attendance(present, special, on=on))
    return asked


def _most(table: str, special: tuple[Regime, ...], on: date) -> int:
    return max(row.whole for row in governing(table, special, on=on))


def _security(record: Record, on: date) -> dict[str, str]:
    try:
        lines = judge_record(record, on=on).lines
    except LookupError:
        return {"genai": "no profile in force"}
    return {f"genai:{line.row.name} {line.subject}".rstrip(): str(line.met) for line in lines}


def _triage(sheet: Sheet) -> dict[str, str]:
    found = triage(sheet.answers, on=sheet.on)
    concluded = {f"conclusion:{code}": "yes" for code in found.codes[1:]}
    concluded.pop("conclusion:expert_review", None)
    return concluded | {
        "route": found.route.value,
        "expert_review": str(found.expert_review),
    }


def _followup(sheet: Sheet, special: tuple[Regime, ...]) -> str:
    listed = bool(triage(sheet.answers, on=sheet.on).listed)
    return followup_due(sheet.on, special, listed=listed).on.isoformat()


def _due(row: str, start: date, special: tuple[Regime, ...]) -> str:
    """Return the end of a term; of a general one that of the strictest that govern."""
    try:
        limit = parameter(row, on=start)
    except NotInForceError:
        return "not in force"
    instrument, table = row.split(".", 1)
    if instrument == GENERAL and limit.unit in TERMS:
        return earliest(start, table, special).on.isoformat()
    if limit.unit == "hour":
        return due_moment(datetime.combine(start, time(), CHINA), limit).isoformat()
    if limit.unit == "date":
        return yearly(limit, start.year).isoformat()
    return due(start, limit).on.isoformat()
