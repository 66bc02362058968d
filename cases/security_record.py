"""A generative-AI test record as the law reads it: answers of the form `genai_test_record`."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from law.genai_record import Record, Sample

_UPDATES: Final = {"keyword": "keywords", "question": "question_bank", "bank": "refuse_bank"}
_Answers = Mapping[str, Any]


def record(answers: _Answers) -> Record:
    """Return the record to judge; what is not answered is not recorded."""
    part = {name: answers.get(name, {}) for name in answers if name != "corpus_sources"}
    sources: list[_Answers] = answers.get("corpus_sources", [])
    technical = part.get("corpus_technical", {})
    return Record(
        corpus_manual=_sample(part.get("corpus_manual")),
        corpus_drawn=_drawn(technical),
        corpus_technical=_sample(technical) or _permille(technical),
        sources=_sources(sources, "assessed"),
        collected=_sources(sources, "checked"),
        keywords=part.get("keywords", {}).get("total"),
        keywords_by_risk=part.get("keywords", {}).get("per_risk", {}),
        question_bank=part.get("question_bank", {}).get("total"),
        question_bank_by_risk=part.get("question_bank", {}).get("per_risk", {}),
        refuse_bank=part.get("refuse_bank", {}).get("total"),
        refuse_bank_by_risk=part.get("refuse_bank", {}).get("per_risk", {}),
        non_refuse_bank=part.get("non_refuse_bank", {}).get("total"),
        non_refuse_bank_by_aspect=part.get("non_refuse_bank", {}).get("per_aspect", {}),
        left_out=frozenset(_left_out(part)),
        moved=part.get("non_refuse_bank", {}).get("moved"),
        output_manual=_sample(part.get("output_manual")),
        output_keyword=_sample(part.get("output_keyword")),
        output_classifier=_sample(part.get("output_classifier")),
        refusal=_sample(part.get("refusal_test"), "refused"),
        non_refusal=_sample(part.get("non_refusal_test"), "refused"),
        updates=dict(_updates(part)),
        signers=len(part["signers"]["named"]) if "named" in part.get("signers", {}) else None,
    )


def begun(answers: _Answers, default: date) -> date:
    """Return the day the assessment began: it chooses the profile."""
    stated = answers.get("record", {}).get("began_on")
    return date.fromisoformat(stated) if stated else default


def _left_out(part: Mapping[str, _Answers]) -> list[str]:
    """Return the aspects left out; only a specialised model may leave any out."""
    if not part.get("record", {}).get("specialised"):
        return []
    left: list[str] = part.get("non_refuse_bank", {}).get("left_out", [])
    return left


def _sample(group: _Answers | None, passed: str = "passed") -> Sample | None:
    if not group or "sampled" not in group or passed not in group:
        return None
    return Sample(group["sampled"], group[passed])


def _drawn(technical: _Answers) -> Sample | None:
    """Return how many of the corpus were checked: by counts, else by the share."""
    if "total" in technical and "sampled" in technical:
        return Sample(technical["total"], technical["sampled"])
    if "share" not in technical:
        return None
    share = Fraction(str(technical["share"]))
    return Sample(share.denominator, share.numerator)


def _permille(technical: _Answers) -> Sample | None:
    """Return a pass rate that is known in thousandths only."""
    rate = technical.get("pass_rate_permille")
    return None if rate is None else Sample(1000, rate)


def _sources(rows: list[_Answers], verb: str) -> dict[str, Sample]:
    return {
        row["name"]: Sample(row[verb], row[f"{verb}_illegal"])
        for row in rows
        if "name" in row and verb in row and f"{verb}_illegal" in row
    }


def _updates(part: Mapping[str, _Answers]) -> list[tuple[str, tuple[date, date]]]:
    found: list[tuple[str, tuple[date, date]]] = []
    for name, group in _UPDATES.items():
        said = part.get(group, {})
        if "updated_on" in said and "previous_updated_on" in said:
            days = (said["previous_updated_on"], said["updated_on"])
            found.append((name, (date.fromisoformat(days[0]), date.fromisoformat(days[1]))))
    return found
