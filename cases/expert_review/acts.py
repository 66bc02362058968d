"""What people do in an expert re-review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from cases.clocks import start_clock, stop_clock
from cases.errors import (
    AlreadyDoneError,
    ConflictError,
    NoQuorumError,
    NotEntitledError,
    ReasonMissingError,
    UndeclaredError,
)
from cases.expert_review.events import (
    Accepted,
    Applied,
    BallotCast,
    Declared,
    GroupFormed,
    Recused,
    VoteOpened,
    VotesCounted,
)
from cases.expert_review.state import CLOCK, Ballot, Review, Stage
from cases.proceeding import By, Event
from cases.text import Prose
from law.clock import due
from law.decision import opinion, to_opine
from law.expert_group import composition, exclusions
from law.parameters import parameter
from law.words import Words


@dataclass(frozen=True, kw_only=True)
class Apply:
    """Apply for the re-review with the materials of Art. 27."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.NEW})
    kind: Literal["expert_review.apply"] = "expert_review.apply"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:
        """Start the 30 days from receipt (Art. 31)."""
        limit = parameter("ethics_measures_2023.expert_limit", on=by.day)
        return (
            Applied(opening=state.opening),
            start_clock(CLOCK, due(by.day, limit), by),
        )


@dataclass(frozen=True, kw_only=True)
class Accept:
    """Accept the application."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.APPLIED})
    kind: Literal["expert_review.accept"] = "expert_review.accept"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:  # noqa: ARG002 -- one shape
        """Take it in."""
        return (Accepted(),)


@dataclass(frozen=True, kw_only=True)
class FormGroup:
    """Form the expert group, or form it anew before the vote."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.ACCEPTED, Stage.FORMED})
    experts: tuple[str, ...]
    kind: Literal["expert_review.form_group"] = "expert_review.form_group"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:
        """Seat the group, if nobody is excluded and it is large and mixed enough (Art. 28)."""
        known = {expert.id: expert for expert in by.people}
        if unknown := [e for e in self.experts if e not in known or e in state.recused]:
            names = "、".join(unknown)
            raise NotEntitledError(
                Words(
                    f"{names} 不在专家库或者已经回避",
                    f"not in the pool, or recused: {names}",
                )
            )
        group = tuple(known[e] for e in dict.fromkeys(self.experts))
        if not (excluded := exclusions(group, state.opening.reviewed, on=state.law_day)):
            raise ConflictError(excluded)
        if not (short := composition(group, on=state.law_day)):
            raise NoQuorumError(short)
        row = parameter("ethics_measures_2023.expert_group_minimum", on=state.law_day)
        return (GroupFormed(group=group, law=(row.row,)),)


@dataclass(frozen=True, kw_only=True)
class Declare:
    """Declare interests; a conflict recuses."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.FORMED, Stage.VOTING})
    conflict: bool
    reason: Prose = ""
    kind: Literal["expert_review.declare"] = "expert_review.declare"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:
        """Record the declaration; a conflict may follow a clean one, never the reverse."""
        expert = _sitting(state, by.actor.person)
        if expert in state.declared and not self.conflict:
            raise AlreadyDoneError(Words("已经声明", "declared already"))
        if not self.conflict:
            return (Declared(expert=expert),)
        if not self.reason:
            raise ReasonMissingError(Words("回避须说明理由", "a recusal needs its reason"))
        return (Recused(expert=expert, reason=by.seal("reason", self.reason)),)


@dataclass(frozen=True, kw_only=True)
class OpenVote:
    """Open the vote."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.FORMED})
    kind: Literal["expert_review.open_vote"] = "expert_review.open_vote"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:  # noqa: ARG002 -- one shape
        """Open the next round, if the group still holds and all have declared (Art. 28)."""
        if not (finding := composition(state.sitting, on=state.law_day)):
            raise NoQuorumError(finding)
        if silent := [e.id for e in state.sitting if e.id not in state.declared]:
            names = "、".join(silent)
            raise UndeclaredError(
                Words(f"{names} 尚未声明利益冲突", f"no declaration of interests: {names}")
            )
        return (VoteOpened(round=state.round + 1),)


@dataclass(frozen=True, kw_only=True)
class CastBallot:
    """Vote: agree or disagree with the initial opinion (Arts. 29, 30)."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.VOTING})
    agrees: bool
    reason: Prose = ""
    kind: Literal["expert_review.cast_ballot"] = "expert_review.cast_ballot"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:
        """Accept one ballot for each expert."""
        if by.actor.person in state.ballots:
            raise AlreadyDoneError(
                Words(
                    "本轮已经投票；更改请用 expert_review.change_ballot",
                    "voted in this round; to change, use expert_review.change_ballot",
                )
            )
        return (_ballot(state, self, by),)


@dataclass(frozen=True, kw_only=True)
class ChangeBallot:
    """Change one's vote while the vote is open."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.VOTING})
    agrees: bool
    reason: Prose = ""
    kind: Literal["expert_review.change_ballot"] = "expert_review.change_ballot"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:
        """Replace the ballot; there must be one."""
        if by.actor.person not in state.ballots:
            raise NotEntitledError(Words("本轮尚未投票", "no ballot in this round yet"))
        return (_ballot(state, self, by),)


@dataclass(frozen=True, kw_only=True)
class CountVotes:
    """Close the vote and count."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.VOTING})
    kind: Literal["expert_review.count_votes"] = "expert_review.count_votes"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:
        """Count against two thirds of all experts, not of those voting (Art. 30)."""
        experts = len(state.sitting)
        needed, row = to_opine(experts, on=state.law_day)
        agree = sum(ballot.agrees for ballot in state.ballots.values())
        disagree = len(state.ballots) - agree
        verdict, _ = opinion(agree, disagree, experts, on=state.law_day)
        counted = VotesCounted(
            round=state.round,
            experts=experts,
            needed=needed,
            agree=agree,
            disagree=disagree,
            agrees=verdict,
            law=(row.row,),
        )
        return (counted, *(() if verdict is None else stop_clock(state, CLOCK, by)))


def _sitting(state: Review, person: str) -> str:
    if person not in {expert.id for expert in state.sitting}:
        raise NotEntitledError(
            Words(f"{person} 不在本复核专家组", f"{person} does not sit in this group")
        )
    return person


def _ballot(state: Review, act: CastBallot | ChangeBallot, by: By) -> BallotCast:
    expert = _sitting(state, by.actor.person)
    if not act.reason:
        raise ReasonMissingError(
            Words("须就合规性与合理性说明理由", "say why: compliance and reasonableness")
        )
    ballot = Ballot(agrees=act.agrees, reason=by.seal("reason", act.reason))
    return BallotCast(expert=expert, round=state.round, ballot=ballot)
