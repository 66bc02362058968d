"""With whom a proceeding is, and what comes next, in one sentence."""

from dataclasses import dataclass
from typing import Final

from law.words import Words


@dataclass(frozen=True, slots=True)
class Status:
    """Who is to act, and on what."""

    holder: Words
    next: Words

    @property
    def words(self) -> Words:
        """The sentence."""
        return Words(
            f"在{self.holder.zh}处，下一步：{self.next.zh}",
            f"with {self.holder.en}; next: {self.next.en}",
        )


_APPLICANT: Final = Words("申请人", "the applicant")
_INSTITUTION: Final = Words("申请单位", "the institution")
_SECRETARY: Final = Words("委员会秘书", "the committee secretary")
_MEMBERS: Final = Words("委员", "the members")
_CHAIR: Final = Words("主任委员", "the chair")
_ORGANISER: Final = Words("复核组织者", "the organiser")
_EXPERTS: Final = Words("复核专家", "the experts")
_SAFETY: Final = Words("安全评估审核员", "the safety examiner")
_FILING: Final = Words("备案审核员", "the filing examiner")
_ENGINE: Final = Words("系统", "the engine")
_NOBODY: Final = Words("卷", "the file")
_DONE: Final = Words("已办结", "closed")

STATUS: Final[dict[tuple[str, str], Status]] = {
    ("ethics_review", "submitted"): Status(_SECRETARY, Words("受理", "acceptance")),
    ("ethics_review", "reviewing"): Status(
        _SECRETARY,
        Words("委员声明利益冲突后开会", "declarations of interest, then the meeting"),
    ),
    ("ethics_review", "meeting"): Status(_SECRETARY, Words("开始表决", "opening the vote")),
    ("ethics_review", "voting"): Status(_MEMBERS, Words("表决", "the ballots")),
    ("ethics_review", "awaiting_opinion"): Status(
        _INSTITUTION, Words("专家复核", "the expert re-review")
    ),
    ("ethics_review", "deciding"): Status(_CHAIR, Words("作出审查决定", "the decision")),
    ("ethics_review", "decided"): Status(_NOBODY, _DONE),
    ("expert_review", "applied"): Status(_ORGANISER, Words("受理", "acceptance")),
    ("expert_review", "accepted"): Status(
        _ORGANISER, Words("组成复核专家组", "forming the expert group")
    ),
    ("expert_review", "formed"): Status(
        _EXPERTS, Words("声明利益冲突后表决", "declarations of interest, then the vote")
    ),
    ("expert_review", "voting"): Status(_EXPERTS, Words("表决", "the ballots")),
    ("expert_review", "opinion_given"): Status(_NOBODY, _DONE),
    ("safety_assessment", "submitted"): Status(_SAFETY, Words("书面审查", "written review")),
    ("safety_assessment", "returned"): Status(_INSTITUTION, Words("补充报告", "a supplement")),
    ("safety_assessment", "accepted"): Status(_NOBODY, _DONE),
    ("filing", "submitted"): Status(_FILING, Words("审核", "the examination")),
    ("filing", "returned"): Status(_INSTITUTION, Words("补正后重新提交", "a new submission")),
    ("filing", "recorded"): Status(_NOBODY, _DONE),
    ("follow_up", "open"): Status(_APPLICANT, Words("跟踪审查报告", "the follow-up report")),
    ("follow_up", "reported"): Status(_CHAIR, Words("跟踪审查结论", "the conclusion")),
    ("follow_up", "concluded"): Status(_NOBODY, _DONE),
    ("correction", "ordered"): Status(_ENGINE, Words("签发更正件", "the new version")),
    ("correction", "done"): Status(_NOBODY, _DONE),
    ("archiving", "ordered"): Status(_ENGINE, Words("制作案卷", "making the dossier")),
    ("archiving", "done"): Status(_NOBODY, _DONE),
}


def status(procedure: str, stage: str) -> Status:
    """Return with whom a proceeding at a stage is."""
    return STATUS[procedure, stage]
