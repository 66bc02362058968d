"""The duties that answers open, as `law/data/triage/duties.toml` has them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from law.conclusion import true
from law.parameters import instrument_data, source


def facts(kind: str) -> tuple[str, ...]:
    """Return the answers that make up a fact, e.g. of an AI activity."""
    return _facts(source())[kind]


def rules() -> tuple["Rule", ...]:
    """Return the rules of the data that is read now."""
    return _rules(source())


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of `triage/duties.toml`: the duty of a row, and the answers that open it."""

    row: str
    when: tuple[str, ...]  # all are true
    sets: tuple[tuple[str, ...], ...]  # of each, one is
    chosen: tuple[tuple[str, tuple[str, ...]], ...]  # the choice is among these
    of_review: bool  # holds only where there is a review

    _read: Callable[[object], object] = field(init=False, repr=False, compare=False)
    _known: dict[object, tuple[str, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict[object, tuple[str, ...]]
    )

    def __post_init__(self) -> None:
        """Find the answers that it reads: few, so that what follows from them is kept."""
        asked = {*self.when, *(name for names in self.sets for name in names)}
        asked |= {name for name, _ in self.chosen}
        object.__setattr__(self, "_read", attrgetter(*sorted(asked)))

    def fired(self, answers: object) -> tuple[str, ...]:
        """Return the answers that fire it; none when it does not."""
        said = self._read(answers)
        if (found := self._known.get(said)) is None:
            found = self._known[said] = self._judged(answers)
        return found

    def _judged(self, answers: object) -> tuple[str, ...]:
        for name in self.when:
            if not getattr(answers, name):
                return ()
        for name, choices in self.chosen:
            if getattr(answers, name) not in choices:
                return ()
        return self._fired_by(answers)

    def _fired_by(self, answers: object) -> tuple[str, ...]:
        because = self.when
        for names in self.sets:
            some = true(answers, *names)
            if not some:
                return ()
            because = (*because, *(name for name in some if name not in because))
        return (*because, *(name for name, _ in self.chosen))


@lru_cache(maxsize=16)
def _facts(folder: Path | None) -> dict[str, tuple[str, ...]]:  # noqa: ARG001 -- the key
    kinds = instrument_data("triage/duties")["facts"]
    return {kind: tuple(answers) for kind, answers in kinds.items()}


@lru_cache(maxsize=16)
def _rules(folder: Path | None) -> tuple[Rule, ...]:
    data = instrument_data("triage/duties")
    made_of = _facts(folder)

    def sets(rule: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
        kinds: str | list[str] = rule.get("any", [])
        return tuple(made_of[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))

    return tuple(
        Rule(
            rule["row"],
            tuple(rule["when"]),
            sets(rule),
            tuple((n, tuple(rule[n])) for n in ("model_use", "safety_trigger") if n in rule),
            bool(rule.get("of_review", False)),
        )
        for rule in data["duty"]
    )
