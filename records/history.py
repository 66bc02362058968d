"""The time machine: a case as it stood at any second, folded from its entries."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read
from policies.access import Access
from policies.relations import Person, Subject, acted_in, relations
from records.folding import fold, state_adapter
from records.tables import Appointment, Case, Event, Party


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
            _stood(name, found) for name, found in by.items() if not name.startswith("case/")
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
    """Who could do what at a moment, by today's policy and appointments."""

    policy: str
    same: bool  # the policy's hash is that of the last act before the moment
    people: tuple[Could, ...]


async def powers(session: AsyncSession, then: Moment, access: Access) -> Powers:
    """Return who could see and do what in a case as it stood.

    Only acts that a relation to the case allows are told. Appointments are those of today: the
    trail does not hold them.
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
    found = [_could(person, subject, access) for person in await _everybody(session)]
    return Powers(
        policy=access.hash,
        same=then.policy == access.hash,
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


async def _everybody(session: AsyncSession) -> list[Person]:
    statement = (
        select(Appointment, Party)
        .join(Party, col(Party.id) == col(Appointment.party_id))
        .order_by(col(Appointment.person_id), col(Appointment.party_id))
    )
    roles: dict[tuple[str, str, str], set[str]] = {}
    for appointment, party in (await session.exec(statement)).all():
        division = party.division if party.kind == "authority" else ""
        key = (appointment.person_id, party.id, division)
        roles.setdefault(key, set()).add(appointment.role)
    return [Person(who, party, frozenset(held), d) for (who, party, d), held in roles.items()]


def _stood(proceeding: str, rows: list[Event]) -> Stood:
    state = fold(proceeding, rows)
    procedure = proceeding.split("/", 1)[0].replace("-", "_")
    plain: dict[str, Any] = state_adapter(procedure).dump_python(state, mode="json")
    return Stood(proceeding, procedure, rows[-1].seq, str(state.stage), plain)
