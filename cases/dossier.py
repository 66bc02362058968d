"""The case before it is submitted, and what its answers mean to the law.

Answers are plain data in the shape of the form `project_facts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from cases.proceeding import State
from law.filing_number import AlgorithmClass
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
class CaseOpened:
    """A case was opened; its draft began."""

    institution: str
    committee: str
    applicant: str
    kind: Literal["case.opened"] = "case.opened"

    def evolve(self, state: State) -> State:
        """A draft has no state to change."""
        return state


@dataclass(frozen=True, kw_only=True)
class SignedOff:
    """The institution's officer signed a version of the draft off."""

    version: int
    content: str
    kind: Literal["case.signed_off"] = "case.signed_off"

    def evolve(self, state: State) -> State:
        """A draft has no state to change."""
        return state


def self_review(answers: Mapping[str, Any]) -> Answers:
    """Return the answers a triage needs; what is not answered yet counts as yes."""
    review: Mapping[str, Any] = answers.get("self_review", {})
    people: Mapping[str, Any] = answers.get("people_involved", {})
    data: list[Mapping[str, Any]] = answers.get("data", [])
    service: Mapping[str, Any] = answers.get("service", {})
    scope: list[str] = review.get("scope", [])
    return Answers(
        participants=people.get("participants", True) or "human" in scope,
        personal_data=any(row.get("personal", True) for row in data) if data else True,
        animals="animal" in scope,
        indirect_risk="indirect" in scope or not scope,
        minimal_risk=review.get("minimal_risk", False),
        # Asked of activities that are no public service; those are no clinical research.
        invasive_brain_interface=review.get(
            "invasive_brain_interface", not service.get("public", True)
        ),
        by_law="by_law" in scope,
        opens_forum=service.get("opens_forum", True),
        can_mobilise=service.get("can_mobilise", True),
        human_machine_fusion=review.get("human_machine_fusion", True),
        opinion_mobilisation=review.get("opinion_mobilisation", True),
        consciousness_guiding=review.get("consciousness_guiding", True),
        highly_autonomous_decision=review.get("highly_autonomous_decision", True),
        public_service=service.get("public", True),
    )


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
