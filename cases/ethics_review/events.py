"""What happened in an ethics review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from cases.ethics_review.state import Ballot, Opening, Outcome, Review, Stage
from cases.text import Commitment


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """The application came in; the version is frozen."""

    opening: Opening
    pledged: bool
    kind: Literal["ethics_review.submitted"] = "ethics_review.submitted"

    def evolve(self, state: Review) -> Review:
        """Open the review."""
        return replace(state, stage=Stage.SUBMITTED)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The committee took the case; the 30 days began."""

    on: date
    pathway: Literal["meeting"] = "meeting"
    kind: Literal["ethics_review.accepted"] = "ethics_review.accepted"

    def evolve(self, state: Review) -> Review:
        """Begin the review."""
        return replace(state, stage=Stage.REVIEWING, accepted_on=self.on)


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A member declared that no interest stands in the way."""

    member: str
    kind: Literal["ethics_review.declared"] = "ethics_review.declared"

    def evolve(self, state: Review) -> Review:
        """Open the case to the member."""
        return replace(state, declared=(*state.declared, self.member))


@dataclass(frozen=True, kw_only=True)
class Recused:
    """A member stepped aside and has left the room."""

    member: str
    reason: Commitment
    kind: Literal["ethics_review.recused"] = "ethics_review.recused"

    def evolve(self, state: Review) -> Review:
        """Take the member out of the room, the quorum and the vote."""
        # Once counted, the vote stands as it was.
        gone = self.member if state.counted is None else None
        ballots = {m: b for m, b in state.ballots.items() if m != gone}
        return replace(
            state,
            declared=tuple(m for m in state.declared if m != self.member),
            recused=(*state.recused, self.member),
            present=tuple(m for m in state.present if m != gone),
            ballots=ballots,
        )


@dataclass(frozen=True, kw_only=True)
class MeetingOpened:
    """The meeting was opened with a quorum."""

    present: tuple[str, ...]
    kind: Literal["ethics_review.meeting_opened"] = "ethics_review.meeting_opened"

    def evolve(self, state: Review) -> Review:
        """Seat those present."""
        return replace(state, stage=Stage.MEETING, present=self.present)


@dataclass(frozen=True, kw_only=True)
class AttendanceRecorded:
    """Somebody came or left."""

    present: tuple[str, ...]
    kind: Literal["ethics_review.attendance_recorded"] = "ethics_review.attendance_recorded"

    def evolve(self, state: Review) -> Review:
        """Seat those present; who left takes their ballot along."""
        ballots = {m: b for m, b in state.ballots.items() if m in self.present}
        return replace(state, present=self.present, ballots=ballots)


@dataclass(frozen=True, kw_only=True)
class VoteOpened:
    """An open vote began."""

    round: int
    kind: Literal["ethics_review.vote_opened"] = "ethics_review.vote_opened"

    def evolve(self, state: Review) -> Review:
        """Begin with an empty box."""
        return replace(state, stage=Stage.VOTING, round=self.round, ballots={})


@dataclass(frozen=True, kw_only=True)
class BallotCast:
    """A member voted, or voted anew."""

    member: str
    round: int
    ballot: Ballot
    kind: Literal["ethics_review.ballot_cast"] = "ethics_review.ballot_cast"

    def evolve(self, state: Review) -> Review:
        """Put the ballot in the box; a member has one."""
        return replace(state, ballots={**state.ballots, self.member: self.ballot})


@dataclass(frozen=True, kw_only=True)
class VotesCounted:
    """The vote was closed and counted; without a majority there is no outcome."""

    round: int
    present: int
    needed: int
    tally: Mapping[Outcome, int]
    outcome: Outcome | None
    law: tuple[str, ...]
    kind: Literal["ethics_review.votes_counted"] = "ethics_review.votes_counted"

    def evolve(self, state: Review) -> Review:
        """Go on by the outcome; without one the meeting may vote again."""
        if self.outcome is None:
            return replace(state, stage=Stage.MEETING)
        to_experts = state.for_experts(self.outcome)
        stage = Stage.OPINION if to_experts else Stage.DECIDING
        return replace(state, stage=stage, counted=self.outcome)


@dataclass(frozen=True, kw_only=True)
class OpinionReceived:
    """The expert re-review sent its opinion."""

    agrees: bool
    source: str
    kind: Literal["ethics_review.opinion_received"] = "ethics_review.opinion_received"

    def evolve(self, state: Review) -> Review:
        """Go on to the decision; against a disagreeing opinion the committee meets anew."""
        if self.agrees:
            return replace(state, stage=Stage.DECIDING, opinion_agrees=True)
        return replace(
            state,
            stage=Stage.REVIEWING,
            opinion_agrees=False,
            counted=None,
            present=(),
            ballots={},
        )


@dataclass(frozen=True, kw_only=True)
class Decided:
    """The committee decided."""

    outcome: Outcome
    reason: Commitment
    law: tuple[str, ...]
    on: date
    kind: Literal["ethics_review.decided"] = "ethics_review.decided"

    def evolve(self, state: Review) -> Review:
        """End the review."""
        return replace(
            state,
            stage=Stage.DECIDED,
            outcome=self.outcome,
            decided_on=self.on,
            reason=self.reason,
        )
