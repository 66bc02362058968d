"""The case before it is submitted, and what its answers mean to the law.

Answers are plain data in the shape of the form `project_facts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Literal

from cases.proceeding import Standalone
from cases.text import Commitment
from law.filing_number import AlgorithmClass
from law.parameters import versions
from law.safety import Trigger
from law.triage import Answers

_CLASSES: Final = {
    "SYNTH": AlgorithmClass.SYNTHESIS,
    "PUSH": AlgorithmClass.PUSH,
    "RANK": AlgorithmClass.RANKING,
    "SEARCH": AlgorithmClass.SEARCH,
    "FILTER": AlgorithmClass.FILTER,
    "SCHED": AlgorithmClass.DISPATCH,
}


@dataclass(frozen=True, kw_only=True)
class CaseOpened(Standalone):
    """A case was opened; its draft began."""

    institution: str
    committee: str
    applicant: str
    kind: Literal["case.opened"] = "case.opened"


@dataclass(frozen=True, kw_only=True)
class SignedOff(Standalone):
    """The institution's officer signed a version of the draft off."""

    version: int
    content: str
    kind: Literal["case.signed_off"] = "case.signed_off"


@dataclass(frozen=True, kw_only=True)
class Attached(Standalone):
    """A file was attached to the case."""

    sha256: str
    media: str
    size: int  # bytes
    name: Commitment
    kind: Literal["case.attached"] = "case.attached"


@dataclass(frozen=True, kw_only=True)
class ActRefused(Standalone):
    """Somebody asked for an act that was refused: which, where, and by which code."""

    act: str
    place: str  # the proceeding it was asked in
    code: str
    kind: Literal["act.refused"] = "act.refused"


@dataclass(frozen=True, kw_only=True)
class Read(Standalone):
    """Somebody else than the applicant opened what the case holds; once a day is told."""

    what: str  # dossier, draft, paper, attachment, attachments, sheets, bundle
    version: int
    of: str = ""  # SHA-256 of a paper or an attachment
    kind: Literal["dossier.read"] = "dossier.read"


class Ground(StrEnum):
    """Why words are erased (Personal Information Protection Law, Art. 47)."""

    PURPOSE_ENDED = "purpose_ended"
    RETENTION_ENDED = "retention_ended"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    UNLAWFUL = "unlawful"
    BY_LAW = "by_law"


@dataclass(frozen=True, kw_only=True)
class PayloadErased(Standalone):
    """Words, or the answers of a version, were erased; what commits to them stays."""

    commitments: tuple[Commitment, ...]
    ground: Ground
    kind: Literal["payload.erased"] = "payload.erased"


def self_review(answers: Mapping[str, Any]) -> Answers:
    """Return the answers a triage needs; what is not answered keeps its cautious default."""
    return Answers(**_known(answers))


def assumed(answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the questions that nobody answered and a triage therefore takes as yes."""
    known = _known(answers)
    cautious = (field.name for field in fields(Answers) if field.default is True)
    return tuple(name for name in cautious if name not in known)


def _known(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is answered, in words or by the facts; what is said counts first.

    What the facts show already is not asked twice: a filing in a class is a recommendation
    algorithm, one in the synthesis class is deep synthesis, and so on.
    """
    review: Mapping[str, Any] = answers.get("self_review", {})
    names = {field.name for field in fields(Answers)}
    said = {name: value for name, value in review.items() if name in names}
    if "filed_regime" in review:
        said["filed_regime"] = bool(review["filed_regime"])
    shown = _of_people(answers) | _of_service(answers)
    return {name: value for name, value in shown.items() if value is not None} | said


def _of_people(answers: Mapping[str, Any]) -> dict[str, bool | None]:
    people: Mapping[str, Any] = answers.get("people_involved", {})
    project: Mapping[str, Any] = answers.get("project", {})
    data: list[Mapping[str, Any]] = answers.get("data", [])
    scope: list[str] | None = answers.get("self_review", {}).get("scope")
    participants = people.get("participants")
    medical = project.get("institution", {}).get("type") == "medical"
    personal = any(row.get("personal", True) for row in data) if data else None
    return {
        "participants": True if "human" in (scope or ()) else participants,
        "personal_data": personal,
        "animals": None if scope is None else "animal" in scope,
        "indirect_risk": None if scope is None else "indirect" in scope,
        "by_law": None if scope is None else "by_law" in scope,
        "international": project.get("international"),
        "life_science": True if medical and (participants or personal) else None,
        # That no commercial interest and no harm is in it must be said.
        "sensitive_or_commercial": True if any(r.get("sensitive") for r in data) else None,
    }


def _of_service(answers: Mapping[str, Any]) -> dict[str, Any]:
    service: Mapping[str, Any] = answers.get("service", {})
    filing: Mapping[str, Any] = answers.get("filing", {})
    public = service.get("public")
    # What is no internet information service is none of its kinds.
    no_service = False if service.get("internet_information_service") is False else None
    synthesis = filing.get("class") == "SYNTH" if "class" in filing else no_service
    own = answers.get("model", {}).get("third_party") is False
    users = service.get("users_expected")
    many = versions("anthropomorphic_2026.assessment_users")[-1].whole
    return {
        "over_a_million_users": None if users is None else users >= many,
        "public_service": public,
        "opens_forum": service.get("opens_forum"),
        "can_mobilise": service.get("can_mobilise"),
        "recommendation_algorithm": True if "class" in filing else no_service,
        "deep_synthesis": synthesis,
        "edits_biometrics": no_service,
        "generative_ai": True if "genai_tests" in answers else no_service,
        "anthropomorphic": no_service,
        "safety_trigger": answers.get("safety", {}).get("trigger"),
        "technical_supporter": filing["role"] == "supporter" if "role" in filing else None,
        "model_use": "own" if own else None,
    }


def event_on(answers: Mapping[str, Any]) -> date:
    """Return the day that triggers the safety assessment: the launch, or the event."""
    if trigger(answers).before_launch:
        return service_from(answers)
    return date.fromisoformat(answers["safety"]["event_on"])


def service_from(answers: Mapping[str, Any]) -> date:
    """Return the day service begins (Algorithm Recommendation Provisions, Art. 24)."""
    return date.fromisoformat(answers["service"]["launched_on"])


def trigger(answers: Mapping[str, Any]) -> Trigger:
    """Return what triggered the safety assessment (2018 Provisions, Art. 3)."""
    return Trigger(answers["safety"]["trigger"])


def algorithm_class(answers: Mapping[str, Any]) -> AlgorithmClass:
    """Return the class the algorithm is filed in."""
    return _CLASSES[answers["filing"]["class"]]


def algorithm_role(answers: Mapping[str, Any]) -> Literal["provider", "supporter"]:
    """Return the role the institution files in."""
    return "supporter" if answers["filing"]["role"] == "supporter" else "provider"


def moment_of(text: str) -> datetime:
    """Return a stored moment, e.g. `2026-11-24T03:04:05.000006Z`."""
    return datetime.fromisoformat(text)
