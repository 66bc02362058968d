"""One case from draft to filing number, each step an act through the API.

The demonstration tells it; the tests walk it. A refused act is part of the way.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from demo.caller import Caller, StoryError, answer
from demo.facts import COMMITTEE

Say = Callable[[str, str], None]
_WAIT = 30


@dataclass
class Journey(Caller):
    """The way of one case. `say(who, what)` hears of every step."""

    say: Say
    number: str = ""
    filing_number: str = ""
    papers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    async def walk(self, dossier: Mapping[str, Any]) -> None:
        """Go the whole way."""
        await self.draft(dossier)
        await self.submit()
        await self.review()
        await self.re_review()
        await self.decide()
        await self.assess(dossier)
        await self.file()

    async def draft(self, dossier: Mapping[str, Any]) -> None:
        """Open the case, draft it, be told what is missing, complete it."""
        opened = await self.post("APPLICANT", "/v1/cases", {"committee": COMMITTEE})
        self.number = opened["number"]
        self.say("申请人", f"立案 {self.number}")
        without = {k: v for k, v in dossier.items() if k != "emergency_plan"}
        await self._put(without)
        refusal = await self.refused(
            "APPLICANT",
            f"{self._case}/submission",
            {"commitment": True},
            "form.incomplete",
        )
        missing = "、".join(problem["path"] for problem in refusal["problems"])
        self.say("系统", f"不予提交：{refusal['title']}（{missing}）")
        await self._put(dossier)
        self.say("申请人", "补齐材料，保存草稿")

    async def submit(self) -> None:
        """Triage, sign off, submit."""
        triage = await self.get("APPLICANT", f"{self._case}/triage")
        for conclusion in (*triage["listed"], *triage["duties"]):
            self.say("系统", f"自查结论：{conclusion['detail']}（{conclusion['citation']}）")
        draft = await self.client.get(f"{self._case}/draft", headers=self.headers("OFFICER"))
        version = int(draft.headers["ETag"].strip('"'))
        await self.post("OFFICER", f"{self._case}/sign-off", {"version": version})
        self.say("单位管理员", "签发")
        await self.post("APPLICANT", f"{self._case}/submission", {"commitment": True})
        self.say("申请人", "提交伦理审查申请")

    async def review_until_vote(self) -> None:
        """Accept, declare, meet with a quorum, open the vote."""
        await self.act("SECRETARY", "ethics_review.accept")
        self.say("秘书", f"受理，适用会议审查程序；{await self.clock('decision')}")
        for n in range(1, 7):
            await self.act(f"MEMBER_{n}", "ethics_review.declare", conflict=False)
        reason = "本人为项目组成员的近亲属"
        await self.act("MEMBER_7", "ethics_review.declare", conflict=True, reason=reason)
        self.say("委员", "六人声明无利益冲突，一人声明冲突并回避")
        seats = [f"p1{n}" for n in range(1, 7)]
        await self._refuse(
            "SECRETARY",
            "ethics_review.open_meeting",
            "meeting.no_quorum",
            present=seats[:4],
        )
        await self.act("SECRETARY", "ethics_review.open_meeting", present=seats)
        self.say("秘书", "会议开始，到会六人，类别齐全")
        await self.act("SECRETARY", "ethics_review.open_vote")

    async def review(self) -> None:
        """Accept, declare, meet with a quorum, vote, count."""
        await self.review_until_vote()
        await self.vote()

    async def vote(self) -> None:
        """Vote and count."""
        for n in range(1, 6):
            await self.act(f"MEMBER_{n}", "ethics_review.cast_ballot", choice="approve")
        why = "建议先补充方言评测"
        no = {"choice": "approve_after_modification", "reason": why}
        await self.act("MEMBER_6", "ethics_review.cast_ballot", **no)
        await self._refuse("MEMBER_6", "ethics_review.cast_ballot", "act.already_done", **no)
        await self._refuse("MEMBER_7", "ethics_review.cast_ballot", "access.denied", **no)
        await self.act("SECRETARY", "ethics_review.count_votes")
        self.say("秘书", "计票：六人到会，五人批准，达到三分之二，形成初步意见")

    async def re_review(self) -> None:
        """Apply, form a group behind the wall, vote, give the opinion."""
        await self.act("OFFICER", "expert_review.apply")
        self.say("单位管理员", f"申请专家复核；{await self.clock('opinion')}")
        await self.act("ORGANISER", "expert_review.accept")
        group = [f"p2{n}" for n in range(1, 6)]
        own = [*group[:4], "p12"]
        await self._refuse(
            "ORGANISER",
            "expert_review.form_group",
            "expert_group.excluded",
            experts=own,
        )
        await self.act("ORGANISER", "expert_review.form_group", experts=group)
        self.say("复核组织者", "组成五人复核专家组")
        for n in range(1, 6):
            await self.act(f"EXPERT_{n}", "expert_review.declare", conflict=False)
        await self.act("ORGANISER", "expert_review.open_vote")
        for n in range(1, 6):
            agrees = n != 5  # noqa: PLR2004 -- the fifth expert disagrees
            reason = "初步意见合规、合理" if agrees else "公平性评测样本偏少"
            await self.act(
                f"EXPERT_{n}", "expert_review.cast_ballot", agrees=agrees, reason=reason
            )
        await self.act("ORGANISER", "expert_review.count_votes")
        self.say("复核专家", "四人同意、一人不同意，达到全体专家的三分之二")

    async def decide(self) -> None:
        """Decide by the opinion; the letter is issued, the follow-up opened."""
        await self.until_stage("ethics_review", "deciding")
        await self.act("MEMBER_1", "ethics_review.issue_decision", outcome="approve")
        self.say("主任委员", "作出审查决定：批准")
        await self.until_paper("decision_letter")

    async def correct(self) -> None:
        """Have the decision letter issued anew, under its number."""
        letter = next(p for p in self.papers if p["template"] == "decision_letter")
        why = "补正抄送单位"
        named = {"paper": letter["sha256"], "reason": why}
        await self.act("MEMBER_1", "correction.reissue", **named)
        await self.until_stage("correction", "done")
        self.say("主任委员", f"更正 {letter['number']}，签发第 2 版：{why}")

    async def archive(self) -> None:
        """Have the dossier made."""
        await self.act("SECRETARY", "archiving.order")
        await self.until_stage("archiving", "done")
        await self.until_paper("dossier_index")

    async def assess(self, dossier: Mapping[str, Any]) -> None:
        """Submit the safety assessment and have it accepted."""
        roles = ("legal_representative", "assessment_head", "legality_head")
        names = dossier["safety"]["report_signers"]
        await self.act(
            "SAFETY_HEAD",
            "safety_assessment.submit_report",
            points=[{"number": n, "met": True, "note": "措施有效"} for n in range(1, 9)],
            open_hazards=0,
            signers=[{"role": r, "name": n} for r, n in zip(roles, names, strict=True)],
            conclusion="符合要求",
        )
        self.say("算法安全责任人", "提交安全评估报告")
        await self.act("SAFETY_EXAMINER", "safety_assessment.accept_report")
        self.say("安全评估审核员", "书面审查通过")

    async def file(self) -> None:
        """File, be examined, get the number and the notice."""
        await self.act("OFFICER", "filing.submit")
        self.say("单位管理员", f"提交算法备案；{await self.clock('examination')}")
        answer = await self.get("FILING_EXAMINER", f"{self._case}/filing/proposed-number")
        number: str = answer["number"]
        wrong = f"{number[:-2]}{(int(number[-2]) + 2) % 10}号"
        await self._refuse(
            "FILING_EXAMINER", "filing.record", "filing_number.invalid", number=wrong
        )
        await self.act("FILING_EXAMINER", "filing.record", number=number)
        self.filing_number = number
        self.say("备案审核员", f"予以备案，编号 {number}")
        await self.until_paper("filing_notice")
        await self.until_stage("follow_up", "open")
        self.say("系统", f"跟踪审查程序已开启；{await self.clock('follow_up')}")

    @property
    def _case(self) -> str:
        return f"/v1/cases/{self.number}"

    async def act(self, who: str, kind: str, **body: Any) -> dict[str, Any]:
        """Perform an act in the first proceeding of its kind."""
        return await self.post(who, self._acts(kind), {"kind": kind, **body})

    async def _refuse(self, who: str, kind: str, code: str, **body: Any) -> None:
        refusal = await self.refused(who, self._acts(kind), {"kind": kind, **body}, code)
        grounds = "、".join(dict.fromkeys(r["citation"] for r in refusal["reasons"]))
        self.say(
            "系统",
            f"不予办理：{refusal['title']}" + (f"〔{grounds}〕" if grounds else ""),
        )

    def _acts(self, kind: str) -> str:
        return f"{self._case}/{kind.split('.', maxsplit=1)[0].replace('_', '-')}/1/acts"

    async def clock(self, name: str) -> str:
        """Say until when a clock runs, and by which article."""
        clocks = (await self.get("OFFICER", f"{self._case}/clocks"))["items"]
        clock = next(c for c in clocks if c["name"] == name)
        doubt = "（暂定）" if clock["provisional"] else ""
        return f"期限至 {clock['due_on']}{doubt}，{clock['citation']}"

    async def until_stage(self, procedure: str, stage: str) -> None:
        """Wait until the newest proceeding of a procedure is at a stage."""
        for _ in range(_WAIT * 10):
            case = await self.get("OFFICER", self._case)
            if (procedure, stage) in {
                (p["procedure"], p["stage"]) for p in case["proceedings"]
            }:
                return
            await asyncio.sleep(0.1)
        raise StoryError(f"{procedure} did not reach {stage}")

    async def until_paper(self, template: str) -> None:
        """Wait until a paper is issued."""
        for _ in range(_WAIT * 10):
            self.papers = (await self.get("OFFICER", f"{self._case}/papers"))["items"]
            found = next((p for p in self.papers if p["template"] == template), None)
            if found:
                self.say("系统", f"签发文书 {found['number']}（{template}）")
                return
            await asyncio.sleep(0.1)
        raise StoryError(f"{template} was not issued")

    async def download(self, sha256: str) -> bytes:
        """Return a paper as the institution's officer is given it."""
        path = f"{self._case}/papers/{sha256}"
        found = await self.client.get(path, headers=self.headers("OFFICER"))
        found.raise_for_status()
        return found.content

    async def _put(self, answers: Mapping[str, Any]) -> None:
        path, headers = f"{self._case}/draft", self.headers("APPLICANT")
        etag = (await self.client.get(path, headers=headers)).headers["ETag"]
        put = await self.client.put(path, json=answers, headers=headers | {"If-Match": etag})
        answer(put)
