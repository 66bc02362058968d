"""Write papers from what the records know. One function per paper."""

from collections.abc import Callable
from typing import Final, NamedTuple

from documents.papers import AnyPaper, Head
from records.facts import Facts
from records.tables import Party
from workflows.activities.writing import filing, review
from workflows.activities.writing.base import Sheet, head, signatory


class _Writer(NamedTuple):
    """Who issues a paper, as the proceeding's opening calls it, and what writes it."""

    issuer: str
    write: Callable[[Facts, Head], AnyPaper]


_WRITERS: Final[dict[str, _Writer]] = {
    "commitment": _Writer("institution", review.commitment),
    "acceptance_notice": _Writer("committee", review.acceptance_notice),
    "initial_opinion": _Writer("committee", review.initial_opinion),
    "decision_letter": _Writer("committee", review.decision_letter),
    "re_review_opinion": _Writer("organiser", review.re_review_opinion),
    "follow_up_decision": _Writer("committee", review.follow_up_decision),
    "publication_text": _Writer("institution", filing.publication_text),
    "return_notice": _Writer("authority", filing.return_notice),
    "filing_notice": _Writer("authority", filing.filing_notice),
}


def issuer_of(template: str, facts: Facts) -> Party:
    """Return the body that issues a paper."""
    return facts.parties[getattr(facts.state.opening, _WRITERS[template].issuer)]


def write(template: str, facts: Facts, sheet: Sheet) -> AnyPaper:
    """Return a paper, written."""
    return _WRITERS[template].write(facts, head(facts, issuer_of(template, facts), sheet))


__all__ = ["Sheet", "head", "issuer_of", "signatory", "write"]
