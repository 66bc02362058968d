"""From self-review answers to scope, listed activities, route and duties, with grounds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from law.citation import Confidence
from law.finding import Reason
from law.parameters import cite, ground, instrument_data
from law.words import Words

_MEASURES: Final = "ethics_measures_2023"


class Route(StrEnum):
    """How the committee is to handle an application."""

    NOT_IN_SCOPE = "not_in_scope"
    SIMPLIFIED = "simplified"
    MEETING = "meeting"


@dataclass(frozen=True, slots=True)
class Answers:
    """The self-review answers a triage needs; an unanswered question counts as yes.

    The applicant cannot escape a duty by leaving a question open.
    """

    participants: bool = True
    personal_data: bool = True
    animals: bool = True
    indirect_risk: bool = True
    minimal_risk: bool = False
    invasive_brain_interface: bool = True
    human_machine_fusion: bool = True
    opinion_mobilisation: bool = True
    consciousness_guiding: bool = True
    highly_autonomous_decision: bool = True
    public_service: bool = True
    by_law: bool = True
    opens_forum: bool = True
    can_mobilise: bool = True


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One thing that follows, the answers that fired it, and why."""

    code: str
    answers: tuple[str, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Triage:
    """All that follows from a self-review on a day."""

    on: date
    route: Route
    scope: tuple[Conclusion, ...]
    listed: tuple[Conclusion, ...]
    duties: tuple[Conclusion, ...]

    @property
    def expert_review(self) -> bool:
        """Tell whether the expert re-review is needed (Art. 26)."""
        return bool(self.listed)


def triage(answers: Answers, *, on: date) -> Triage:
    """Return what follows from the answers under the law of a day."""
    scope = _scope(answers, on)
    listed = _listed(answers, on)
    if not scope:
        route = Route.NOT_IN_SCOPE
    elif answers.minimal_risk and not listed:
        route = Route.SIMPLIFIED
    else:
        route = Route.MEETING
    return Triage(on, route, scope, listed, _duties(answers, listed, on))


def _scope(answers: Answers, on: date) -> tuple[Conclusion, ...]:
    fired = {
        "scope_people": _true(answers, "participants", "personal_data"),
        "scope_animals": _true(answers, "animals"),
        "scope_indirect": _true(answers, "indirect_risk"),
        "scope_by_law": _true(answers, "by_law"),
    }
    return tuple(
        _conclusion(f"{_MEASURES}.{name}", because, on=on)
        for name, because in fired.items()
        if because
    )


def _listed(answers: Answers, on: date) -> tuple[Conclusion, ...]:
    entries: list[Mapping[str, Any]] = instrument_data(_MEASURES)["annex"]
    return tuple(
        Conclusion(
            f"annex.{entry['code']}",
            tuple(entry["needs"]),
            Reason(
                Words(
                    f"清单第{entry['item']}项：{entry['label']['zh']}",
                    f"List item {entry['item']}: {entry['label']['en']}",
                ),
                replace(cite(_MEASURES, 0), annex=entry["item"]),
                Confidence(entry["confidence"]),
            ),
        )
        for entry in entries
        if entry["from"] <= on and all(getattr(answers, need) for need in entry["needs"])
    )


def _duties(
    answers: Answers, listed: tuple[Conclusion, ...], on: date
) -> tuple[Conclusion, ...]:
    duties: list[Conclusion] = []
    if listed:
        because = tuple(name for conclusion in listed for name in conclusion.answers)
        duties.append(_conclusion(f"{_MEASURES}.expert_review_list", because, on=on))
    # 2018 Provisions, Art. 2: a forum, or any other way to mobilise the public.
    opinion = _true(answers, "opinion_mobilisation", "opens_forum", "can_mobilise")
    if answers.public_service and opinion:
        because = ("public_service", *opinion)
        duties += [
            _conclusion("safety_assessment_2018.attribute", because, on=on),
            _conclusion("algorithm_recommendation_2022.safety_duty", because, on=on),
            _conclusion("algorithm_recommendation_2022.filing_duty", because, on=on),
        ]
    return tuple(duties)


def _true(answers: Answers, *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if getattr(answers, name))


def _conclusion(name: str, because: tuple[str, ...], *, on: date) -> Conclusion:
    return Conclusion(name, because, ground(name, on=on))
