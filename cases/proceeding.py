"""What all proceedings share: who acts when, clocks, papers, and the way of an act.

`decide(state, act, by)` answers with events or raises a refusal; `evolve(state, event)`
applies one. Neither reads a clock nor touches the world: the moment comes in `By`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol, Self, TypeVar

from cases.errors import LawNotInForceError, WrongStageError
from cases.text import Commitment, check, commitment, field_salt
from law.clock import china_day
from law.expert_group import Candidate
from law.parameters import NotInForceError
from law.words import Words


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, for which body, in which capacity. Ids are surrogates."""

    person: str
    body: str
    role: str


SYSTEM = Actor(person="system", body="system", role="system")


@dataclass(frozen=True, kw_only=True)
class By:
    """The circumstances of an act: who, when, and what the records know of people it names."""

    actor: Actor
    at: datetime  # aware, UTC; from the workflow
    salt: str = "00" * 32
    people: tuple[Candidate, ...] = ()

    @property
    def day(self) -> date:
        """The calendar day in China."""
        return china_day(self.at)

    def seal(self, path: str, value: str) -> Commitment:
        """Commit to the words at a path of the act; no words, no commitment."""
        return commitment(path, field_salt(self.salt, path), value) if value else ""


class Event(Protocol):
    """Something that happened; `kind` is `<proceeding>.<past participle>`."""

    @property
    def kind(self) -> str:
        """The name of what happened."""
        ...

    def evolve(self, state: Any) -> Any:
        """Return the state after it happened."""
        ...


class Standalone:
    """An event of no proceeding: of a case itself, a body, a person."""

    def evolve(self, state: Any) -> Any:
        """Change no state: there is none."""
        return state


class Act(Protocol):
    """Something a person or the system does; `kind` is also the act the policy speaks of."""

    stages: ClassVar[frozenset[str]]

    @property
    def kind(self) -> str:
        """The name of the act."""
        ...

    def decide(self, state: Any, by: By) -> tuple[Event, ...]:
        """Return what happens, or raise a refusal."""
        ...


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A running time limit."""

    name: str
    row: str  # the row of the law, `<file>.<table>@<since>`
    started_on: date
    due_on: date
    ends_at: datetime
    remind_at: datetime
    provisional: tuple[int, ...] = ()
    reminded: bool = False
    breached: bool = False
    stopped_at: datetime | None = None

    @property
    def running(self) -> bool:
        """Tell whether the clock still runs."""
        return self.stopped_at is None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper that was issued in a proceeding."""

    template: str
    number: str
    sha256: str
    version: int = 1
    of: str = ""  # the proceeding whose number it bears; empty: the one that issued it
    replaces: str = ""  # SHA-256 of the version before
    as_of: int = 0  # the last event of its proceeding that it may speak of; 0: of all


@dataclass(frozen=True, kw_only=True)
class State:
    """The part of a state that every proceeding has."""

    stage: StrEnum
    clocks: tuple[Clock, ...] = ()
    papers: tuple[Paper, ...] = ()

    def clock(self, name: str) -> Clock:
        """Return the newest clock of a name; `KeyError` when none was started."""
        for clock in reversed(self.clocks):
            if clock.name == name:
                return clock
        raise KeyError(name)

    def with_clock(self, name: str, **changes: Any) -> Self:
        """Return the state with the newest clock of a name changed."""
        current = self.clock(name)
        changed = replace(current, **changes)
        return replace(self, clocks=tuple(changed if c is current else c for c in self.clocks))

    def with_paper(self, paper: Paper) -> Self:
        """Return the state with one more paper."""
        return replace(self, papers=(*self.papers, paper))


S = TypeVar("S", bound=State)
_NEW: Final = "new"  # the stage every proceeding begins at, before its opening act


def decide(state: State, act: Act, by: By) -> tuple[Event, ...]:
    """Return the events an act causes.

    Raises:
        CaseError: The act is refused; the state is as it was.
    """
    # Acts of the engine name no stage: they are open once the proceeding is.
    if state.stage not in act.stages and (act.stages or str(state.stage) == _NEW):
        raise WrongStageError(state.stage, act.kind)
    check(act)
    try:
        return act.decide(state, by)
    except NotInForceError as error:
        raise LawNotInForceError(Words(f"规则尚未施行：{error}", str(error))) from None


def evolve(state: S, event: Event) -> S:
    """Return the state after an event."""
    changed: S = event.evolve(state)
    return changed
