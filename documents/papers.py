"""What each paper needs to know. One frozen dataclass per template of the same name."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from audit.event import plain
from law.finding import Reason
from law.words import Words


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands on every paper."""

    number: str
    case: str
    proceeding: str
    issuer: Words
    addressee: Words
    project: str
    issued_on: date


@dataclass(frozen=True, kw_only=True)
class DecisionLetter:
    """科技伦理审查决定书 (2023 Measures, Arts. 16 and 17)."""

    template: ClassVar[str] = "decision_letter"
    series: ClassVar[str] = "伦审字"
    head: Head
    outcome: Words
    accepted_on: date
    due_on: date
    late: bool
    present: int
    needed: int
    tally: tuple[tuple[Words, int], ...]
    opinion: Words | None
    reasons: tuple[str, ...]
    grounds: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class ReReviewOpinion:
    """科技伦理审查专家复核意见书 (2023 Measures, Arts. 28 to 31)."""

    template: ClassVar[str] = "re_review_opinion"
    series: ClassVar[str] = "伦复字"
    head: Head
    verdict: Words
    committee: Words
    experts: int
    needed: int
    agree: int
    disagree: int
    reasons: tuple[str, ...]
    grounds: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class FilingNotice:
    """算法备案通知书 (Algorithm Recommendation Provisions, Arts. 25 and 26)."""

    template: ClassVar[str] = "filing_notice"
    series: ClassVar[str] = "网信备字"
    head: Head
    filing_number: str
    algorithm: str
    algorithm_class: Words
    role: Words
    product: str
    purpose: str
    warning: Words | None
    grounds: tuple[Reason, ...]


AnyPaper = DecisionLetter | ReReviewOpinion | FilingNotice
PAPERS: dict[str, type[AnyPaper]] = {
    kind.template: kind for kind in (DecisionLetter, ReReviewOpinion, FilingNotice)
}


def record(paper: AnyPaper) -> dict[str, Any]:
    """Return the facts of a paper, to travel inside it as `record.json`."""
    return {"template": paper.template, **plain(paper)}
