"""What happened in an expert re-review."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from cases.expert_review.state import Ballot, Opening, Review, Stage
from cases.text import Commitment
from law.expert_group import Candidate


@dataclass(frozen=True, kw_only=True)
class Applied:
    """The institution applied; the 30 days of Art. 31 began."""

    opening: Opening
    kind: Literal["expert_review.applied"] = "expert_review.applied"

    def evolve(self, state: Review) -> Review:
        """Open the re-review."""
        return replace(state, stage=Stage.APPLIED)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The organiser took the application."""

    kind: Literal["expert_review.accepted"] = "expert_review.accepted"

    def evolve(self, state: Review) -> Review:
        """Go on to form the group."""
        return replace(state, stage=Stage.ACCEPTED)


@dataclass(frozen=True, kw_only=True)
class GroupFormed:
    """The expert group was formed, or formed anew."""

    group: tuple[Candidate, ...]
    law: tuple[str, ...]
    kind: Literal["expert_review.group_formed"] = "expert_review.group_formed"

    def evolve(self, state: Review) -> Review:
        """Seat the group; who stays need not declare again."""
        ids = {expert.id for expert in self.group}
        declared = tuple(e for e in state.declared if e in ids)
        return replace(state, stage=Stage.FORMED, group=self.group, declared=declared)


@dataclass(frozen=True, kw_only=True)
class Declared:
    """An expert declared that no interest stands in the way."""

    expert: str
    kind: Literal["expert_review.declared"] = "expert_review.declared"

    def evolve(self, state: Review) -> Review:
        """Open the dossier to the expert."""
        return replace(state, declared=(*state.declared, self.expert))


@dataclass(frozen=True, kw_only=True)
class Recused:
    """An expert stepped aside; the group must be formed anew if it falls short."""

    expert: str
    reason: Commitment
    kind: Literal["expert_review.recused"] = "expert_review.recused"

    def evolve(self, state: Review) -> Review:
        """Take the expert out; an open vote ends without a count."""
        return replace(
            state,
            stage=Stage.FORMED,
            declared=tuple(e for e in state.declared if e != self.expert),
            recused=(*state.recused, self.expert),
            ballots={},
        )


@dataclass(frozen=True, kw_only=True)
class VoteOpened:
    """The experts vote."""

    round: int
    kind: Literal["expert_review.vote_opened"] = "expert_review.vote_opened"

    def evolve(self, state: Review) -> Review:
        """Begin with an empty box."""
        return replace(state, stage=Stage.VOTING, round=self.round, ballots={})


@dataclass(frozen=True, kw_only=True)
class BallotCast:
    """An expert voted, or voted anew."""

    expert: str
    round: int
    ballot: Ballot
    kind: Literal["expert_review.ballot_cast"] = "expert_review.ballot_cast"

    def evolve(self, state: Review) -> Review:
        """Put the ballot in the box; an expert has one."""
        return replace(state, ballots={**state.ballots, self.expert: self.ballot})


@dataclass(frozen=True, kw_only=True)
class VotesCounted:
    """The vote was counted against all experts; without two thirds there is no opinion."""

    round: int
    experts: int
    needed: int
    agree: int
    disagree: int
    agrees: bool | None
    law: tuple[str, ...]
    kind: Literal["expert_review.votes_counted"] = "expert_review.votes_counted"

    def evolve(self, state: Review) -> Review:
        """Give the opinion, or let the group confer and vote again."""
        stage = Stage.FORMED if self.agrees is None else Stage.GIVEN
        return replace(state, stage=stage, agrees=self.agrees)
