"""Clocks and papers: what happens in every proceeding, whatever it is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Literal

from cases.errors import AlreadyDoneError
from cases.proceeding import By, Clock, Event, Paper, State
from law.clock import Due
from law.parameters import parameter
from law.words import Words


@dataclass(frozen=True, kw_only=True)
class ClockStarted:
    """A time limit began to run."""

    clock: Clock
    kind: Literal["clock.started"] = "clock.started"

    def evolve(self, state: State) -> State:
        """Add the clock."""
        return replace(state, clocks=(*state.clocks, self.clock))


@dataclass(frozen=True, kw_only=True)
class ClockStopped:
    """What the time limit was for was done."""

    name: str
    at: datetime
    kind: Literal["clock.stopped"] = "clock.stopped"

    def evolve(self, state: State) -> State:
        """Stop the clock."""
        return state.with_clock(self.name, stopped_at=self.at)


@dataclass(frozen=True, kw_only=True)
class ClockReminded:
    """Most of the term had passed."""

    name: str
    kind: Literal["clock.reminded"] = "clock.reminded"

    def evolve(self, state: State) -> State:
        """Remember that the reminder went out."""
        return state.with_clock(self.name, reminded=True)


@dataclass(frozen=True, kw_only=True)
class ClockBreached:
    """The term ended before what it was for was done. It stays on the record."""

    name: str
    due_on: date
    kind: Literal["clock.breached"] = "clock.breached"

    def evolve(self, state: State) -> State:
        """Remember the breach."""
        return state.with_clock(self.name, breached=True)


@dataclass(frozen=True, kw_only=True)
class PaperIssued:
    """A paper was rendered, signed and stored."""

    paper: Paper
    kind: Literal["paper.issued"] = "paper.issued"

    def evolve(self, state: State) -> State:
        """Add the paper."""
        return state.with_paper(self.paper)


@dataclass(frozen=True, kw_only=True)
class Remind:
    """Remind those a clock runs against."""

    stages: ClassVar[frozenset[str]] = frozenset()
    name: str
    kind: Literal["clock.remind"] = "clock.remind"

    def decide(self, state: State, by: By) -> tuple[Event, ...]:  # noqa: ARG002 -- one shape
        """Remind once, and only while the clock runs."""
        clock = state.clock(self.name)
        if not clock.running or clock.reminded:
            raise AlreadyDoneError(Words("无需提醒", "nothing to remind of"))
        return (ClockReminded(name=self.name),)


@dataclass(frozen=True, kw_only=True)
class Breach:
    """Record that a term ended unmet."""

    stages: ClassVar[frozenset[str]] = frozenset()
    name: str
    kind: Literal["clock.breach"] = "clock.breach"

    def decide(self, state: State, by: By) -> tuple[Event, ...]:
        """Record the breach once, and only after the term."""
        clock = state.clock(self.name)
        if not clock.running or clock.breached or by.at < clock.ends_at:
            raise AlreadyDoneError(Words("期限未逾期", "the term is not breached"))
        return (ClockBreached(name=self.name, due_on=clock.due_on),)


@dataclass(frozen=True, kw_only=True)
class RecordPaper:
    """Enter an issued paper in the record."""

    stages: ClassVar[frozenset[str]] = frozenset()
    paper: Paper
    kind: Literal["paper.record"] = "paper.record"

    def decide(self, state: State, by: By) -> tuple[Event, ...]:  # noqa: ARG002 -- one shape
        """Record each paper once."""
        known = {(paper.template, paper.number, paper.version) for paper in state.papers}
        if (self.paper.template, self.paper.number, self.paper.version) in known:
            raise AlreadyDoneError(Words("文书已经签发", "the paper was issued already"))
        return (PaperIssued(paper=self.paper),)


def start_clock(name: str, due: Due, by: By) -> ClockStarted:
    """Start a clock; the reminder comes after a share of the term set by office policy."""
    share = parameter("office_policy.reminder_share", on=by.day).value
    term = due.at - by.at
    return ClockStarted(
        clock=Clock(
            name=name,
            row=due.parameter.row,
            started_on=due.start,
            due_on=due.on,
            ends_at=due.at,
            remind_at=by.at + term * share.numerator / share.denominator,
            provisional=due.provisional,
        )
    )


def stop_clock(state: State, name: str, by: By) -> tuple[Event, ...]:
    """Stop a clock; one that ended unmet is breached first, so that lateness is on record."""
    clock = state.clock(name)
    stopped = ClockStopped(name=name, at=by.at)
    if by.at >= clock.ends_at and not clock.breached:
        return (ClockBreached(name=name, due_on=clock.due_on), stopped)
    return (stopped,)


ClockEvent = ClockStarted | ClockStopped | ClockReminded | ClockBreached | PaperIssued
EngineAct = Remind | Breach | RecordPaper
