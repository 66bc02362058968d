"""Papers of the ethics review, from acceptance to appeal (2023 Measures)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from documents.papers.base import AnyPaper
from law.words import Words

Tally = tuple[tuple[Words, int], ...]


@dataclass(frozen=True, kw_only=True)
class AcceptanceNotice(AnyPaper):
    """受理通知书: the case is accepted, its procedure stated (Art. 10)."""

    template: ClassVar[str] = "acceptance_notice"
    series: ClassVar[str] = "伦受字"
    accepted_on: date
    due_on: date
    procedure: Words


@dataclass(frozen=True, kw_only=True)
class SupplementNotice(AnyPaper):
    """补正通知书: what is missing, told once and whole (Art. 10)."""

    template: ClassVar[str] = "supplement_notice"
    series: ClassVar[str] = "伦补字"
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NonAcceptance(AnyPaper):
    """不予受理通知书 (Art. 10)."""

    template: ClassVar[str] = "non_acceptance"
    series: ClassVar[str] = "伦不受字"
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ConveningNotice(AnyPaper):
    """会议通知: who is called to which meeting, and on what (Art. 14)."""

    template: ClassVar[str] = "convening_notice"
    series: ClassVar[str] = "伦会字"
    begins: str  # as the clerk wrote it, e.g. 2026年11月30日9时
    place: str
    agenda: tuple[str, ...]
    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Minutes(AnyPaper):
    """会议纪要: who was there, what was said, how it was voted (Arts. 14 and 16)."""

    template: ClassVar[str] = "minutes"
    series: ClassVar[str] = "伦纪字"
    held_on: date
    place: str
    chair: str
    present: tuple[tuple[str, Words], ...]  # name and category
    recused: tuple[str, ...]
    discussion: tuple[tuple[str, str], ...]  # item of the agenda, what was said
    votes: tuple[tuple[str, Words], ...]  # by name; empty where the vote was secret
    tally: Tally
    minority: tuple[str, ...]
    needed: int
    outcome: Words


@dataclass(frozen=True, kw_only=True)
class InitialOpinion(AnyPaper):
    """初步审查意见: it goes to the experts with the application (Art. 27)."""

    template: ClassVar[str] = "initial_opinion"
    series: ClassVar[str] = "伦初字"
    outcome: Words
    needed: int
    tally: Tally
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DecisionLetter(AnyPaper):
    """科技伦理审查决定书 (Arts. 16 and 17)."""

    template: ClassVar[str] = "decision_letter"
    series: ClassVar[str] = "伦审字"
    outcome: Words
    accepted_on: date
    due_on: date
    late: bool
    present: int
    needed: int
    tally: Tally
    opinion: Words | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReReviewOpinion(AnyPaper):
    """科技伦理审查专家复核意见书 (Arts. 28 to 31)."""

    template: ClassVar[str] = "re_review_opinion"
    series: ClassVar[str] = "伦复字"
    verdict: Words
    committee: Words
    experts: int
    needed: int
    agree: int
    disagree: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ExtensionNotice(AnyPaper):
    """延长审查期限通知书: the longer limit is stated (Art. 17)."""

    template: ClassVar[str] = "extension_notice"
    series: ClassVar[str] = "伦延字"
    due_on: date
    extended_to: date
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FollowUpDecision(AnyPaper):
    """跟踪审查决定书 (Arts. 19 and 33)."""

    template: ClassVar[str] = "follow_up_decision"
    series: ClassVar[str] = "伦跟字"
    approved_on: date
    result: Words
    next_due: date | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SuspensionNotice(AnyPaper):
    """暂停、终止科技活动通知书 (Arts. 19 and 20)."""

    template: ClassVar[str] = "suspension_notice"
    series: ClassVar[str] = "伦停字"
    measure: Words  # suspended or terminated
    from_day: date
    reasons: tuple[str, ...]
    conditions: tuple[str, ...]  # on which the activity may go on


@dataclass(frozen=True, kw_only=True)
class AppealDecision(AnyPaper):
    """申诉处理决定书 (Art. 18)."""

    template: ClassVar[str] = "appeal_decision"
    series: ClassVar[str] = "伦诉字"
    against: str  # number of the decision appealed
    result: Words
    reasons: tuple[str, ...]
