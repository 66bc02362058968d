"""What if a row of the law were another: judge recorded facts twice, list what differs.

Both sides judge the same sheet on the same day; the other side reads its rows from another
data folder, which holds the same files with some of them altered.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from law.clock import due
from law.decision import Count, carries, opinion
from law.followup import followup_due
from law.meeting import Category, quorum
from law.parameters import NotInForceError, parameter, parameter_names, using, versions
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
    """One answer that another law would have changed."""

    sheet: str
    question: str  # route, expert_review, due:<row>, quorum, decision, opinion, duty:<code> …
    before: str
    after: str


def whatif(folder: Path, sheets: Iterable[Sheet]) -> Iterator[Difference]:
    """Yield every answer that differs under the rows of another folder, sheet by sheet."""
    for sheet in sheets:
        before = judge(sheet)
        with using(folder):
            after = judge(sheet)
        if before != after:
            for question in sorted(before.keys() | after.keys()):
                old, new = before.get(question, ""), after.get(question, "")
                if old != new:
                    yield Difference(sheet.name, question, old, new)


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
    found = triage(sheet.answers, on=sheet.on)
    answers = {"route": found.route.value, "expert_review": str(found.expert_review)}
    answers |= {f"conclusion:{code}": "yes" for code in found.codes[1:]}
    for row, start in sheet.starts.items():
        answers[f"due:{row}"] = _due(row, start)
    followup = followup_due(sheet.on, listed=bool(found.listed))
    answers["due:followup"] = followup.on.isoformat()
    if sheet.present is not None:
        answers["quorum"] = str(bool(quorum(sheet.present, on=sheet.on)))
    if sheet.count is not None:
        decided = carries(sheet.count, on=sheet.on, life_science=sheet.life_science)
        answers["decision"] = str(bool(decided))
    if sheet.experts is not None:
        answers["opinion"] = str(opinion(*sheet.experts, on=sheet.on)[0])
    return answers


def _due(row: str, start: date) -> str:
    try:
        return due(start, parameter(row, on=start)).on.isoformat()
    except NotInForceError:
        return "not in force"
