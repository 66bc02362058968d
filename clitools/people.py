"""Enter bodies, people, roles and tokens, as the one who runs the machine."""

import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import moment
from cases.proceeding import Actor
from clitools.database import opened
from clitools.errors import CommandError
from documents.fonts import missing, named
from law.meeting import Category
from policies.vocabulary import ROLES
from records.access_tables import Token
from records.people import token_hash
from records.registry import appoint, dismiss, enter_party, enter_person, issue_token
from records.streams import Hand
from records.tables import Appointment, Party, Person
from settings import Settings

KINDS: Final = ("institution", "committee", "authority", "platform")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
Write = Callable[[AsyncSession, Hand], Awaitable[None]]


async def enter_body(settings: Settings, party: Party) -> None:
    """Enter a body, or change what is known of it.

    Raises:
        CommandError: Its id or kind is none, or a committee serves no institution.
    """
    _demand_id(party.id)
    _demand_printable(party.name)
    if party.kind not in KINDS:
        raise CommandError(f"机构类型为 · a kind is one of: {', '.join(KINDS)}")

    async def write(session: AsyncSession, hand: Hand) -> None:
        if party.kind == "committee" and await session.get(Party, party.serves) is None:
            raise CommandError("委员会须有所属单位（--serves）· a committee serves a body")
        await enter_party(session, party, hand)

    await _written(settings, write)


async def enter(settings: Settings, person: Person) -> None:
    """Enter a person; one who is known already stays as they are."""
    _demand_id(person.id)
    _demand_printable(person.name)

    async def write(session: AsyncSession, hand: Hand) -> None:
        known = await session.get(Person, person.id)
        if known is not None and known.name != person.name:
            raise CommandError(f"{person.id} 是另一人 · is somebody else")
        await enter_person(session, person, hand)

    await _written(settings, write)


async def give_role(settings: Settings, made: Appointment) -> None:
    """Give a person a role in a body.

    Raises:
        CommandError: There is no such person, body, role or category.
    """
    if made.role not in ROLES:
        raise CommandError(f"角色为 · a role is one of: {', '.join(sorted(ROLES))}")
    if made.category not in {"", *Category}:
        raise CommandError(f"类别为 · a category is one of: {', '.join(Category)}")

    async def write(session: AsyncSession, hand: Hand) -> None:
        await _demand(session, made.person_id, made.party_id)
        await appoint(session, made, hand)

    await _written(settings, write)


async def end_role(settings: Settings, person: str, party: str, role: str) -> None:
    """End a role; from then on it allows nothing any more."""

    async def write(session: AsyncSession, hand: Hand) -> None:
        if not await dismiss(session, (person, party, role), hand):
            raise CommandError(f"{person} 在 {party} 没有 {role} · holds no such role there")

    await _written(settings, write)


async def new_token(settings: Settings, person: str, party: str, days: int) -> str:
    """Return a fresh token of a person for a body; only its hash is kept."""
    token = f"shenbei_{secrets.token_urlsafe(32)}"

    async def write(session: AsyncSession, hand: Hand) -> None:
        await _demand(session, person, party)
        made = Token(
            sha256=token_hash(token),
            person_id=person,
            party_id=party,
            expires_at=moment(hand.at + timedelta(days=days)),
        )
        await issue_token(session, made, hand)

    await _written(settings, write)
    return token


async def _written(settings: Settings, write: Write) -> None:
    hand = Hand(
        actor=Actor(person="operator", body="platform", role="operator"),
        at=datetime.now(UTC),
        policy="",
        request=f"operator/{secrets.token_hex(16)}",
    )
    async with opened(settings) as database, database.writing() as session:
        await write(session, hand)


def _demand_id(told: str) -> None:
    if not _ID.fullmatch(told):
        raise CommandError(f"编号只含小写字母、数字、连字符 · not an id: {told[:80]!r}")


def _demand_printable(name: str) -> None:
    """Refuse a name that papers cannot be set with."""
    if lacking := missing(name):
        raise CommandError(f"字库没有这些字 · the font lacks {named(lacking)}")


async def _demand(session: AsyncSession, person: str, party: str) -> None:
    if await session.get(Person, person) is None:
        raise CommandError(f"没有人员 {person} · there is no such person")
    if await session.get(Party, party) is None:
        raise CommandError(f"没有机构 {party} · there is no such body")
