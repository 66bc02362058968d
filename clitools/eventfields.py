"""What the fields of events mean, by name: a name means one thing wherever it stands."""

from typing import Final

from law.words import Words

_TEXT: Final = """
act|所办事项|the act that was asked for
actor|办理人、所代表的机构和身份|who acted, for which body, in which role
address|地址的 SHA-256|SHA-256 of the address
agree|赞成票数|votes in favour
agrees|是否同意初步意见|whether the initial opinion is agreed with
algorithm_class|算法类型|class of the algorithm
applicant|申请人|the person who applies
approved_on|批准日期|day of the approval
as_of|文书所依据的最后一条记录|the last entry that the paper speaks of
at|发生时间|when it happened
authority|主管部门|the authority in charge
ballot|表决票|the ballot
before|此前的权限表|the policy that was in force before
breached|是否已记录逾期|whether the breach was recorded
case|案件编号|number of the case
category|类别|category of the seat or the expert
centre|伦理审查服务中心|the ethics service centre
chair|是否主持|whether the seat is the chair's
check_holds|编号校验是否通过|whether the number's check holds
choice|选择|what was chosen
clock|期限|the clock
code|不予办理的代码|code of the refusal
commitments|被删除内容的承诺值或者内容哈希|commitments to what was erased, or its content hash
committee|伦理委员会|the ethics committee
conclusion|结论|the conclusion
content|内容的 SHA-256|SHA-256 of the content
disagree|反对票数|votes against
division|行政区划代码|code of the administrative division (GB/T 2260)
due_on|到期日|the last day
employer|所在单位|the employer
ends_at|届满时间|when it runs out
entity|备案主体代码|code of the filing entity
entries|记录条数|how many entries
event|事件|the event
event_on|触发事件之日|day of what triggered it
expert|专家|the expert
experts|专家组人数|experts in the group
expires_at|失效时间|when it expires
files|提交的文件|files that were filed
first|第一条记录的位置|place of the first entry
ground|删除理由|ground of the erasure
grounds|研判结论代码|codes of the grounds
group|专家组成员|the experts of the group
id|标识|the id
initial|初步意见|the initial opinion
institution|申请机构|the institution that applies
issuer|出具机构|the body that issues
items|补正事项|what must be mended
late|是否逾期|whether it came late
law|所依据的规则|rows of the law relied on
listed|是否列入清单活动|whether the activity is on the list that experts re-review
log_key|对方轨迹的公钥|public key of the other log
manifest|目录的 SHA-256|SHA-256 of the list of parts
media|媒体类型|media type
member|委员|the member
members|参加审查的委员|members who reviewed
name|名称|the name
needed|通过所需票数|votes needed to pass
number|编号|the number
of|所属对象|what it belongs to
on|日期|the day
opening|立案时的情况|how it began
ordinal|同类程序中的序号|which of its kind in the case: 1, 2, 3
organiser|组织复核的主管部门|the authority that organises the re-review
origin|对方轨迹的名称|name of the other log
outcome|结果|the outcome
paper|文书|the paper
party|机构|the body
party_kind|机构类别|kind of the body
pathway|审查方式|how it is reviewed
person|人员|the person
place|所在程序|the place in the case
pledged|是否已作承诺|whether the pledge was given
points|评估要点|points that were assessed
policy|权限表的 SHA-256|SHA-256 of the policy
present|出席人员|who was present
proceeding|程序|the proceeding
provisional|日历是否暂定|whether its calendar is provisional, before the holidays are announced
reason|理由|the reason
regimes|并行适用的办法|measures that apply besides
remind_at|提醒时间|when to remind
reminded|是否已提醒|whether the reminder was sent
replaces|所替换的版本|the version it replaces
request|所属办理请求|the request it belongs to
result|结果|the result
reviewed|审查对象|what was reviewed
role|身份|the role
root|哈希树的根|root of the tree
round|轮次|which round: 1, 2, 3
row|所依据的规则行|the row of the law
seats|席位|the seats of the body
seq|程序内序号|place in its proceeding
serves|所属机构|the institution that a committee serves
serves_on|任职的委员会|committees that the expert serves on
service_from|开始提供服务之日|day from which the service is offered
sha256|SHA-256|SHA-256 of the bytes
signers|签署人|who signed
size|字节数|bytes
source|来源程序|the proceeding it comes from
started_on|起算日|the day it runs from
stopped_at|停止时间|when it was stopped
summary|摘要|the summary
tally|计票结果|the count of the votes
template|文书种类|kind of the paper
token|令牌摘要的开头|how the token's SHA-256 begins
trigger|触发事由|what triggered it
version|版本|the version
webhook|网络回调|the webhook
what|查阅内容|what was opened
"""
FIELDS: Final = {
    name: Words(zh, en)
    for name, zh, en in (line.split("|") for line in _TEXT.strip().splitlines())
}
