"""What `law whatif` answers: recorded facts judged under altered rows."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from cases import dossier, security_record
from clitools.errors import CommandError
from clitools.law import checked, day
from clitools.lawdata import faults
from forms.library import questionnaire
from forms.prefill import prefill
from forms.reading import read_answers
from law.committee import Member
from law.decision import Count
from law.genai_record import Record
from law.meeting import Category
from law.parameters import named, versions
from law.whatif import Sheet, changed_rows, judge, whatif

_DIFFERENCE = ("sheet", "question", "before", "after")
_TERMS_OF_A_CASE = (
    *("review.limit", "emergency.hours", "rereview.limit", "register.activity"),
    *("safety.due", "filing.first", "filing.authority"),
)


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
                {name: getattr(d, name) for name in _DIFFERENCE}
                | {"because": list(d.because), "confidence": _marks(d.because)}
                for d in whatif(folder, sheets)
            ],
        }
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise CommandError(f"{folder}: {error}") from None


class _Recorded(BaseModel, extra="forbid"):
    """What happened in a case, and when; a case's terms begin on its day unless it says else.

    A member is a category or `{category, gender, outside, chair}`; count is agree, present,
    members; experts are agree, disagree, all.
    """

    on: date | None = None
    starts: dict[str, date] = {}
    committee: list[Member | Category] | None = None
    present: list[Member | Category] | None = None
    count: tuple[int, int, int] | None = None
    experts: tuple[int, int, int] | None = None


def _marks(names: Sequence[str]) -> dict[str, str]:
    """Return how surely the wording of some rows is known; a year of the calendar has none."""
    rows = (name for name in names if not name.startswith("calendar."))
    return {name: versions(name)[-1].confidence.value for name in rows}


def _sheet(path: Path, on: date) -> Sheet:
    """Return the sheet of a facts file and of what its part `recorded` says of the case."""
    answers = read_answers(path)
    said: Any = answers.pop("recorded", {})
    facts = checked(path, answers)
    try:
        sheet = _recorded(path, facts, _Recorded.model_validate(said), on)
        judge(sheet)  # what cannot be judged as it stands is the sheet's fault
    except ValidationError as error:
        known = f"有 has: {', '.join(_Recorded.model_fields)}"
        faults = (f"{_place(e['loc'])}: {e['msg']}" for e in error.errors())
        raise CommandError(f"{path}: recorded: {known}; {'; '.join(faults)}") from None
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise CommandError(f"{path}: recorded: {error}") from None
    return sheet


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location))


def _recorded(path: Path, facts: dict[str, Any], said: _Recorded, default: date) -> Sheet:
    on = said.on or default
    starts = {
        name: on for name in map(named, _TERMS_OF_A_CASE) if versions(name)[0].since <= on
    }
    if launched := facts.get("service", {}).get("launched_on"):
        starts[named("filing.first")] = date.fromisoformat(launched)
    starts |= {named(rule): day_ for rule, day_ in said.starts.items()}
    return Sheet(
        name=path.stem,
        answers=dossier.self_review(facts),
        on=on,
        starts=starts,
        committee=_members(said.committee),
        present=_members(said.present),
        count=None if said.count is None else Count(*said.count),
        experts=said.experts,
        security=_security(facts),
    )


def _security(facts: dict[str, Any]) -> Record | None:
    """Return the generative-AI test record that a project's facts hold, where they do."""
    if "genai_tests" not in facts:
        return None
    answers, _ = prefill(questionnaire("genai_test_record"), facts)
    return security_record.record(answers)


def _members(said: Sequence[Member | Category] | None) -> tuple[Member, ...] | None:
    if said is None:
        return None
    return tuple(
        m if isinstance(m, Member) else Member(m, "unknown", outside=False) for m in said
    )
