"""How a person stands to a case: named facts, computed once per request.

Casbin sees only these names. Ids are compared, never words; a missing fact is no relation, and
what is not allowed by a relation is denied.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from policies.vocabulary import RELATIONS

States = Mapping[str, Mapping[str, Any]]
"""The newest state of each procedure of a case, by name, as plain data."""

_OF_THE_WHOLE_CASE: Final = frozenset({"case", "trail", "correction", "archiving"})
_CITY: Final = 4  # digits of a division code that name the city; 2 name the province
_PROVINCE: Final = 2


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: a person acting for a party, with the roles they hold there."""

    id: str
    party: str
    roles: frozenset[str]
    division: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about: the facts of a case that relations speak of."""

    stage: str = ""
    applicant: str = ""
    institution: str = ""
    committee: str = ""
    division: str = ""
    states: States = field(default_factory=dict[str, Mapping[str, Any]])


def relations(person: Person, subject: Subject, procedure: str = "") -> frozenset[str]:
    """Return the names of the relations that hold.

    Args:
        person: Who asks.
        subject: The case asked about.
        procedure: The procedure acted in; empty for the case as a whole.
    """
    held = {
        "own": subject.applicant == person.id and subject.institution == person.party,
        "own_in_another_seat": subject.applicant == person.id
        and subject.institution != person.party,
        "same_institution": subject.institution == person.party,
        "this_committee": subject.committee == person.party,
        "jurisdiction": "regulator" in person.roles
        and _covers(person.division, subject.division),
        **_in_ethics_review(person, subject),
        **_in_expert_review(person, subject),
        "same_authority": _opening(subject, procedure or "filing", "authority") == person.party
        or _opening(subject, procedure or "safety_assessment", "authority") == person.party,
    }
    unknown = held.keys() - RELATIONS
    if unknown:
        raise ValueError(f"relations outside the vocabulary: {sorted(unknown)}")
    return frozenset(name for name, holds in held.items() if holds)


def acted_in(act: str) -> str:
    """Return the procedure an act is of; empty: it is of the case as a whole."""
    prefix = act.split(".", maxsplit=1)[0]
    return "" if prefix in _OF_THE_WHOLE_CASE else prefix


def _in_ethics_review(person: Person, subject: Subject) -> dict[str, bool]:
    state = subject.states.get("ethics_review", {})
    seats = {seat["person"] for seat in _opening(subject, "ethics_review", "seats") or ()}
    seated = person.id in seats and subject.committee == person.party
    recused = person.id in state.get("recused", ())
    declared = person.id in state.get("declared", ())
    return {
        "seated": seated,
        "recused": recused or person.id in _expert(subject).get("recused", ()),
        "undeclared": (seated and not recused and not declared) or _silent(person, subject),
    }


def _in_expert_review(person: Person, subject: Subject) -> dict[str, bool]:
    organiser = _opening(subject, "expert_review", "organiser")
    ours = organiser is not None and organiser == person.party
    group = {expert["id"] for expert in _expert(subject).get("group", ())}
    return {
        "organises": ours and "organiser" in person.roles,
        "in_group": ours and person.id in group,
    }


def _silent(person: Person, subject: Subject) -> bool:
    """Tell whether an expert of the group has not declared yet."""
    state = _expert(subject)
    group = {expert["id"] for expert in state.get("group", ())}
    done = (*state.get("declared", ()), *state.get("recused", ()))
    return person.id in group and person.id not in done


def _expert(subject: Subject) -> Mapping[str, Any]:
    return subject.states.get("expert_review", {})


def _opening(subject: Subject, procedure: str, name: str) -> Any:
    return subject.states.get(procedure, {}).get("opening", {}).get(name)


def _covers(authority: str, place: str) -> bool:
    """Tell whether a division lies in a jurisdiction: 110000 covers 110108, 110108 itself."""
    if not authority or not place:
        return False
    if authority.endswith("0000"):
        return place[:_PROVINCE] == authority[:_PROVINCE]
    if authority.endswith("00"):
        return place[:_CITY] == authority[:_CITY]
    return place == authority
