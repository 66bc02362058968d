"""The committee's vote: open, cast, change, count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from cases.clocks import stop_clock
from cases.errors import (
    AlreadyDoneError,
    NotEntitledError,
    ReasonMissingError,
    RuleNotMetError,
)
from cases.ethics_review.events import BallotCast, VoteOpened, VotesCounted
from cases.ethics_review.room import demand_quorum, seated
from cases.ethics_review.state import CLOCK, Ballot, Outcome, Review, Stage
from cases.proceeding import By, Event
from cases.text import Prose
from law.words import Words


@dataclass(frozen=True, kw_only=True)
class OpenVote:
    """Open a named vote."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.MEETING})
    kind: Literal["ethics_review.open_vote"] = "ethics_review.open_vote"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:  # noqa: ARG002 -- one shape
        """Open the next round, if there is a quorum."""
        demand_quorum(state)
        return (VoteOpened(round=state.round + 1),)


@dataclass(frozen=True, kw_only=True)
class CastBallot:
    """Vote."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.VOTING})
    choice: Outcome
    reason: Prose = ""
    kind: Literal["ethics_review.cast_ballot"] = "ethics_review.cast_ballot"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:
        """Accept one ballot for each member present."""
        if by.actor.person in state.ballots:
            raise AlreadyDoneError(
                Words(
                    "本轮已经投票；更改请用 ethics_review.change_ballot",
                    "voted in this round; to change, use ethics_review.change_ballot",
                )
            )
        return (_ballot(state, self, by),)


@dataclass(frozen=True, kw_only=True)
class ChangeBallot:
    """Change one's vote while the vote is open."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.VOTING})
    choice: Outcome
    reason: Prose = ""
    kind: Literal["ethics_review.change_ballot"] = "ethics_review.change_ballot"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:
        """Replace the ballot; there must be one."""
        if by.actor.person not in state.ballots:
            raise NotEntitledError(Words("本轮尚未投票", "no ballot in this round yet"))
        return (_ballot(state, self, by),)


@dataclass(frozen=True, kw_only=True)
class CountVotes:
    """Close the vote and count."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.VOTING})
    kind: Literal["ethics_review.count_votes"] = "ethics_review.count_votes"

    def decide(self, state: Review, by: By) -> tuple[Event, ...]:
        """Count against two thirds of those present (Art. 16), if the quorum held.

        For medical research more than half of all members is needed, too.
        """
        demand_quorum(state)
        needed, rows = state.to_carry()
        choices = [ballot.choice for ballot in state.ballots.values()]
        tally = {outcome: choices.count(outcome) for outcome in Outcome}
        outcome = next((o for o in Outcome if tally[o] >= needed), None)
        counted = VotesCounted(
            round=state.round,
            present=len(state.present),
            needed=needed,
            tally=tally,
            outcome=outcome,
            law=tuple(row.row for row in rows),
        )
        initial = outcome is not None and state.for_experts(outcome)
        return (counted, *(stop_clock(state, CLOCK, by) if initial else ()))


def _ballot(state: Review, act: CastBallot | ChangeBallot, by: By) -> BallotCast:
    member = seated(state, by.actor.person)
    if member not in state.present:
        raise NotEntitledError(Words(f"{member} 未到会", f"{member} is not present"))
    if not (finding := state.follows_opinion(act.choice)):
        raise RuleNotMetError(finding)
    if act.choice is not Outcome.APPROVE and not act.reason:
        raise ReasonMissingError(Words("该票须说明理由", "this vote needs its reason"))
    ballot = Ballot(choice=act.choice, reason=by.seal("reason", act.reason))
    return BallotCast(member=member, round=state.round, ballot=ballot)
