"""Law and forms: due day, triage, completeness, what-if; beside a bare loop each."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from time import perf_counter

from cases.dossier import self_review
from demo.facts import read_dossier
from forms.completeness import problems
from forms.library import names, questionnaire
from forms.prefill import prefill
from law.clock import due
from law.counterfactual import counterfactuals
from law.parameters import named, parameter
from law.triage import triage
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

    fields = _each(lambda: [getattr(answers, f) for f in answers.__slots__], 5_000)
    _print(
        "triage with counterfactuals",
        _each(judged, 200),
        "5 ms",
        "reading every answer once",
        fields,
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
    _what_if(Sheet(name="x", answers=answers, on=_DAY, starts={limit.name: _DAY}))


def _what_if(sheet: Sheet) -> None:
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "law"
        shutil.copytree(str(resources.files("law.data")), other)
        file = other / "algorithm_recommendation_2022.toml"
        text = file.read_text("utf-8")
        file.write_text(text.replace("value = 30, article = 25", "value = 20, article = 25"))
        sheets = [sheet] * SHEETS
        start = perf_counter()
        found = sum(1 for _ in whatif(other, sheets))
        taken = perf_counter() - start
        start = perf_counter()
        for one in sheets:
            hash(one.answers)
        bare = perf_counter() - start
    if found != SHEETS:
        raise RuntimeError(f"{found} differences in {SHEETS} sheets")
    print(f"what-if over {SHEETS} sheets: {taken:.1f} s (<= 60 s)")
    print(f"  floor, a bare loop over the same sheets: {bare:.3f} s; ratio {taken / bare:.0f}")


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
