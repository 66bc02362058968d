"""From self-review answers to scope, listed activities, route and duties, with grounds."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal

from law.annex import annexes
from law.conclusion import Conclusion, conclude, true
from law.duties import rules
from law.finding import Reason
from law.parameters import NotInForceError, Parameter, parameter, versions
from law.words import Words

_MEASURES: Final = "ethics_measures_2023"
_AI: Final = "ai_ethics_measures_2026"
_SCOPE: Final = {
    "scope_people": ("participants", "personal_data", "biosamples"),
    "scope_animals": ("animals",),
    "scope_indirect": ("indirect_risk",),
    "scope_by_law": ("by_law",),
}
Exemption = Literal["none", "public_data", "anonymised", "existing_samples", "cell_lines"]
SafetyTrigger = Literal["", "3.1", "3.2", "3.3", "3.4", "3.5"]
ModelUse = Literal["", "own", "fine_tuned", "filed_unchanged"]


class Route(StrEnum):
    """How the committee is to handle an application."""

    NOT_IN_SCOPE = "not_in_scope"
    EXEMPT = "exempt"
    SIMPLIFIED = "simplified"
    MEETING = "meeting"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Answers:
    """The self-review answers a triage needs.

    The defaults are what an unanswered question counts as: what brings a duty counts as yes,
    what takes one away counts as no, so that nobody
    escapes by leaving a question open. Only what is foreign to most AI projects counts as no
    until it is said: animals, biosamples, international cooperation, life science and its four
    listed activities, a rule of other law, editing faces or voices, acting as a person, a
    million users.
    """

    participants: bool = True
    personal_data: bool = True
    biosamples: bool = False
    animals: bool = False
    indirect_risk: bool = True
    by_law: bool = False
    international: bool = False
    life_science: bool = False
    new_species: bool = False
    stem_cell_chimera: bool = False
    germline_editing: bool = False
    invasive_brain_interface: bool = False
    human_machine_fusion: bool = True
    opinion_mobilisation: bool = True
    consciousness_guiding: bool = True
    highly_autonomous_decision: bool = True
    minimal_risk: bool = False
    minor_modification: bool = False
    follow_up_unchanged: bool = False
    emergency: bool = False
    exemption: Exemption = "none"
    sensitive_or_commercial: bool = True  # what bars an exemption
    state_approval: bool = False
    filed_regime: bool = False
    public_service: bool = True
    opens_forum: bool = True
    can_mobilise: bool = True
    recommendation_algorithm: bool = True
    deep_synthesis: bool = True
    edits_biometrics: bool = False
    technical_supporter: bool = False
    generative_ai: bool = True
    model_use: ModelUse = ""
    anthropomorphic: bool = False
    over_a_million_users: bool = False
    safety_trigger: SafetyTrigger = ""


@dataclass(frozen=True, slots=True)
class Triage:
    """All that follows from a self-review on a day."""

    on: date
    route: Route
    because: Conclusion
    scope: tuple[Conclusion, ...]
    listed: tuple[Conclusion, ...]
    omitted: tuple[Conclusion, ...]  # grounds on which a due re-review may be omitted
    duties: tuple[Conclusion, ...]

    @property
    def expert_review(self) -> bool:
        """Tell whether the expert re-review is needed (Art. 26), and not omitted (Art. 34)."""
        return bool(self.listed) and not self.omitted

    @property
    def codes(self) -> tuple[str, ...]:
        """All that was concluded, in a stable order, to compare two triages by."""
        parts = (*self.scope, *self.listed, *self.omitted, *self.duties)
        needed = ("expert_review",) if self.expert_review else ()
        return (f"route.{self.route}", *needed, *(c.code for c in parts))


def triage(answers: Answers, *, on: date) -> Triage:
    """Return what follows from the answers under the law of a day."""
    if on < (begins := versions(f"{_MEASURES}.scope_people")[0]).since:
        return _before(begins, answers, on)
    scope = _scope(answers, on)
    listed = _listed(answers, on)
    route, because = _route(answers, scope, listed, on)
    omitted = _omitted(answers, on) if listed else ()
    exempt = route in {Route.EXEMPT, Route.NOT_IN_SCOPE}
    duties = _duties(answers, listed, omitted, on, exempt=exempt)
    return Triage(on, route, because, scope, listed, omitted, duties)


def _before(begins: Parameter, answers: Answers, on: date) -> Triage:
    """Return what followed before the Measures were in force: duties of other rules only."""
    words = Words(
        f"《科技伦理审查办法》自 {begins.since} 起施行，当日尚无伦理审查",
        f"the Measures are in force from {begins.since}; there was no ethics review that day",
    )
    reason = Reason(words, begins.citation, begins.confidence)
    duties = _duties(answers, (), (), on, exempt=True)
    because = Conclusion(begins.name, (), reason)
    return Triage(on, Route.NOT_IN_SCOPE, because, (), (), (), duties)


def _scope(answers: Answers, on: date) -> tuple[Conclusion, ...]:
    fired = {table: true(answers, *names) for table, names in _SCOPE.items()}
    return tuple(
        conclude(f"{_MEASURES}.{table}", because, on=on)
        for table, because in fired.items()
        if because
    )


def _listed(answers: Answers, on: date) -> tuple[Conclusion, ...]:
    """Return the listed activities; the AI Measures' list repeats three of the seven."""
    return tuple(
        entry.conclusion
        for entry in annexes()
        if entry.since <= on <= (entry.until or on)
        and all(getattr(answers, need) for need in entry.conclusion.answers)
    )


def _route(
    answers: Answers,
    scope: tuple[Conclusion, ...],
    listed: tuple[Conclusion, ...],
    on: date,
) -> tuple[Route, Conclusion]:
    if not scope and not listed:
        asked = tuple(name for names in _SCOPE.values() for name in names)
        return Route.NOT_IN_SCOPE, conclude(f"{_MEASURES}.scope_people", asked, on=on)
    exempt = answers.life_science and answers.exemption != "none"
    if exempt and not listed and not answers.sensitive_or_commercial:
        why = "life_science_measures_2023.exemption"
        return Route.EXEMPT, conclude(why, ("life_science", "exemption"), on=on)
    if answers.emergency:
        why = f"{_MEASURES}.emergency_hours"
        return Route.EMERGENCY, conclude(why, ("emergency",), on=on)
    simple = true(answers, "minimal_risk", "minor_modification", "follow_up_unchanged")
    if simple and not listed:
        return Route.SIMPLIFIED, conclude(f"{_MEASURES}.simplified_cases", simple, on=on)
    fired = tuple(dict.fromkeys(name for c in listed or scope for name in c.answers))
    return Route.MEETING, conclude(f"{_MEASURES}.meeting_rule", fired, on=on)


def _omitted(answers: Answers, on: date) -> tuple[Conclusion, ...]:
    found: list[Conclusion] = []
    if answers.state_approval:
        why = f"{_MEASURES}.expert_exempt_approval"
        found.append(conclude(why, ("state_approval",), on=on))
    # One source only gives the filed regimes: the office decides whether to rely on it.
    if answers.filed_regime and parameter("office_policy.filed_regime_exempts", on=on).value:
        try:
            why = f"{_AI}.expert_exempt_filed"
            found.append(conclude(why, ("filed_regime",), on=on))
        except NotInForceError:
            pass
    return tuple(found)


def _duties(
    answers: Answers,
    listed: tuple[Conclusion, ...],
    omitted: tuple[Conclusion, ...],
    on: date,
    *,
    exempt: bool,
) -> tuple[Conclusion, ...]:
    """Return the duties; those of a review only where there is one."""
    duties: list[Conclusion] = []
    if listed:
        because = tuple(dict.fromkeys(name for c in listed for name in c.answers))
        tables = [] if omitted else ["expert_review_list"]
        tables.append("register_activity")
        duties += [conclude(f"{_MEASURES}.{table}", because, on=on) for table in tables]
    for rule in rules():
        because = rule.fired(answers)
        if because and not (exempt and rule.of_review):
            try:
                duties.append(conclude(rule.row, because, on=on))
            except NotInForceError:
                continue
    return tuple(duties)
