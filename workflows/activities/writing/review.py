"""Papers of the ethics review, the expert re-review and the follow-up."""

from cases.ethics_review.state import CLOCK, Outcome, Review
from cases.expert_review.state import Review as ExpertReview
from cases.follow_up import FollowUp, Result
from cases.labels import OUTCOMES, RESULTS, opinion
from documents.papers import (
    AcceptanceNotice,
    Commitment,
    DecisionLetter,
    FollowUpDecision,
    Head,
    InitialOpinion,
    ReReviewOpinion,
)
from law.decision import to_opine
from law.followup import followup_due
from law.regime import governing
from law.words import Words
from records.facts import Facts
from workflows.activities.writing.base import grounds, last, signatory, words

_MEASURES = "ethics_measures_2023"


def commitment(facts: Facts, head: Head) -> Commitment:
    """Write the pledge that came with the application; the applicant signs it."""
    return Commitment(
        head=head,
        statements=(
            "申请材料真实、准确、完整，所附文件与原件一致",
            "遵守科技伦理和科研诚信要求，按批准的方案开展科技活动",
            "方案或者风险发生变化时及时报告，接受跟踪审查和监督",
        ),
        signatories=tuple(
            signatory(done) for done in last(facts, "ethics_review.submitted").values()
        ),
        grounds=grounds(_MEASURES, ("material_groups",), on=head.issued_on),
    )


def acceptance_notice(facts: Facts, head: Head) -> AcceptanceNotice:
    """Write the notice that the application is accepted."""
    review: Review = facts.state
    return AcceptanceNotice(
        head=head,
        accepted_on=review.law_day,
        due_on=review.clock(CLOCK).due_on,
        procedure=Words("会议审查程序", "meeting review"),
        grounds=grounds(_MEASURES, ("state_procedure", "decision_limit"), on=review.law_day),
    )


def initial_opinion(facts: Facts, head: Head) -> InitialOpinion:
    """Write the opinion of the committee that goes to the experts."""
    review: Review = facts.state
    needed, majorities = review.to_carry()
    listed = grounds(_MEASURES, ("expert_review_list",), on=review.law_day)
    return InitialOpinion(
        head=head,
        outcome=OUTCOMES[review.counted or ""],
        needed=needed,
        tally=_tally(review),
        reasons=_reasons(facts, *(ballot.reason for ballot in review.ballots.values())),
        grounds=(*(row.reason for row in majorities), *listed),
    )


def decision_letter(facts: Facts, head: Head) -> DecisionLetter:
    """Write the decision of the committee; who issued it signs."""
    review: Review = facts.state
    clock = review.clock(CLOCK)
    needed, majorities = review.to_carry()
    agrees = review.opinion_agrees
    written = [review.reason, *(ballot.reason for ballot in review.ballots.values())]
    special, day = review.opening.regimes, review.law_day
    tables = ("meeting_quorum", "decision_limit")
    rows = [row for table in tables for row in governing(table, special, on=day)]
    advised = () if agrees is None else ("opinion_followed",)
    followed = grounds("ethics_measures_2023", advised, on=day)
    return DecisionLetter(
        head=head,
        outcome=OUTCOMES[review.outcome or ""],
        accepted_on=review.law_day,
        due_on=clock.due_on,
        late=clock.breached,
        present=len(review.present),
        needed=needed,
        tally=_tally(review),
        opinion=None if agrees is None else opinion(agrees=agrees),
        reasons=_reasons(facts, *written),
        signatories=tuple(
            signatory(done) for done in last(facts, "ethics_review.decided").values()
        ),
        grounds=(*(row.reason for row in (*majorities, *rows)), *followed),
    )


def re_review_opinion(facts: Facts, head: Head) -> ReReviewOpinion:
    """Write the opinion of the expert group; the experts sign for their ballots."""
    review: ExpertReview = facts.state
    day = review.law_day
    ballots = review.ballots.values()
    agree = sum(ballot.agrees for ballot in ballots)
    needed, _ = to_opine(len(review.sitting), on=day)
    cast = last(facts, "expert_review.ballot_cast")
    tables = ("expert_group_minimum", "expert_majority", "expert_limit")
    return ReReviewOpinion(
        head=head,
        verdict=opinion(agrees=bool(review.agrees)),
        committee=words(facts.parties[facts.case.committee]),
        experts=len(review.sitting),
        needed=needed,
        agree=agree,
        disagree=len(ballots) - agree,
        reasons=_reasons(facts, *(ballot.reason for ballot in ballots)),
        signatories=tuple(
            signatory(cast[expert]) for expert in review.ballots if expert in cast
        ),
        grounds=grounds("ethics_measures_2023", tables, on=day),
    )


def follow_up_decision(facts: Facts, head: Head) -> FollowUpDecision:
    """Write what a follow-up review ended with; the chair who concluded it signs."""
    follow_up: FollowUp = facts.state
    opening, result = follow_up.opening, follow_up.result
    concluded = last(facts, "follow_up.concluded").values()
    goes_on = result is Result.CONTINUE
    term = followup_due(head.issued_on, opening.regimes, listed=opening.listed)
    table = "expert_followup_interval" if opening.listed else "followup_interval"
    tables = (table,) if goes_on else (table, "changed_risk")
    return FollowUpDecision(
        head=head,
        approved_on=opening.approved_on,
        result=RESULTS[result or ""],
        next_due=term.on if goes_on else None,
        reasons=tuple(text for done in concluded for text in done.words.values()),
        signatories=tuple(signatory(done) for done in concluded),
        grounds=grounds(_MEASURES, tables, on=opening.approved_on),
    )


def _tally(review: Review) -> tuple[tuple[Words, int], ...]:
    choices = [ballot.choice for ballot in review.ballots.values()]
    return tuple((OUTCOMES[outcome], choices.count(outcome)) for outcome in Outcome)


def _reasons(facts: Facts, *commitments: str) -> tuple[str, ...]:
    """Return the words behind commitments; where none were said, or they are erased, none."""
    return tuple(filter(None, (facts.texts.get(c, "") for c in commitments)))
