"""What each kind of event is called, and which version of its form is in use."""

from collections.abc import Mapping
from typing import Final

from law.words import Words

TITLES: Final[Mapping[str, Words]] = {
    "case.opened": Words("立案", "case opened"),
    "case.signed_off": Words("单位签发", "draft signed off"),
    "case.attached": Words("提交附件", "file attached"),
    "payload.erased": Words("删除文字", "words erased"),
    "act.refused": Words("不予办理", "act refused"),
    "dossier.read": Words("查阅案卷", "dossier read"),
    "party.entered": Words("登记机构", "body entered"),
    "person.entered": Words("登记人员", "person entered"),
    "appointment.made": Words("任职", "role given"),
    "appointment.ended": Words("免职", "role ended"),
    "token.issued": Words("发给令牌", "token issued"),
    "identity.signed_in": Words("令牌首次使用", "token first used"),
    "identity.refused": Words("令牌过期仍被使用", "expired token refused"),
    "policy.put_in_force": Words("权限表生效", "policy put in force"),
    "trail.imported": Words("接收另一日志的记录", "entries taken over"),
    "trail.restored": Words("恢复到较早的状态", "older state restored"),
    "webhook.set": Words("设置网络回调", "webhook set"),
    "webhook.removed": Words("删除网络回调", "webhook removed"),
    "clock.started": Words("期限起算", "term began"),
    "clock.stopped": Words("期限终结", "term ended"),
    "clock.reminded": Words("期限提醒", "reminder sent"),
    "clock.breached": Words("期限届满未办结", "term breached"),
    "paper.issued": Words("签发文书", "paper issued"),
    "ethics_review.submitted": Words("提交申请", "application submitted"),
    "ethics_review.accepted": Words("受理", "application accepted"),
    "ethics_review.declared": Words("声明无利益冲突", "no conflict declared"),
    "ethics_review.recused": Words("委员回避", "member recused"),
    "ethics_review.meeting_opened": Words("会议开始", "meeting opened"),
    "ethics_review.attendance_recorded": Words("记录到会", "attendance recorded"),
    "ethics_review.vote_opened": Words("开始表决", "vote opened"),
    "ethics_review.ballot_cast": Words("投票", "ballot cast"),
    "ethics_review.votes_counted": Words("计票", "votes counted"),
    "ethics_review.opinion_received": Words("收到复核意见", "expert opinion received"),
    "ethics_review.decided": Words("作出审查决定", "decision made"),
    "expert_review.applied": Words("申请专家复核", "re-review applied for"),
    "expert_review.accepted": Words("受理复核申请", "re-review accepted"),
    "expert_review.group_formed": Words("组成复核专家组", "expert group formed"),
    "expert_review.declared": Words("专家声明无利益冲突", "expert declared no conflict"),
    "expert_review.recused": Words("专家回避", "expert recused"),
    "expert_review.vote_opened": Words("专家开始表决", "experts' vote opened"),
    "expert_review.ballot_cast": Words("专家投票", "expert's ballot cast"),
    "expert_review.votes_counted": Words("专家计票", "experts' votes counted"),
    "safety_assessment.report_submitted": Words("提交评估报告", "report submitted"),
    "safety_assessment.report_returned": Words("要求补充报告", "report returned"),
    "safety_assessment.report_accepted": Words("报告审核通过", "report accepted"),
    "filing.submitted": Words("提交备案", "filing submitted"),
    "filing.returned": Words("退回备案", "filing returned"),
    "filing.recorded": Words("予以备案", "filing recorded"),
    "follow_up.opened": Words("跟踪审查开始", "follow-up opened"),
    "follow_up.reported": Words("提交跟踪报告", "follow-up reported"),
    "follow_up.concluded": Words("跟踪审查结论", "follow-up concluded"),
    "correction.ordered": Words("决定更正文书", "new version ordered"),
    "correction.withdrawn": Words("撤回文书", "paper withdrawn"),
    "archiving.ordered": Words("决定立卷", "dossier ordered"),
}
VERSIONS: Final[Mapping[str, int]] = {}
"""Kinds whose form changed since they were first recorded; all others are of version 1.

A form changes only by fields with a default, so an entry of an older version reads as well.
"""


def version(kind: str) -> int:
    """Return the version of a kind's form.

    >>> version("ethics_review.decided")
    1
    """
    return VERSIONS.get(kind, 1)
