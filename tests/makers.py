"""Makers of what tests need, in the words of the domain."""

from datetime import UTC, date, datetime
from typing import Any

from cases import filing, follow_up, safety_assessment
from cases.ethics_review import state as ethics
from cases.expert_review import state as expert
from cases.proceeding import Actor, By, decide, evolve
from demo.seed import ROLES
from law.expert_group import Candidate, Reviewed
from law.filing_number import AlgorithmClass
from law.meeting import Category
from law.safety import Trigger

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
SEEDED = 7 + sum(2 + len(role.roles) for role in ROLES) - 1
"""Entries that tell of the bodies, people, roles and tokens of the demonstration; one person
holds two tokens."""
OPENED = SEEDED + 3
"""The same, with those that opened the three cases of the records' tests."""
CASE = "BJ-2026-000042"
CATEGORIES = ("peer", "ethics", "law", "peer", "ethics", "peer", "peer")
POOL = tuple(Candidate(f"e{n}", Category(c)) for n, c in enumerate(CATEGORIES, start=1))


def by(person: str = "system", *, at: datetime = AT, people: tuple[Candidate, ...] = ()) -> By:
    """Return the circumstances of an act."""
    actor = Actor(person=person, body="b", role="r")
    return By(actor=actor, at=at, salt="ab" * 32, people=people)


def after(state: Any, *acts: Any) -> Any:
    """Return the state after acts: an act, or (act, person), or (act, By)."""
    for entry in acts:
        act, who = entry if isinstance(entry, tuple) else (entry, by())
        circumstances = who if isinstance(who, By) else by(who)
        for event in decide(state, act, circumstances):
            state = evolve(state, event)
    return state


def ethics_opening(
    *, listed: bool = True, ordinal: int = 1, case: str = CASE
) -> ethics.Opening:
    return ethics.Opening(
        case=case,
        ordinal=ordinal,
        institution="i1",
        committee="c1",
        applicant="a1",
        seats=tuple(
            ethics.Seat(person=f"m{n}", category=Category(c), chair=n == 1)
            for n, c in enumerate(CATEGORIES, start=1)
        ),
        listed=listed,
        version=3,
        content="0" * 64,
    )


def expert_opening(case: str = CASE) -> expert.Opening:
    return expert.Opening(
        case=case,
        institution="i1",
        organiser="o1",
        reviewed=Reviewed("i1", "c1", ("m1", "m2")),
        initial="approve",
        source=f"ethics-review/{case}/1",
    )


def safety_opening(event_on: date = date(2027, 1, 1)) -> safety_assessment.Opening:
    return safety_assessment.Opening(
        case=CASE,
        institution="i1",
        authority="s1",
        trigger=Trigger.NEW_SERVICE,
        event_on=event_on,
    )


def filing_opening(
    service_from: date = date(2026, 11, 20), case: str = CASE
) -> filing.Opening:
    return filing.Opening(
        case=case,
        institution="i1",
        authority="f1",
        algorithm_class=AlgorithmClass.SYNTHESIS,
        role="provider",
        service_from=service_from,
        content="0" * 64,
    )


def follow_up_opening(*, listed: bool = True, case: str = CASE) -> follow_up.Opening:
    return follow_up.Opening(
        case=case,
        institution="i1",
        committee="c1",
        approved_on=date(2026, 8, 31),
        listed=listed,
    )
