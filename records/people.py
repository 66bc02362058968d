"""People, parties and tokens."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from law.expert_group import Candidate
from law.meeting import Category
from policies.relations import Person as Acting
from records.access_tables import Token
from records.tables import Appointment, Moment, Party, Person


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token stands for."""

    person: Person
    party: Party
    roles: frozenset[str]
    first: bool  # the token was never used before

    @property
    def acting(self) -> Acting:
        """The person as the policy knows them; a jurisdiction is an authority's only."""
        division = self.party.division if self.party.kind == "authority" else ""
        return Acting(self.person.id, self.party.id, self.roles, division)


def token_hash(token: str) -> str:
    """Return what is stored of a token."""
    return sha256(token.encode()).hexdigest()


async def bearer(session: AsyncSession, token: str, now: Moment) -> Bearer | None:
    """Return whom a token stands for; None when it is unknown or expired."""
    statement = (
        select(Person, Party, Appointment.role, Token.used_at)
        .join(Token, col(Token.person_id) == col(Person.id))
        .join(Party, col(Token.party_id) == col(Party.id))
        .join(
            Appointment,
            (col(Appointment.person_id) == col(Token.person_id))
            & (col(Appointment.party_id) == col(Token.party_id)),
        )
        .where(col(Token.sha256) == token_hash(token), col(Token.expires_at) > now)
    )
    rows = (await session.exec(statement)).all()
    if not rows:
        return None
    person, party, _, used_at = rows[0]
    return Bearer(person, party, frozenset(row[2] for row in rows), used_at is None)


async def appointed(session: AsyncSession, person: str, party: str) -> Bearer | None:
    """Return a person with the roles they hold in a party now; None when they hold none."""
    statement = (
        select(Person, Party, Appointment.role)
        .join(Appointment, col(Appointment.person_id) == col(Person.id))
        .join(Party, col(Appointment.party_id) == col(Party.id))
        .where(col(Person.id) == person, col(Party.id) == party)
    )
    rows = (await session.exec(statement)).all()
    if not rows:
        return None
    roles = frozenset(role for _, _, role in rows)
    return Bearer(rows[0][0], rows[0][1], roles, first=False)


async def members(session: AsyncSession, committee: str) -> Sequence[Appointment]:
    """Return the appointments of a committee's members, chair and vice-chairs."""
    statement = (
        select(Appointment)
        .where(
            col(Appointment.party_id) == committee,
            col(Appointment.role).in_(("member", "chair", "vice_chair")),
        )
        .order_by(col(Appointment.person_id))
    )
    return (await session.exec(statement)).all()


async def candidates(
    session: AsyncSession, pool: str, wanted: Collection[str] | None = None
) -> tuple[Candidate, ...]:
    """Return the experts of an authority's pool, with what the exclusion rules ask."""
    statement = select(Appointment).where(
        col(Appointment.party_id) == pool, col(Appointment.role) == "expert"
    )
    if wanted is not None:
        statement = statement.where(col(Appointment.person_id).in_(wanted))
    experts = (await session.exec(statement.order_by(col(Appointment.person_id)))).all()
    seats = await session.exec(
        select(Appointment.person_id, Appointment.party_id)
        .join(Party, col(Party.id) == col(Appointment.party_id))
        .where(
            col(Appointment.person_id).in_([e.person_id for e in experts]),
            col(Party.kind) == "committee",
        )
    )
    serves: dict[str, list[str]] = {}
    for person, committee in seats.all():
        serves.setdefault(person, []).append(committee)
    return tuple(
        Candidate(
            expert.person_id,
            Category(expert.category),
            tuple(sorted(set(serves.get(expert.person_id, [])))),
            expert.employer,
        )
        for expert in experts
    )


async def names(session: AsyncSession, ids: Collection[str]) -> dict[str, str]:
    """Return the names behind person ids."""
    statement = select(Person).where(col(Person.id).in_(ids))
    return {person.id: person.name for person in (await session.exec(statement)).all()}


async def party_of_kind(session: AsyncSession, kind: str, role: str) -> Party | None:
    """Return the first party of a kind in which somebody holds a role."""
    statement = (
        select(Party)
        .join(Appointment, col(Appointment.party_id) == col(Party.id))
        .where(col(Party.kind) == kind, col(Appointment.role) == role)
        .order_by(col(Party.id))
        .limit(1)
    )
    return (await session.exec(statement)).first()
