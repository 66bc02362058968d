"""What `number` and `genai` answer, as plain data."""

from pathlib import Path
from typing import Any

from cases import security_record
from clitools.errors import CommandError
from clitools.law import today
from forms.completeness import shape_problems
from forms.library import questionnaire
from forms.reading import read_answers
from law import credit_code, filing_number
from law.genai_security import Line, judge
from law.parameters import NotInForceError
from law.units import BOUNDS


def number_of(text: str) -> dict[str, Any]:
    """Return a filing number or credit code explained, with warnings and near ones."""
    letters = any(c.isascii() and c.isalpha() for c in text)
    digits = sum(c.isdigit() for c in text)
    if letters or (digits == len(text.strip()) == 18):  # noqa: PLR2004 -- GB 32100
        return _credit_code(text)
    try:
        found = filing_number.parse(text)
    except filing_number.FilingNumberError as error:
        near = "、".join(filing_number.near(text))
        hint = f"；相近 near: {near}" if near else ""
        raise CommandError(f"{error.words.zh} · {error.words.en}{hint}") from None
    return _number(found, "算法备案编号 filing number", filing_number.near(text))


_TODAY = "未填评估开始日期，按今天适用 · no start of the assessment; judged as of today"


def judgement(path: Path, profile: str, *, lenient: bool) -> dict[str, Any]:
    """Return the verdict on a test record, what is short first."""
    answers = read_answers(path)
    if wrong := shape_problems(questionnaire("genai_test_record"), answers):
        lines = (f"{path_}: {words.zh} · {words.en}" for path_, (_, words) in wrong.items())
        raise CommandError("\n".join(lines))
    begun = security_record.begun(answers, today())
    said: dict[str, Any] = answers.get("record", {})
    dated = "began_on" in said  # the day chooses the profile; the record's own only without it
    profile = profile or ("" if dated else said.get("profile", ""))
    try:
        found = judge(
            security_record.record(answers), on=begun, profile=profile, strict=not lenient
        )
    except NotInForceError:
        zh = f"{begun} 时该要求尚未施行，请核对评估开始日期"
        en = f"{profile} was not in force on {begun}; check when the assessment began"
        raise CommandError(f"{path}: {zh} · {en}") from None
    except (LookupError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from None
    return {
        "holds": bool(found),
        "profile": found.profile,
        "title": found.title.zh,
        "on": begun.isoformat(),
        "assumed": "" if dated else _TODAY,
        "warnings": _doubts(found.profile, said.get("profile", found.profile)),
        "lines": [_line(line) for line in found.lines],
        "short": [_line(line) for line in found.short],
    }


def _doubts(judged: str, stated: str) -> list[str]:
    if judged == stated:
        return []
    zh = f"记录所填要求为 {stated}，按评估开始日期适用 {judged}"
    return [f"{zh} · the record names {stated}; by the day it began {judged} holds"]


def _credit_code(text: str) -> dict[str, Any]:
    try:
        found = credit_code.parse(text)
    except credit_code.CreditCodeError as error:
        near = "、".join(credit_code.near(text))
        hint = f"；相近 near: {near}" if near else ""
        raise CommandError(f"{error.words.zh} · {error.words.en}{hint}") from None
    return _number(found, "统一社会信用代码 credit code", credit_code.near(text))


def _number(
    found: credit_code.CreditCode | filing_number.FilingNumber,
    kind: str,
    near: tuple[str, ...],
) -> dict[str, Any]:
    return {
        "number": str(found),
        "kind": kind,
        "holds": found.check_holds,
        "parts": [
            {"name": f"{n.zh} {n.en}", "text": text, "meaning": f"{m.zh} {m.en}"}
            for n, text, m in found.parts()
        ],
        "warnings": [
            f"{doubt.zh}，请与原件核对 · {doubt.en}; compare with the original"
            for doubt in found.doubts()
        ],
        "near": list(near),
    }


def _line(line: Line) -> dict[str, Any]:
    row = line.row
    duty = row.unit == "duty"  # it has no figure to compare
    wanted = "" if duty else f"，标准 {BOUNDS[row.bound]} {row.whole} {row.unit}"
    found = line.found or ("" if line.recorded else "未记录 not recorded")
    short = f"，差 {line.shortfall}" if line.recorded and line.shortfall and not duty else ""
    wording = "（宜 recommended）" if line.recommended else ""
    done = (
        ("已做到 done" if line.met else "未做到 not done") if duty and line.recorded else found
    )
    what = "：".join(filter(None, (row.label.zh, done)))
    place = f"〔{row.citation.place}，{row.confidence.value}〕"
    return {
        "rule": row.name.rsplit(".", 1)[1],
        "subject": line.subject,
        "found": line.found,
        "recorded": line.recorded,
        "wanted": row.whole,
        "unit": row.unit,
        "bound": row.bound,
        "met": line.met,
        "shortfall": line.shortfall if line.recorded else None,
        "required": line.required,
        "recommended": line.recommended,
        "place": row.citation.place,
        "confidence": row.confidence.value,
        "detail": f"{what}{wanted}{short}{wording}{place}",
    }
