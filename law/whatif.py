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
from law.decision import Count, carries, opinion, to_carry
from law.followup import followup_due
from law.meeting import Category, quorum
from law.parameters import (
    NotInForceError,
    parameter,
    parameter_names,
    using,
    versions,
    watching,
)
from law.triage import Answers, triage


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is recorded of one case, as far as the law asks."""

    name: str
    answers: Answers
    on: date  # the day whose law governs
    starts: Mapping[str, date] = field(default_factory=dict[str, date])
    """Rows of terms that ran, each with the day its term began."""
    present: tuple[Category, ...] | None = None
    count: Count | None = None
    life_science: bool = False
    experts: tuple[int, int, int] | None = None  # agree, disagree, all


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that another law would have changed, and the altered rows it read."""

    sheet: str
    question: str  # route, due:<row>, quorum, votes_needed, decision, opinion, conclusion:…
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
    part = question.split(":", 1)[0]
    with using(folder), watching() as read:
        for name, answer in _questions(sheet):
            if name == question or (part == "conclusion" and name == "triage"):
                answer()
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
    for _, answer in _questions(sheet):
        answers |= answer()
    return answers


_QUORUM: Final = "ethics_measures_2023.meeting_quorum"
Answer = Callable[[], dict[str, str]]


def _questions(sheet: Sheet) -> Iterator[tuple[str, Answer]]:
    """Yield each question with what answers it; triage answers several at once."""
    on = sheet.on
    for name in ("triage", "route", "expert_review"):
        yield name, partial(_triage, sheet, name)
    for row, start in sheet.starts.items():
        yield f"due:{row}", partial(_due, row, start)
    yield "due:followup", lambda: {"due:followup": _followup(sheet)}
    yield "quorum_needs", lambda: {"quorum_needs": str(parameter(_QUORUM, on=on).whole)}
    if (present := sheet.present) is not None:
        yield "quorum", lambda: {"quorum": str(bool(quorum(present, on=on)))}
    if (count := sheet.count) is not None:
        medical = sheet.life_science
        yield "votes_needed", lambda: {"votes_needed": _votes(count, medical, on)}
        yield (
            "decision",
            lambda: {"decision": str(bool(carries(count, on=on, life_science=medical)))},
        )
    if (experts := sheet.experts) is not None:
        yield "opinion", lambda: {"opinion": str(opinion(*experts, on=on)[0])}


def _votes(count: Count, medical: bool, on: date) -> str:  # noqa: FBT001 -- of a sheet
    needed, _ = to_carry(count.present, count.members, on=on, life_science=medical)
    return str(needed)


def _triage(sheet: Sheet, name: str) -> dict[str, str]:
    found = triage(sheet.answers, on=sheet.on)
    if name == "route":
        return {"route": found.route.value}
    if name == "expert_review":
        return {"expert_review": str(found.expert_review)}
    return {f"conclusion:{code}": "yes" for code in found.codes[1:] if code != name}


def _followup(sheet: Sheet) -> str:
    listed = bool(triage(sheet.answers, on=sheet.on).listed)
    return followup_due(sheet.on, listed=listed).on.isoformat()


def _due(row: str, start: date) -> dict[str, str]:
    try:
        limit = parameter(row, on=start)
        if limit.unit == "hour":
            midnight = datetime.combine(start, time(), CHINA)
            found = due_moment(midnight, limit).isoformat()
        elif limit.unit == "date":
            found = yearly(limit, start.year).isoformat()
        else:
            found = due(start, limit).on.isoformat()
    except NotInForceError:
        found = "not in force"
    return {f"due:{row}": found}
