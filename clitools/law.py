"""What `law`, `number` and `genai` answer, as plain data."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cases import dossier
from clitools.errors import CommandError
from forms.completeness import shape_problems
from forms.library import questionnaire
from forms.reading import read_answers
from law.clock import CHINA, TERMS, china_day, due, due_moment, yearly
from law.conclusion import Conclusion
from law.counterfactual import counterfactuals
from law.finding import Reason
from law.parameters import (
    NotInForceError,
    Parameter,
    UnknownRuleError,
    named,
    parameter,
    parameter_names,
    versions,
)
from law.triage import triage
from law.units import BOUNDS

_YEARS = (2000, 2100)


def today() -> date:
    """Return the day in China; the command line is an edge, so it asks the clock."""
    return datetime.now(CHINA).date()


def rows() -> list[dict[str, Any]]:
    """Return every row in force today, by its public name where it has one."""
    now = today()
    found = (p for name in parameter_names() for p in versions(name))
    in_force = (p for p in found if p.since <= now <= (p.until or now))
    return [_row(p) for p in sorted(in_force, key=lambda p: p.name)]


def row(rule: str, on: str) -> dict[str, Any]:
    """Return a rule as in force on a day, and the rows that belong to it."""
    found = _in_force(rule, day(on))
    return _row(found) | {"also": [_row(_in_force(name, day(on))) for name in found.also]}


def words_of(found: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a rule for people."""
    figure = f"{BOUNDS[found['bound']]} {found['value']} {found['unit']}"
    yield f"{found['rule']}  {'义务 duty' if found['unit'] == 'duty' else figure}"
    yield f"  {found['label']['zh']} · {found['label']['en']}"
    yield f"  {found['place']}；自 {found['since']} 起；{found['confidence']}"
    if found["note"]["zh"]:
        yield f"  {found['note']['zh']} · {found['note']['en']}"
    for row_ in found.get("also", ()):
        yield from words_of(row_)


def due_of(rule: str, start: str) -> dict[str, Any]:
    """Return when a term ends: a day accounted for, or a moment."""
    moment = _moment(start)
    start_day = china_day(moment)
    limit = _in_force(rule, start_day)
    head = {"rule": limit.key or limit.name, "from": start, **_ground(limit)}
    if limit.unit == "hour":
        ends = due_moment(moment, limit).isoformat()
        how = f"{limit.whole} 小时连续计算"
        nights = "连续计算，夜间和节假日不除外 continuous, nights and holidays included"
        line = {"on": ends, "kind": nights, "counted": limit.whole}
        return head | _due(ends, how, (), [line])
    if limit.unit == "date":
        ends = yearly(limit, start_day.year).isoformat()
        fixed = {
            "on": ends,
            "kind": "次年的固定日期 a fixed date of the next year",
            "counted": 1,
        }
        return head | _due(ends, "次年的固定日期", (), [fixed])
    if limit.unit not in TERMS:
        raise CommandError(f"「{rule}」不是期限 · {rule} counts {limit.unit}")
    term = due(start_day, limit)
    lines = [
        {"on": on.isoformat(), "kind": f"{kind.zh} {kind.en}", "counted": counted}
        for on, kind, counted in term.lines()
    ]
    rolled = "" if term.plain == term.on else f"，由 {term.plain} 顺延"
    words = f"{limit.whole} {limit.unit}{rolled}"
    grounds = {"rolled_by": _reason(term.rolled)} if term.rolled else {}
    return head | _due(term.on.isoformat(), words, term.provisional, lines) | grounds


def triage_of(path: Path, on: str) -> dict[str, Any]:
    """Return what follows from a project's facts, and each answer that would change it."""
    facts = _facts(path)
    answers, when = dossier.self_review(facts), day(on)
    try:
        found = triage(answers, on=when)
    except NotInForceError as error:
        raise CommandError(f"{when} 尚无该规则 · {error}") from None
    parts = ("scope", "listed", "omitted", "duties")
    unsaid = frozenset(dossier.assumed(facts))
    return {
        "on": when.isoformat(),
        "route": found.route.value,
        "because": _conclusion(found.because, unsaid),
        "expert_review": found.expert_review,
        **{part: [_conclusion(c, unsaid) for c in getattr(found, part)] for part in parts},
        "assumed": [*dossier.assumed(facts)],
        "counterfactuals": [
            {
                "answer": c.answer,
                "value": c.value,
                "route": c.route.value,
                "gained": list(c.gained),
                "lost": list(c.lost),
            }
            for c in counterfactuals(answers, on=when)
        ],
    }


def lines_of_triage(found: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a triage for people."""
    needed = "需要" if found["expert_review"] else "不需要"
    yield f"路径 route {found['route']}；专家复核{needed}（{found['on']}）"
    for part in ("scope", "listed", "omitted", "duties"):
        for c in found[part]:
            fired = "、".join(c["answers"])
            open_ = "、".join(c["assumed"])
            doubt = f"（未回答，审慎认定 assumed: {open_}）" if open_ else ""
            yield f"  {c['detail']}〔{c['citation']}，{c['confidence']}〕{fired}{doubt}"
    if unanswered := "、".join(found["assumed"]):
        yield f"未回答而按审慎原则认定 · unanswered, taken cautiously: {unanswered}"
    for c in found["counterfactuals"]:
        gained, lost = (("、".join(c[k]) or "—") for k in ("gained", "lost"))
        yield f"若 if {c['answer']} = {c['value']}：{c['route']} ＋{gained} －{lost}"


def day(text: str) -> date:
    """Return a day as written, or today."""
    return china_day(_moment(text)) if text else today()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(
            f"「{text}」不是日期，例如 2026-11-24 · not a date like 2026-11-24"
        ) from None
    if not _YEARS[0] <= moment.year <= _YEARS[1]:
        raise CommandError(f"「{text}」不在 2000 至 2100 年之间 · not between 2000 and 2100")
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _in_force(rule: str, on: date) -> Parameter:
    try:
        return parameter(named(rule), on=on)
    except UnknownRuleError as error:
        raise CommandError(str(error.args[0])) from None
    except NotInForceError:
        since = versions(named(rule))[0].since
        raise CommandError(
            f"「{rule}」自 {since} 起施行，{on} 尚未施行或者已失效 · "
            f"{rule} is in force from {since}, not on {on}"
        ) from None


def _row(p: Parameter) -> dict[str, Any]:
    return {
        "rule": p.key or p.name,
        "name": p.name,
        "value": "" if p.unit == "duty" else str(p.value),
        "unit": p.unit,
        "bound": p.bound,
        "since": p.since.isoformat(),
        "label": p.label._asdict(),
        "note": p.note._asdict(),
        **_ground(p),
    }


def _ground(p: Parameter) -> dict[str, Any]:
    return {
        "place": p.citation.words.zh,
        "place_en": p.citation.words.en,
        "confidence": p.confidence.value,
    }


def _due(
    ends: str, how: str, provisional: tuple[int, ...], lines: list[dict[str, Any]]
) -> dict[str, Any]:
    doubt = (
        f"（暂定：{'、'.join(map(str, provisional))} 年放假安排未公布）" if provisional else ""
    )
    return {
        "due": ends,
        "provisional": bool(provisional),
        "missing_notices": list(provisional),
        "summary": f"{ends}{doubt} · {how}",
        "explanation": lines,
    }


def _facts(path: Path) -> dict[str, Any]:
    return checked(path, read_answers(path))


def checked(path: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts of the right shape; refuse others with file and path."""
    if wrong := shape_problems(questionnaire("project_facts"), facts):
        lines = (f"{path}: {at}: {words.zh} · {words.en}" for at, (_, words) in wrong.items())
        raise CommandError("\n".join(lines))
    return facts


def _conclusion(c: Conclusion, unsaid: frozenset[str]) -> dict[str, Any]:
    """Return a conclusion; `assumed` are the answers it rests on that nobody gave."""
    assumed = [name for name in c.answers if name in unsaid]
    head = {"code": c.code, "answers": list(c.answers), "assumed": assumed}
    return head | _reason(c.reason)


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "detail": reason.words.zh,
        "detail_en": reason.words.en,
        "citation": reason.citation.words.zh,
        "confidence": reason.confidence.value,
    }
