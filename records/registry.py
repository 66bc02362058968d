"""Enter bodies, people, appointments, tokens and the policy: a row, and an entry that tells.

Everything here may be repeated: what stands already, and is told, is left as it is.
"""

import secrets

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import moment
from cases.registry import (
    POLICY,
    Appointed,
    Dismissed,
    PartyEntered,
    PersonEntered,
    PolicyPutInForce,
    SignedIn,
    SignInRefused,
    TokenIssued,
)
from cases.text import Payload, commitment
from records import trail
from records.access_tables import Policy, Token
from records.registered import TOLD, appointments, newest, particulars
from records.streams import Hand, Stream, append
from records.tables import Appointment, Party, Person
from records.vault import write_words


async def enter_party(session: AsyncSession, party: Party, hand: Hand) -> None:
    """Enter a body, or change what is known of it."""
    told = await newest(session, f"party/{party.id}", "party.entered")
    content = particulars(party)
    await session.merge(party)
    await session.flush()
    if told is None or told["content"] != content:
        event = PartyEntered(
            party=party.id,
            party_kind=party.kind,
            division=party.division,
            serves=party.serves,
            content=content,
        )
        await append(session, Stream(f"party/{party.id}"), event, hand)


async def enter_person(session: AsyncSession, person: Person, hand: Hand) -> None:
    """Enter a person; the name is committed to, and sealed with the person's key."""
    stream = Stream(f"person/{person.id}")
    if await newest(session, stream.id, "person.entered") is None:
        await session.merge(person)
        await session.flush()
        name, salt = person.name, secrets.token_hex(32)
        sealed = Payload("name", name, salt, commitment("name", salt, name))
        event = PersonEntered(person=person.id, name=sealed.commitment)
        seq = await append(session, stream, event, hand)
        await write_words(session, (stream.id, seq), person.id, [sealed])


async def appoint(session: AsyncSession, made: Appointment, hand: Hand) -> None:
    """Give a person a role in a body, or give them another category or employer in it."""
    row = await _appointment(session, made.person_id, made.party_id, made.role)
    if row is None:
        row = made
    row.category, row.employer = made.category, made.employer
    session.add(row)
    await session.flush()
    event = Appointed(
        person=row.person_id,
        party=row.party_id,
        role=row.role,
        category=row.category,
        employer=row.employer,
    )
    told = await appointments(session, made.party_id)
    if told.get((row.person_id, row.party_id, row.role)) != event:
        await append(session, Stream(f"party/{made.party_id}"), event, hand)


async def dismiss(session: AsyncSession, held: tuple[str, str, str], hand: Hand) -> bool:
    """End a role (person, party, role); False where nobody holds it."""
    row = await _appointment(session, *held)
    if row is None:
        return False
    await session.delete(row)
    person, party, role = held
    event = Dismissed(person=person, party=party, role=role)
    await append(session, Stream(f"party/{party}"), event, hand)
    return True


async def _appointment(
    session: AsyncSession, person: str, party: str, role: str
) -> Appointment | None:
    statement = select(Appointment).where(
        col(Appointment.person_id) == person,
        col(Appointment.party_id) == party,
        col(Appointment.role) == role,
    )
    return (await session.exec(statement)).one_or_none()


async def issue_token(session: AsyncSession, token: Token, hand: Hand) -> None:
    """Enter a token; only its SHA-256 is known here."""
    session.add(token)
    await session.flush()
    await tell_token(session, token, hand)


async def tell_token(session: AsyncSession, token: Token, hand: Hand) -> None:
    """Say in the trail that a token was given to somebody."""
    event = TokenIssued(
        person=token.person_id,
        party=token.party_id,
        token=token.sha256[:TOLD],
        expires_at=token.expires_at,
    )
    await append(session, Stream(f"party/{token.party_id}"), event, hand)


async def used(session: AsyncSession, digest: str, hand: Hand) -> None:
    """Enter the first use of a token, or the first one after it had expired."""
    await trail.lock(session)  # of two first uses one is told
    token = await session.get(Token, digest)
    if token is None:
        return
    now, kind = (
        moment(hand.at),
        SignedIn if token.expires_at > moment(hand.at) else SignInRefused,
    )
    if (token.used_at if kind is SignedIn else token.refused_at) is not None:
        return
    if kind is SignedIn:
        token.used_at = now
    else:
        token.refused_at = now
    event = kind(person=token.person_id, party=token.party_id, token=digest[:TOLD])
    session.add(token)
    await append(session, Stream(f"party/{token.party_id}"), event, hand)


async def put_in_force(session: AsyncSession, policy: Policy, hand: Hand) -> None:
    """Enter the policy that is asked from now on, with its rows."""
    await trail.lock(session)
    told = await newest(session, POLICY, "policy.put_in_force")
    before = str(told["policy"]) if told else ""
    if before != policy.hash:
        await session.merge(policy)
        event = PolicyPutInForce(policy=policy.hash, before=before)
        await append(session, Stream(POLICY), event, hand)
