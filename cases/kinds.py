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
SENTENCES: Final[Mapping[str, str]] = {
    "case.opened": "案件立案，开始填写草稿。",
    "case.signed_off": "单位管理员签发了草稿的一个版本。",
    "case.attached": "案件提交了一个附件。",
    "payload.erased": "文字或者某一版的答复已经删除；承诺值或者内容哈希保留。",
    "act.refused": "有人办理某一事项而未获办理：何事、何处、何种代码。",
    "dossier.read": "申请人以外的人查阅了案件内容；每日只记一次。",
    "party.entered": "登记了单位、委员会或者主管部门，或者其登记事项有变更。",
    "person.entered": "登记了一名人员。",
    "appointment.made": "某人在某机构任职。",
    "appointment.ended": "某人不再担任某项职务。",
    "token.issued": "向某人发给了登录用的令牌。",
    "identity.signed_in": "令牌首次使用。",
    "identity.refused": "令牌过期后仍被出示；只记第一次。",
    "policy.put_in_force": "自此依照另一权限表准许或者拒绝办理。",
    "trail.imported": "接收了另一日志中一家单位的全部记录及其证明。",
    "trail.restored": "数据恢复到较早的状态，此前签发过的一棵哈希树不再成立。",
    "webhook.set": "自此将某人可以查看的记录发往一个地址。",
    "webhook.removed": "不再向该地址发送任何记录。",
    "clock.started": "期限开始计算。",
    "clock.stopped": "期限内应当办理的事项已经办结。",
    "clock.reminded": "期限的大部分已经过去。",
    "clock.breached": "期限届满而应当办理的事项未办结；逾期记录始终保留。",
    "paper.issued": "文书已经制作、签名并保存。",
    "ethics_review.submitted": "收到申请；所提交的版本不再变动。",
    "ethics_review.accepted": "委员会受理申请，30 日的审查期限起算。",
    "ethics_review.declared": "一名委员声明没有利益冲突。",
    "ethics_review.recused": "一名委员回避，并已离开会场。",
    "ethics_review.meeting_opened": "到会委员达到法定人数，会议开始。",
    "ethics_review.attendance_recorded": "有人到会或者离会。",
    "ethics_review.vote_opened": "委员开始记名表决。",
    "ethics_review.ballot_cast": "一名委员投票，或者重新投票。",
    "ethics_review.votes_counted": "表决结束并计票；未达到规定多数的，没有结果。",
    "ethics_review.opinion_received": "收到专家复核意见。",
    "ethics_review.decided": "委员会作出审查决定。",
    "expert_review.applied": "单位申请专家复核，第三十一条规定的 30 日期限起算。",
    "expert_review.accepted": "复核组织者受理了申请。",
    "expert_review.group_formed": "组成复核专家组，或者重新组成。",
    "expert_review.declared": "一名专家声明没有利益冲突。",
    "expert_review.recused": "一名专家回避；专家组因此人数不足的，应当重新组成。",
    "expert_review.vote_opened": "专家开始表决。",
    "expert_review.ballot_cast": "一名专家投票，或者重新投票。",
    "expert_review.votes_counted": "按全体专家计票；未达到三分之二的，不形成复核意见。",
    "safety_assessment.report_submitted": "收到评估报告；逾期提交的，记为逾期。",
    "safety_assessment.report_returned": "主管部门要求补充报告（第八条）。",
    "safety_assessment.report_accepted": "书面审查未发现缺漏。",
    "filing.submitted": "收到备案材料，30 个工作日的期限起算。",
    "filing.returned": "主管部门不予备案，并说明理由（第二十五条）。",
    "filing.recorded": "主管部门予以备案，并发给备案编号。",
    "follow_up.opened": "跟踪审查的间隔期开始。",
    "follow_up.reported": "申请人提交了跟踪报告。",
    "follow_up.concluded": "委员会作出跟踪审查结论。",
    "correction.ordered": "决定出具文书的新版本。",
    "correction.withdrawn": "文书已经撤回；予以保存，不再说明任何事项。",
    "archiving.ordered": "决定立卷。",
}
"""What each says, in Chinese; in English, the docstring of its class says it."""

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
