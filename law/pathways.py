"""The special procedures: simplified (Arts. 22 to 24) and emergency (Arts. 35 to 39)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from law.clock import china_day, due_moment
from law.committee import fewer, objection
from law.finding import Finding
from law.meeting import Category
from law.parameters import parameter
from law.words import Words


class View(StrEnum):
    """What a reviewer of a simplified review says."""

    APPROVE = "approve"
    NEGATIVE = "negative"
    DOUBT = "doubt"
    MEETING = "meeting"  # asks for a meeting


@dataclass(frozen=True, slots=True)
class Case:
    """Why a simplified review is asked for; one of them is enough (Art. 22)."""

    minimal_risk: bool = False
    minor_modification: bool = False
    follow_up_unchanged: bool = False
    listed: bool = False


def may_be_simplified(case: Case, *, on: date) -> Finding:
    """Tell whether the simplified procedure is open (Art. 22; from memory).

    An activity on the list for expert re-review needs its committee's meeting.
    """
    cases = parameter("ethics_measures_2023.simplified_cases", on=on)
    finding = Finding()
    if not (case.minimal_risk or case.minor_modification or case.follow_up_unchanged):
        words = Words(
            "不属于简易程序的任何一种情形", "none of the cases of the simplified procedure"
        )
        finding &= objection(words, cases)
    if case.listed:
        row = parameter("ethics_measures_2023.expert_review_list", on=on)
        words = Words(
            "清单内活动须经会议形成初步意见", "a listed activity needs a meeting's opinion"
        )
        finding &= objection(words, row)
    return finding


def converts(views: Collection[View], *, on: date) -> Finding:
    """Tell whether a simplified review may end in approval; else it becomes a meeting (24).

    Only unanimous approval by enough reviewers ends it; anything else converts, and the
    objections say why.
    """
    reviewers = parameter("ethics_measures_2023.simplified_minimum", on=on)
    row = parameter("ethics_measures_2023.simplified_convert", on=on)
    finding = fewer(len(views), reviewers, Words("审查委员", "reviewers"))
    said = {
        View.NEGATIVE: Words("审查结果为否定", "a negative result"),
        View.DOUBT: Words("对审查内容有疑义", "a doubt about the content"),
        View.MEETING: Words("有委员要求会议审查", "a member asks for a meeting"),
    }
    for view, words in said.items():
        if view in views:
            finding &= objection(words, row)
    if len(set(views)) > 1:
        finding &= objection(Words("委员意见不一致", "the members disagree"), row)
    return finding


def emergency_due(accepted: datetime) -> datetime:
    """Return the moment all must be done: 72 hours on, expert re-review inside them (36).

    The hours run through nights and holidays; where the start is not stated, it is acceptance.
    """
    row = parameter("ethics_measures_2023.emergency_hours", on=china_day(accepted))
    return due_moment(accepted, row)


def emergency(
    grounds: str, present: Collection[Category], *, field_member: bool, on: date
) -> Finding:
    """Tell whether an emergency review may go on: grounds, and somebody of the field.

    Args:
        grounds: Why it is urgent; urgency is no way around the review (Art. 39).
        present: Categories present; a peer of the field counts as peer.
        field_member: A member of the field attends, or a consultant of it was invited (37).
        on: Day of acceptance.
    """
    finding = Finding()
    if not grounds.strip():
        row = parameter("ethics_measures_2023.emergency_not_evade", on=on)
        finding &= objection(
            Words("未说明应急理由", "the grounds of urgency are missing"), row
        )
    field = parameter("ethics_measures_2023.emergency_field", on=on)
    if not field_member:
        words = Words("没有相关领域的委员或者顾问专家", "nobody of the relevant field attends")
        finding &= objection(words, field)
    if Category.PEER not in present:
        words = Words("到会委员中没有同行专家", "no peer expert is among the members present")
        finding &= objection(words, field)
    return finding
