"""Words for stored codes, in both languages."""

from typing import Final

from law.words import Words

OUTCOMES: Final[dict[str, Words]] = {
    "approve": Words("批准", "approved"),
    "approve_after_modification": Words("修改后批准", "approved after modification"),
    "re_review_after_modification": Words("修改后再审", "re-review after modification"),
    "not_approve": Words("不予批准", "not approved"),
}
RESULTS: Final[dict[str, Words]] = {
    "continue": Words("继续开展", "may go on"),
    "suspend": Words("暂停开展", "suspended"),
    "terminate": Words("终止", "terminated"),
}
ROLES: Final[dict[str, Words]] = {
    "chair": Words("主任委员", "chair"),
    "vice_chair": Words("副主任委员", "vice-chair"),
    "expert": Words("复核专家", "re-review expert"),
    "organiser": Words("复核组织者", "organiser of the re-review"),
    "filing_examiner": Words("备案审核员", "filing examiner"),
    "applicant": Words("科技活动负责人", "applicant"),
    "officer": Words("单位管理员", "officer of the institution"),
    "secretary": Words("秘书", "secretary"),
}
ROLES_IN_FILING: Final[dict[str, Words]] = {
    "provider": Words("服务提供者", "provider"),
    "supporter": Words("服务技术支持者", "technical supporter"),
}


def opinion(*, agrees: bool) -> Words:
    """Return the words of a re-review opinion."""
    return Words("同意", "agree") if agrees else Words("不同意", "disagree")
