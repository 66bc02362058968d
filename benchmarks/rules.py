"""Law and forms: due day, triage, completeness, what-if; beside a bare loop each."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from cases.dossier import self_review
from demo.facts import read_dossier
from forms.completeness import problems
from forms.library import names, questionnaire
from forms.prefill import prefill
from law.clock import TERMS, due
from law.committee import Member
from law.counterfactual import counterfactuals
from law.decision import Count
from law.meeting import Category
from law.parameters import named, parameter, parameter_names, versions
from law.triage import Answers, triage
from law.whatif import Sheet, whatif

SHEETS = 10_000
_DAY = date(2026, 11, 24)


def main() -> None:
    """Print each figure, its limit, and its floor."""
    facts = read_dossier()
    answers = self_review(facts)
    limit = parameter(named("filing.authority"), on=_DAY)
    day = _each(lambda: due(_DAY, limit), 20_000)
    days = _each(lambda: [_DAY + timedelta(days=n) for n in range(45)], 5_000)
    _print("due day, 30 working days", day, "20 µs", "a bare loop over 45 days", days)

    def judged() -> None:
        triage(answers, on=_DAY)
        counterfactuals(answers, on=_DAY)

    def bare() -> None:
        for name in answers.__slots__:
            other = replace(answers, **{name: getattr(answers, name)})
            [getattr(other, f) for f in other.__slots__]

    _print(
        "triage with counterfactuals",
        _each(judged, 200),
        "5 ms",
        "altering each answer, then reading them all",
        _each(bare, 500),
    )
    longest = max(map(questionnaire, names()), key=lambda form: sum(1 for _ in form.walk()))
    filled, _ = prefill(longest, facts)
    items = _each(lambda: [item.linkId for item in longest.walk()], 500)
    _print(
        f"completeness of {longest.name}",
        _each(lambda: problems(longest, filled), 200),
        "2 ms",
        "walking its items",
        items,
    )
    _what_if([_sheet(number, Random(number)) for number in range(SHEETS)])  # noqa: S311 -- no secret


def _sheet(number: int, chance: Random) -> Sheet:
    """Return a case unlike the others: its answers, days, committee, meeting and votes."""
    on = date(2026, 3, 20) + timedelta(days=chance.randrange(400))
    asked = (f.name for f in fields(Answers) if isinstance(f.default, bool))
    said: dict[str, Any] = {name: chance.random() < 1 / 3 for name in asked}
    terms = (versions(name)[-1] for name in parameter_names())
    starts = {
        p.name: on + timedelta(days=chance.randrange(60))
        for p in terms
        if p.unit in TERMS | {"hour", "date"} and p.since <= on
    }
    categories = [
        *Category,
        *(chance.choice(list(Category)) for _ in range(chance.randrange(3, 8))),
    ]
    committee = tuple(
        Member(c, "female" if n % 2 else "male", outside=n == 0, chair=n == 1)
        for n, c in enumerate(categories)
    )
    present = committee[: chance.randrange(3, len(committee) + 1)]
    return Sheet(
        name=f"BJ-2026-{number:06}",
        answers=replace(Answers(), **said),
        on=on,
        starts=starts,
        committee=committee,
        present=present,
        count=Count(chance.randrange(len(present) + 1), len(present), len(committee)),
        experts=(chance.randrange(4), chance.randrange(3), 5),
    )


def _what_if(sheets: list[Sheet]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "law"
        shutil.copytree(str(resources.files("law.data")), other)
        file = other / "algorithm_recommendation_2022.toml"
        text = file.read_text("utf-8")
        file.write_text(text.replace("value = 30, article = 25", "value = 20, article = 25"))
        start = perf_counter()
        told = list(whatif(other, sheets))
        taken = perf_counter() - start
        start = perf_counter()
        for sheet in sheets:
            triage(sheet.answers, on=sheet.on)
        bare = perf_counter() - start
        rows = sum(len(sheet.starts) for sheet in sheets) // SHEETS
    if {d.sheet for d in told} != {sheet.name for sheet in sheets}:
        raise RuntimeError(f"{len(told)} differences in {SHEETS} sheets")
    print(f"what-if over {SHEETS} sheets, {rows} rows each: {taken:.1f} s (<= 60 s)")
    print(f"  floor, triage alone of the same sheets: {bare:.1f} s; ratio {taken / bare:.0f}")


def _each(work: Callable[[], object], rounds: int) -> float:
    work()
    start = perf_counter()
    for _ in range(rounds):
        work()
    return (perf_counter() - start) / rounds


def _print(what: str, taken: float, limit: str, floor: str, bare: float) -> None:
    print(f"{what}: {taken * 1e6:.1f} µs (<= {limit})")
    print(f"  floor, {floor}: {bare * 1e6:.1f} µs; ratio {taken / bare:.1f}")


if __name__ == "__main__":
    main()
