"""A sample of each paper; run as a module to write the golden pages and the pictures.

`python -m tests.documents.samples`, from the checkout, after a template was changed on
purpose: the differences in `golden/` and `docs/papers/` are then looked at.
"""

import subprocess
from datetime import date
from pathlib import Path

import orjson

from documents import papers as p
from documents.html import html
from law.finding import Reason
from law.parameters import cite
from law.words import Words

GOLDEN = Path(__file__).with_name("golden")
PICTURES = Path(__file__).parents[2] / "docs" / "papers"
DAY = date(2026, 11, 24)
BODY = Words("首善大学科技伦理审查委员会", "Ethics committee of Shoushan University")
AUTHORITY = Words("首善市互联网信息办公室", "Cyberspace Office of Shoushan")
UNIT = Words("首善大学", "Shoushan University")
PROJECT = "镕喆堃祎㙍䶮——面向公众的问答模型"


def head(series, issuer=BODY, addressee=UNIT):
    return p.Head(
        number=f"{series}〔2026〕第0001号",
        case="BJ-2026-000001",
        proceeding="ethics-review/BJ-2026-000001/1",
        issuer=issuer,
        addressee=addressee,
        project=PROJECT,
        issued_on=DAY,
        verify_at="https://shenbei.test/verify/3F9A-77C0-1B2E-84D5",
    )


def ground(zh, en, article, instrument="ethics_measures_2023"):
    return Reason(Words(zh, en), cite(instrument, article))


def common(kind, *grounds, issuer=BODY):
    return {"head": head(kind.series, issuer), "grounds": grounds}


CHAIR = p.Signatory(
    person="p1",
    name="王镕",
    role=Words("主任委员", "chair"),
    act="ethics_review.decided",
    event=f"{1:064x}",
)
EXPERTS = tuple(
    p.Signatory(
        person=f"e{n}",
        name=name,
        role=Words("复核专家", "re-review expert"),
        act="expert_review.ballot_cast",
        event=f"{n:064x}",
    )
    for n, name in enumerate(("李喆", "赵堃", "欧阳䶮"), 2)
)
APPROVED, REFUSED = Words("批准", "approved"), Words("不予批准", "not approved")
TALLY = ((APPROVED, 5), (REFUSED, 1))
MEMBERS = (
    ("王镕", Words("同行专家", "peer expert")),
    ("李喆", Words("伦理学专家", "ethics expert")),
    ("赵堃", Words("法学专家", "law expert")),
    ("陈祎", Words("同行专家", "peer expert")),
    ("欧阳䶮", Words("同行专家", "peer expert")),
)
MEETING = ground("到会委员不少于五人，各类别齐全", "five members, all categories", 14)
MAJORITY = ground("到会委员三分之二以上同意", "two thirds of those present", 16)
LIMIT = ground("三十日内作出审查决定", "a decision within 30 days", 17)
ASKED = ground("受理和告知补正内容", "acceptance and notice of what is missing", 10)
FOLLOWED = ground("跟踪审查间隔一般不超过十二个月", "follow-up within 12 months", 19)
STOPPED = ground("风险变化时及时评估，必要时暂停或者终止", "changed risk", 20)
APPEAL = ground("书面申诉，理由充分的重新作出决定", "written appeal", 18)
FILING = "algorithm_recommendation_2022"
FILED = ground("提供服务之日起十个工作日内备案", "filing within ten working days", 24, FILING)
EXAMINED = ground("三十个工作日内备案或者通知", "30 working days", 25, FILING)
LONG = (
    "该项活动的风险与受益已经逐项评估：训练数据来源合法，含有个人信息的已经取得同意；"
    "模型输出设置了显式标识和隐式标识，并建立了投诉举报和应急处置机制。"
)
NUMBER = "网信算备110108990010101260011号"
POINTS = (
    "安全管理负责人和信息审核人员",
    "用户真实身份核验和注册信息留存",
    "日志信息和发布记录留存",
    "违法有害信息防范处置",
    "个人信息保护",
    "社会动员风险防控",
    "投诉举报受理和处理",
    "为监管部门提供技术和数据支持",
)

ENCLOSED = tuple(
    p.Filed(
        title=title,
        number=f"伦审字〔2026〕第{n:04d}号" if n < 4 else "",
        issued_on=DAY,
        pages=n if n < 4 else 0,
        sha256=f"{n:064x}",
        part=1 if n < 3 else 2,
        name=f"{n:04d}-paper.pdf",
    )
    for n, title in enumerate(("受理通知书", "初步审查意见", "决定书", "伦理培训证明.png"), 1)
)
_ALL = (
    p.AcceptanceNotice(
        **common(p.AcceptanceNotice, ASKED, LIMIT),
        accepted_on=DAY,
        due_on=date(2026, 12, 24),
        procedure=Words("会议审查程序", "meeting review"),
    ),
    p.SupplementNotice(
        **common(p.SupplementNotice, ASKED),
        items=("补充数据来源的授权证明", "补充风险应急预案，写明责任人和联系方式"),
    ),
    p.NonAcceptance(**common(p.NonAcceptance, ASKED), reasons=("不属于本委员会的审查范围",)),
    p.ConveningNotice(
        **common(p.ConveningNotice, MEETING),
        begins="2026年11月30日9时",
        place="行政楼三层会议室",
        agenda=("听取科技活动负责人报告", "审议和表决"),
        members=tuple(name for name, _ in MEMBERS),
    ),
    p.Minutes(
        **common(p.Minutes, MEETING, MAJORITY),
        held_on=DAY,
        place="行政楼三层会议室",
        chair="王镕",
        present=MEMBERS,
        recused=("钱珺",),
        discussion=(("风险与受益", LONG), ("知情同意", "知情同意书用语明白，可以随时退出。")),
        votes=tuple((name, APPROVED) for name, _ in MEMBERS),
        tally=((APPROVED, 5), (REFUSED, 0)),
        minority=("建议六个月内复查标识的实际效果。",),
        needed=4,
        outcome=APPROVED,
    ),
    p.InitialOpinion(
        **common(p.InitialOpinion, MAJORITY, ground("初步意见提请复核", "to the experts", 27)),
        outcome=APPROVED,
        needed=4,
        tally=TALLY,
        reasons=(LONG,),
    ),
    p.DecisionLetter(
        signatories=(CHAIR,),
        **common(p.DecisionLetter, MAJORITY, MEETING, LIMIT),
        outcome=APPROVED,
        accepted_on=DAY,
        due_on=date(2026, 12, 24),
        late=False,
        present=6,
        needed=4,
        tally=TALLY,
        opinion=Words("同意", "agree"),
        reasons=(LONG,),
    ),
    p.ReReviewOpinion(
        signatories=EXPERTS,
        **common(
            p.ReReviewOpinion,
            ground("复核专家不少于五人", "five experts at least", 28),
            ground("全体专家三分之二以上同意", "two thirds of all experts", 30),
            issuer=AUTHORITY,
        ),
        verdict=Words("同意", "agree"),
        committee=BODY,
        experts=5,
        needed=4,
        agree=4,
        disagree=1,
        reasons=("初步审查意见合规、合理。",),
    ),
    p.ExtensionNotice(
        **common(p.ExtensionNotice, LIMIT),
        due_on=DAY,
        extended_to=date(2026, 12, 24),
        reasons=("需要就数据跨境流动补充咨询专家意见",),
    ),
    p.FollowUpDecision(
        **common(p.FollowUpDecision, FOLLOWED),
        approved_on=date(2025, 11, 24),
        result=Words("继续开展", "continues"),
        next_due=date(2027, 11, 24),
        reasons=("方案执行情况与批准内容一致。",),
    ),
    p.SuspensionNotice(
        **common(p.SuspensionNotice, STOPPED),
        measure=Words("暂停", "suspended"),
        from_day=DAY,
        reasons=("模型更新后未重新评估风险",),
        conditions=("完成风险评估并经本委员会审查同意",),
    ),
    p.AppealDecision(
        **common(p.AppealDecision, APPEAL),
        against="伦审字〔2026〕第0001号",
        result=Words("理由成立，重新作出审查决定", "well-founded; a new decision is made"),
        reasons=("申诉提供了新的安全测试记录。",),
    ),
    p.SafetyReport(
        **common(
            p.SafetyReport,
            ground("重点评估八项内容", "eight points", 5, "safety_assessment_2018"),
            ground("上线前提交报告", "a report before launch", 7, "safety_assessment_2018"),
            issuer=UNIT,
        ),
        service="问渠智能问答",
        trigger=Words("具有舆论属性或者社会动员能力的信息服务上线", "launch of the service"),
        points=tuple(
            p.Point(number=n, title=Words(text, text), measure=f"已落实，见附件{n}", met=True)
            for n, text in enumerate(POINTS, 1)
        ),
        open_hazards=0,
        conclusion="经评估，该服务符合法律、行政法规、部门规章和标准的要求。",
        signers=(
            (Words("法定代表人", "legal representative"), "孙垚"),
            (Words("安全评估负责人", "head of the assessment"), "周翀"),
            (Words("合法性评估负责人", "head of legality"), "吴珺瑄"),
        ),
    ),
    p.Commitment(
        **common(
            p.Commitment, ground("遵守科技伦理和科研诚信的承诺", "a pledge", 9), issuer=UNIT
        ),
        statements=("所提交材料真实、完整", "严格按照批准的方案开展活动", "及时报告风险变化"),
    ),
    p.MainResponsibility(
        **common(
            p.MainResponsibility,
            ground("建立健全管理制度和技术措施", "systems and measures", 7, FILING),
            issuer=UNIT,
        ),
        officer="周翀",
        measures=(
            p.Part(title=Words("管理制度", "systems"), paragraphs=(LONG,)),
            p.Part(title=Words("应急处置", "incidents"), paragraphs=("设置专门的应急小组。",)),
        ),
    ),
    p.SelfAssessmentReport(
        **common(p.SelfAssessmentReport, FILED, issuer=UNIT),
        algorithm="问渠问答生成算法",
        chapters=tuple(
            p.Part(title=Words(text, text), paragraphs=(LONG, LONG))
            for text in ("算法情况", "服务情况", "风险研判", "风险防控情况", "安全评估结论")
        ),
    ),
    p.PublicationText(
        **common(
            p.PublicationText,
            ground("公示基本原理、目的意图和主要运行机制", "what is published", 16, FILING),
            issuer=UNIT,
        ),
        algorithm="问渠问答生成算法",
        principle="基于大规模语料训练的语言模型，按输入的问题逐词生成回答。",
        mechanism="输入经过安全过滤后由模型生成，输出经过审核后展示并添加标识。",
        scenario="面向公众的政务问答。",
        purpose="方便公众查询办事指南。",
    ),
    p.FilingNotice(
        **common(p.FilingNotice, EXAMINED, issuer=AUTHORITY),
        filing_number=NUMBER,
        algorithm="问渠问答生成算法",
        algorithm_class=Words("生成合成类", "generation and synthesis"),
        role=Words("服务提供者", "provider"),
        product="问渠（网站、小程序）",
        purpose="面向公众的政务问答",
        warning=None,
    ),
    p.ReturnNotice(
        **common(p.ReturnNotice, EXAMINED, issuer=AUTHORITY),
        received_on=date(2026, 11, 2),
        items=("缺少算法安全自评估报告的签章页",),
    ),
    p.ChangeNotice(
        **common(p.ChangeNotice, FILED, issuer=AUTHORITY),
        filing_number=NUMBER,
        changed_on=DAY,
        changes=((Words("应用产品", "product"), "问渠（网站）", "问渠（网站、小程序）"),),
    ),
    p.CancellationNotice(
        **common(p.CancellationNotice, FILED, issuer=AUTHORITY),
        filing_number=NUMBER,
        ended_on=DAY,
        reason=Words("终止服务", "end of service"),
        arrangements=("提前三十日告知用户", "删除或者匿名化用户数据"),
    ),
    p.RectificationOrder(
        **common(
            p.RectificationOrder,
            ground("发现问题的限期整改", "findings are rectified", 28, FILING),
            issuer=AUTHORITY,
        ),
        findings=(("备案编号未在显著位置标明", "算法推荐管理规定第二十六条"),),
        by_day=date(2026, 12, 24),
    ),
    p.AnnualReport(
        **common(p.AnnualReport, ground("每年三月三十一日前报送", "by 31 March", 45)),
        year=2026,
        figures=((Words("受理", "accepted"), 42), (Words("批准", "approved"), 35)),
        remarks=("全年开展培训四次。",),
    ),
    p.TrainingCertificate(
        **common(p.TrainingCertificate, ground("委员参加培训", "members are trained", 8)),
        person="王镕",
        course="人工智能科技伦理审查实务",
        hours=16,
        completed_on=DAY,
    ),
    p.DossierPart(**common(p.DossierPart), part=1, parts=2, filed=ENCLOSED),
    p.DossierIndex(
        **common(p.DossierIndex),
        filed=ENCLOSED,
        parts=(
            ("卷字〔2026〕第0001号之1", f"{7:064x}"),
            ("卷字〔2026〕第0001号之2", f"{8:064x}"),
        ),
    ),
)
SAMPLES = {paper.template: paper for paper in _ALL}


def main():
    """Write the golden pages, and a picture of each page of each paper."""
    from documents import pdf  # noqa: PLC0415 -- the tests of pages need no PDF

    GOLDEN.mkdir(exist_ok=True)
    PICTURES.mkdir(exist_ok=True)
    for old in (*PICTURES.glob("*.png"), *GOLDEN.glob("*.html")):
        old.unlink()
    for name, paper in SAMPLES.items():
        page = html(paper)
        (GOLDEN / f"{name}.html").write_text(page, "utf-8")
        laid = pdf.lay_out(page, orjson.dumps(p.record(paper)), DAY)
        stem = str(PICTURES / name)
        command = ["pdftoppm", "-r", "50", "-png", "-", stem]
        subprocess.run(command, input=laid.pdf, check=True)


if __name__ == "__main__":
    main()
