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

from law.clock import CHINA, due, due_moment, yearly
from law.committee import Member, attendance, composition
from law.decision import Count, carries, opinion, to_carry
from law.followup import followup_due
from law.meeting import quorum
from law.parameters import (
    NotInForceError,
    parameter,
    parameter_names,
    using,
    versions,
    watching,
)
from law.regime import Regime, governing, regimes
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
    name = "triage" if part in _TRIAGE else question
    with using(folder), watching() as read:
        _questions(sheet)[name]()
    return read


def changed_rows(folder: Path) -> tuple[tuple[str, str, str], ...]:
    """Return the rows whose values differ in another data folder: name, before, after."""

    def values(name: str) -> str:
        return "; ".join(f"{p.since}: {p.value} {p.unit}" for p in versions(name))

    before = {name: values(name) for name in parameter_names()}
    with using(folder):
        after = {name: values(name) for name in parameter_names()}
    names = sorted(before.keys() | after.keys())
    return tuple(
        (name, before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name) != after.get(name)
    )


def judge(sheet: Sheet) -> dict[str, str]:
    """Return every answer of the law to a sheet, by question."""
    answers: dict[str, str] = {}
    for name, answer in _questions(sheet).items():
        found = answer()
        answers |= found if isinstance(found, dict) else {name: str(found)}
    return answers


_TRIAGE: Final = frozenset({"route", "expert_review", "conclusion"})
Answer = Callable[[], dict[str, str] | str | int | bool]


def _questions(sheet: Sheet) -> dict[str, Answer]:
    """Return what answers each question; triage answers several at once."""
    special, on = regimes(sheet.answers), sheet.on
    asked: dict[str, Answer] = {"triage": partial(_triage, sheet)}
    asked |= {f"due:{row}": partial(_due, row, start) for row, start in sheet.starts.items()}
    asked["due:followup"] = lambda: _followup(sheet, special)
    asked["quorum_needs"] = lambda: max(
        row.whole for row in governing("meeting_quorum", special, on=on)
    )
    if (committee := sheet.committee) is not None:
        asked["committee"] = lambda: bool(composition(committee, special, on=on))
    if (present := sheet.present) is not None:
        categories = [member.category for member in present]
        asked["quorum"] = lambda: bool(quorum(categories, special, on=on))
        if all(member.gender != "unknown" for member in present):
            asked["attendance"] = lambda: bool(attendance(present, special, on=on))
    if (count := sheet.count) is not None:
        sizes = (count.present, count.members)
        asked["votes_needed"] = lambda: to_carry(*sizes, special, on=on)[0]
        asked["decision"] = lambda: bool(carries(count, special, on=on))
    if (experts := sheet.experts) is not None:
        asked["opinion"] = lambda: str(opinion(*experts, on=on)[0])
    return asked


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


def _due(row: str, start: date) -> str:
    try:
        limit = parameter(row, on=start)
    except NotInForceError:
        return "not in force"
    if limit.unit == "hour":
        return due_moment(datetime.combine(start, time(), CHINA), limit).isoformat()
    if limit.unit == "date":
        return yearly(limit, start.year).isoformat()
    return due(start, limit).on.isoformat()
