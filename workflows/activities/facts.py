"""Write papers from what the records know. One function per paper."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.ethics_review.state import CLOCK, Outcome, Review
from cases.expert_review.state import Review as ExpertReview
from cases.filing import Filing
from cases.labels import OUTCOMES, ROLES, ROLES_IN_FILING, opinion
from documents.papers import (
    AnyPaper,
    DecisionLetter,
    FilingNotice,
    Head,
    ReReviewOpinion,
    Signatory,
)
from law.decision import to_opine
from law.filing_number import parse
from law.finding import Reason
from law.parameters import ground
from law.regime import governing
from law.words import Words
from records.papers import Done, Facts
from records.tables import Party


@dataclass(frozen=True, slots=True)
class Sheet:
    """The circumstances of a paper: its number, its proceeding, its day, its address."""

    number: str
    proceeding: str
    day: date
    verify_at: str


def issuer_of(template: str, facts: Facts) -> Party:
    """Return the body that issues a paper."""
    name = {
        "decision_letter": "committee",
        "re_review_opinion": "organiser",
        "filing_notice": "authority",
    }[template]
    return facts.parties[getattr(facts.state.opening, name)]


def write(template: str, facts: Facts, sheet: Sheet) -> AnyPaper:
    """Return a paper, written."""
    issuer = issuer_of(template, facts)
    head = Head(
        number=sheet.number,
        case=facts.case.number,
        proceeding=sheet.proceeding,
        issuer=_words(issuer),
        addressee=_words(facts.parties[facts.case.institution]),
        project=facts.answers["project"]["title"],
        issued_on=sheet.day,
        verify_at=sheet.verify_at,
    )
    return _WRITERS[template](facts, head)


def _decision_letter(facts: Facts, head: Head) -> DecisionLetter:
    review: Review = facts.state
    clock = review.clock(CLOCK)
    needed, majorities = review.to_carry()
    choices = [ballot.choice for ballot in review.ballots.values()]
    agrees = review.opinion_agrees
    written = [review.reason, *(ballot.reason for ballot in review.ballots.values())]
    reasons = [facts.texts.get(commitment, "") for commitment in written]
    special, day = review.opening.regimes, review.law_day
    tables = ("meeting_quorum", "decision_limit")
    rows = [row for table in tables for row in governing(table, special, on=day)]
    advised = () if agrees is None else ("opinion_followed",)
    followed = _grounds("ethics_measures_2023", advised, on=day)
    return DecisionLetter(
        head=head,
        outcome=OUTCOMES[review.outcome or ""],
        accepted_on=review.law_day,
        due_on=clock.due_on,
        late=clock.breached,
        present=len(review.present),
        needed=needed,
        tally=tuple((OUTCOMES[o], choices.count(o)) for o in Outcome),
        opinion=None if agrees is None else opinion(agrees=agrees),
        reasons=tuple(filter(None, reasons)),
        signatories=tuple(
            _signatory(done, ROLES[done.role])
            for done in _last(facts, "ethics_review.decided").values()
        ),
        grounds=(*(row.reason for row in (*majorities, *rows)), *followed),
    )


def _re_review_opinion(facts: Facts, head: Head) -> ReReviewOpinion:
    review: ExpertReview = facts.state
    day = review.law_day
    ballots = review.ballots.values()
    agree = sum(ballot.agrees for ballot in ballots)
    needed, _ = to_opine(len(review.sitting), on=day)
    cast = _last(facts, "expert_review.ballot_cast")
    tables = ("expert_group_minimum", "expert_majority", "expert_limit")
    return ReReviewOpinion(
        head=head,
        verdict=opinion(agrees=bool(review.agrees)),
        committee=_words(facts.parties[facts.case.committee]),
        experts=len(review.sitting),
        needed=needed,
        agree=agree,
        disagree=len(ballots) - agree,
        reasons=tuple(filter(None, (facts.texts.get(b.reason, "") for b in ballots))),
        signatories=tuple(
            _signatory(cast[expert], ROLES["expert"])
            for expert in review.ballots
            if expert in cast
        ),
        grounds=_grounds("ethics_measures_2023", tables, on=day),
    )


def _filing_notice(facts: Facts, head: Head) -> FilingNotice:
    filing: Filing = facts.state
    number = parse(filing.number)
    warning = Words(
        "编号校验位与推算规则不符，按原件登记",
        "the number fails the derived check digit and is recorded as printed",
    )
    asked = facts.answers["filing"]
    return FilingNotice(
        head=head,
        filing_number=filing.number,
        algorithm=asked["algorithm_name"],
        algorithm_class=number.algorithm_class.words,
        role=ROLES_IN_FILING[filing.opening.role],
        product=facts.answers["service"]["name"],
        purpose=asked["scenario"],
        warning=None if number.check_holds else warning,
        grounds=_grounds(
            "algorithm_recommendation_2022",
            ("examination", "display"),
            on=head.issued_on,
        ),
    )


_WRITERS: Final[dict[str, Callable[[Facts, Head], AnyPaper]]] = {
    "decision_letter": _decision_letter,
    "re_review_opinion": _re_review_opinion,
    "filing_notice": _filing_notice,
}


def _signatory(done: Done, role: Words) -> Signatory:
    return Signatory(
        person=done.person,
        name=done.name.zh,
        role=role,
        act=done.kind,
        event=done.leaf,
    )


def _last(facts: Facts, kind: str) -> dict[str, Done]:
    """Return, by person, the last event of a kind that each brought about."""
    return {done.person: done for done in facts.done if done.kind == kind}


def _grounds(instrument: str, tables: Iterable[str], *, on: date) -> tuple[Reason, ...]:
    return tuple(ground(f"{instrument}.{table}", on=on) for table in tables)


def _words(party: Party) -> Words:
    return Words(party.name, party.name_en)
