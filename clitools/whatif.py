"""What `law whatif` answers: recorded facts judged under altered rows."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

from cases import dossier
from clitools.errors import CommandError
from clitools.law import checked, day
from clitools.lawdata import faults
from forms.reading import read_answers
from law.clock import TERMS
from law.decision import Count
from law.meeting import Category
from law.parameters import named, parameter_names, versions
from law.whatif import Sheet, changed_rows, judge, whatif

_RECORDED = {"on", "starts", "present", "count", "experts"}
_DIFFERENCE = ("sheet", "question", "before", "after")


def whatif_of(folder: Path, paths: Sequence[Path], on: str) -> dict[str, Any]:
    """Return the rows that an altered folder changes, and every answer that would differ."""
    if not folder.joinpath("ethics_measures_2023.toml").is_file():
        raise CommandError(f"{folder} 不是法律数据目录 · copy law/data there, then alter it")
    if wrong := faults(folder):
        raise CommandError("\n".join(wrong))
    when = day(on)
    sheets = [_sheet(path, when) for path in paths]
    try:
        return {
            "rows": [list(change) for change in changed_rows(folder)],
            "differences": [
                {name: getattr(d, name) for name in _DIFFERENCE} | {"because": list(d.because)}
                for d in whatif(folder, sheets)
            ],
        }
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise CommandError(f"{folder}: {error}") from None


def _sheet(path: Path, on: date) -> Sheet:
    """Return the sheet of a facts file; `recorded` says what happened in the case, and when.

    `recorded: {on, starts: {rule: day}, present: [category], count: [agree, present, members],
    experts: [agree, disagree, all]}`; what is not said is taken to begin on the day itself.
    """
    answers = read_answers(path)
    recorded: Any = answers.pop("recorded", {})
    if not isinstance(recorded, dict) or not _RECORDED.issuperset(cast("Any", recorded)):
        words = "recorded 应有 has: " + ", ".join(sorted(_RECORDED))
        raise CommandError(f"{path}: {words}")
    facts = checked(path, answers)
    try:
        sheet = _recorded(path, facts, cast("dict[str, Any]", recorded), on)
        judge(sheet)  # what cannot be judged as it stands is the sheet's fault
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise CommandError(f"{path}: recorded: {error}") from None
    return sheet


def _recorded(
    path: Path, facts: dict[str, Any], recorded: dict[str, Any], default: date
) -> Sheet:
    on = date.fromisoformat(recorded["on"]) if "on" in recorded else default
    terms = (
        v[-1]
        for v in map(versions, parameter_names())
        if v[-1].unit in TERMS | {"hour", "date"}
    )
    starts = {p.name: on for p in terms if p.since <= on}
    if launched := facts.get("service", {}).get("launched_on"):
        starts[named("filing.first")] = date.fromisoformat(launched)
    for rule, day_ in recorded.get("starts", {}).items():
        starts[named(rule)] = date.fromisoformat(day_)
    present = recorded.get("present")
    return Sheet(
        name=path.stem,
        answers=dossier.self_review(facts),
        on=on,
        starts=starts,
        present=None if present is None else tuple(map(Category, present)),
        count=Count(*recorded["count"]) if "count" in recorded else None,
        life_science=dossier.self_review(facts).life_science,
        experts=tuple(recorded["experts"]) if "experts" in recorded else None,
    )
