"""The time machine: a case as it stood at any second, folded from its entries."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read
from cases.procedures import is_proceeding
from cases.registry import POLICY, PartyEntered
from policies.access import Access, former
from policies.relations import Person, Subject, acted_in, relations
from records.access_tables import Policy
from records.folding import fold, state_adapter
from records.registered import appointments, newest, parties
from records.tables import Case, Event


@dataclass(frozen=True)
class Stood:
    """Where a proceeding stood: its stage, and all of its state as plain data."""

    id: str
    procedure: str
    seq: int
    stage: str
    state: dict[str, Any]


@dataclass(frozen=True)
class Moment:
    """A case at a second: its proceedings, and the policy that governed the last act."""

    case: str
    at: str
    entries: int
    policy: str
    proceedings: tuple[Stood, ...]


async def as_of(session: AsyncSession, case: str, at: str) -> Moment:
    """Return a case as it stood at a moment (`2026-11-24T03:04:05.000006Z`)."""
    statement = (
        select(Event)
        .where(col(Event.case_number) == case, col(Event.at) <= at)
        .order_by(col(Event.index))
    )
    rows = (await session.exec(statement)).all()
    by: dict[str, list[Event]] = {}
    for row in rows:
        by.setdefault(row.proceeding, []).append(row)
    policies = [policy for row in rows if (policy := str(read(row.body)["policy"]))]
    return Moment(
        case=case,
        at=at,
        entries=len(rows),
        policy=policies[-1] if policies else "",
        proceedings=tuple(
            _stood(name, found) for name, found in by.items() if is_proceeding(name)
        ),
    )


@dataclass(frozen=True)
class Could:
    """What a person could see and do then, and by which row of the policy."""

    person: str
    party: str
    roles: tuple[str, ...]
    acts: dict[str, str]


@dataclass(frozen=True)
class Powers:
    """Who could do what at a moment, by the policy and the appointments of then."""

    policy: str
    of_then: bool  # false: the rows of that policy are not held, and today's were asked
    people: tuple[Could, ...]


async def powers(session: AsyncSession, then: Moment, access: Access) -> Powers:
    """Return who could see and do what in a case as it stood.

    Only acts that a relation to the case allows are told.

    Args:
        session: A reading session.
        then: The case as it stood.
        access: Today's policy, asked where that of then is not held.
    """
    case = await session.get_one(Case, then.case)
    states = {one.procedure: one.state for one in then.proceedings}
    subject = Subject(
        stage="submitted" if "ethics_review" in states else "draft",
        applicant=case.applicant,
        institution=case.institution,
        committee=case.committee,
        division=case.division,
        states=states,
    )
    in_force = await newest(session, POLICY, "policy.put_in_force", then.at)
    held = await session.get(Policy, in_force["policy"]) if in_force else None
    if held is not None and held.hash != access.hash:
        access = former(held.rows)
    found = [_could(person, subject, access) for person in await _everybody(session, then.at)]
    return Powers(
        policy=access.hash,
        of_then=held is not None,
        people=tuple(could for could in found if could.acts),
    )


def _could(person: Person, subject: Subject, access: Access) -> Could:
    acts: dict[str, str] = {}
    for act in sorted(access.acts):
        held = relations(person, subject, acted_in(act))
        row = access.allowing(person, act, held, subject.stage)
        if row is not None and row.relation != "*":
            acts[act] = str(row)
    return Could(person.id, person.party, tuple(sorted(person.roles)), acts)


async def _everybody(session: AsyncSession, at: str) -> list[Person]:
    """Return everybody who held a role at a moment, once for each body."""
    bodies = await parties(session, at)
    roles: dict[tuple[str, str], set[str]] = {}
    for person, party, role in sorted(await appointments(session, at=at)):
        roles.setdefault((person, party), set()).add(role)
    return [
        Person(who, party, frozenset(held), _jurisdiction(bodies[party]))
        for (who, party), held in roles.items()
    ]


def _jurisdiction(body: PartyEntered) -> str:
    return body.division if body.party_kind == "authority" else ""


def _stood(proceeding: str, rows: list[Event]) -> Stood:
    state = fold(proceeding, rows)
    procedure = proceeding.split("/", 1)[0].replace("-", "_")
    plain: dict[str, Any] = state_adapter(procedure).dump_python(state, mode="json")
    return Stood(proceeding, procedure, rows[-1].seq, str(state.stage), plain)
