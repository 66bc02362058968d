"""Correction (文书更正): an issued paper is replaced by a new version, or withdrawn.

Nothing is overwritten: the paper stays where it is, and the trail says what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Literal

from cases.errors import NotEntitledError, ReasonMissingError
from cases.proceeding import By, Event, Paper, State
from cases.text import Commitment, Prose
from law.words import Words


class Stage(StrEnum):
    """Where a correction stands."""

    NEW = "new"
    ORDERED = "ordered"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What the correction is opened with: the paper as it was issued, and who issued it."""

    case: str
    ordinal: int = 1
    institution: str
    issuer: str
    paper: Paper
    committee: str = ""  # that must decide by the paper, where another body issued it


@dataclass(frozen=True, kw_only=True)
class Correction(State):
    """The state of one correction."""

    opening: Opening
    stage: Stage = Stage.NEW
    reason: Commitment = ""

    def with_paper(self, paper: Paper) -> Correction:
        """Close it with the new version."""
        return replace(super().with_paper(paper), stage=Stage.DONE)


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """A new version was ordered."""

    opening: Opening
    reason: Commitment
    kind: Literal["correction.ordered"] = "correction.ordered"

    def evolve(self, state: Correction) -> Correction:
        """Wait for the new version."""
        return replace(state, stage=Stage.ORDERED, reason=self.reason)


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """The paper was withdrawn; it is kept, and says nothing any more."""

    opening: Opening
    reason: Commitment
    kind: Literal["correction.withdrawn"] = "correction.withdrawn"

    def evolve(self, state: Correction) -> Correction:
        """End it."""
        return replace(state, stage=Stage.DONE, reason=self.reason)


@dataclass(frozen=True, kw_only=True)
class Reissue:
    """Issue the paper anew from what the records say now; who orders it signs it."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.NEW})
    paper: str  # SHA-256 of the version that is corrected
    reason: Prose
    kind: Literal["correction.reissue"] = "correction.reissue"

    def decide(self, state: Correction, by: By) -> tuple[Event, ...]:
        """Order the new version."""
        _demand_named(state, self.paper, by)
        return (Ordered(opening=state.opening, reason=_sealed(self.reason, by)),)


@dataclass(frozen=True, kw_only=True)
class Withdraw:
    """Withdraw the paper."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.NEW})
    paper: str  # SHA-256
    reason: Prose
    kind: Literal["correction.withdraw"] = "correction.withdraw"

    def decide(self, state: Correction, by: By) -> tuple[Event, ...]:
        """Withdraw it at once."""
        _demand_named(state, self.paper, by)
        return (Withdrawn(opening=state.opening, reason=_sealed(self.reason, by)),)


def _demand_named(state: Correction, paper: str, by: By) -> None:
    """Refuse an act that names another paper than this correction was opened for."""
    opening = state.opening
    if (paper, by.actor.body) != (opening.paper.sha256, opening.issuer):
        raise NotEntitledError(
            Words(
                f"本次更正针对 {opening.paper.number}，由签发机构办理",
                f"this correction is of {opening.paper.number}, by the body that issued it",
            )
        )


def _sealed(reason: str, by: By) -> Commitment:
    if not reason:
        raise ReasonMissingError(
            Words("更正或者撤回须说明理由", "a correction needs its reason")
        )
    return by.seal("reason", reason)
