"""Who asks, what about, and whether they may: every route names its act here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Final, cast

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import KeyMissingError, TooLargeError, UnauthenticatedError
from api.problems import language
from api.services import Services
from api.signing_in import enter_use
from audit.event import moment
from cases.procedures import PersonAct
from cases.proceeding import Actor
from law.words import Language, Words
from policies.relations import Person, Subject, acted_in, relations
from records.errors import NotFoundError
from records.people import bearer
from records.reading import case_within, proceedings, subject
from records.tables import Case, Proceeding

_KEY_LIMIT: Final = 255
_ACT_LIMIT: Final = 256 << 10  # the engine carries an act in messages of at most 2 MB
_NUMBER: Final = re.compile(r"[A-Z]{2}-[0-9]{4}-[0-9]{6}")
_scheme = HTTPBearer(auto_error=False)


# Asynchronous, though they wait for nothing: others are run in a thread each.
async def _services(request: Request) -> Services:
    return cast("Services", request.app.state.services)


async def _language(request: Request) -> Language:
    return language(request)


ServicesDep = Annotated[Services, Depends(_services)]
LanguageDep = Annotated[Language, Depends(_language)]


async def _person(
    services: ServicesDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_scheme)],
) -> Person:
    found = None
    if credentials is not None:
        async with services.database.reading() as session:
            now = moment(services.now())
            found = await bearer(session, credentials.credentials, now)
        if found is None or found.first:
            await enter_use(services, credentials.credentials)
    if found is None:
        raise UnauthenticatedError(
            Words("没有有效的身份令牌", "no valid token: unknown, expired or missing")
        )
    return found.acting


PersonDep = Annotated[Person, Depends(_person)]


@dataclass(frozen=True)
class Standing:
    """A person before a case: what they may was asked, in which role they act is known."""

    person: Person
    role: str
    case: Case
    proceedings: Sequence[Proceeding]
    subject: Subject
    relations: frozenset[str]

    @property
    def actor(self) -> Actor:
        """The person in the capacity they act in."""
        return Actor(person=self.person.id, body=self.person.party, role=self.role)

    def newest(self, procedure: str) -> Proceeding | None:
        """Return the newest proceeding of a procedure."""
        found = [row for row in self.proceedings if row.procedure == procedure]
        return found[-1] if found else None

    def state(self, procedure: str) -> dict[str, Any]:
        """Return the newest state of a procedure as plain data; empty when there is none."""
        return dict(self.subject.states.get(procedure, {}))


@dataclass(frozen=True)
class Asked:
    """The act that opens a proceeding, and which of its kind it will be."""

    act: PersonAct
    ordinal: int
    services: Services


async def stand(
    services: Services, session: AsyncSession, person: Person, number: str, act: str
) -> Standing:
    """Bring a person before a case for an act.

    Raises:
        NotFoundError: The case is not there for this person.
        NotAllowedError: The policy denies the act.
    """
    if not _NUMBER.fullmatch(number):
        raise NotFoundError(Words("没有该案件", "there is no such case"))
    case = await case_within(session, person, number)
    rows = await proceedings(session, number)
    facts = subject(case, rows)
    held = relations(person, facts, acted_in(act))
    role = services.access.demand(person, act, held, case.stage)
    return Standing(person, role, case, rows, facts, held)


class Needs:
    """A dependency that asks the policy for an act that is about no case."""

    def __init__(self, act: str) -> None:
        self.act = act

    async def __call__(self, services: ServicesDep, person: PersonDep) -> Person:
        """Return the person, if they may."""
        services.access.demand(person, self.act, frozenset())
        return person


class NeedsCase(Needs):
    """A dependency that asks the policy for an act on the case in the path."""

    async def __call__(  # type: ignore[override]
        self, number: str, services: ServicesDep, person: PersonDep
    ) -> Standing:
        """Return the standing of the person before the case, if they may."""
        async with services.database.reading() as session:
            return await stand(services, session, person, number, self.act)


class Public:
    """A dependency that asks the policy for an act open to everybody."""

    def __init__(self, act: str) -> None:
        self.act = act

    async def __call__(self, services: ServicesDep) -> None:
        """Refuse unless a row opens the act to everybody."""
        services.access.demand(None, self.act, frozenset())


class ActOf:
    """A dependency that marks a route for the acts of one procedure: the gateway asks."""

    def __init__(self, procedure: str) -> None:
        self.procedure = procedure

    async def __call__(self) -> None:
        """Do nothing: the act is known only from the body."""


@dataclass(frozen=True)
class Key:
    """What makes a request count once: its id, and a digest that tells two apart."""

    request: str
    digest: str


async def _key(
    request: Request,
    person: PersonDep,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Key:
    content = await request.body()
    if len(content) > _ACT_LIMIT:
        raise TooLargeError(Words("办理内容过大", f"an act of over {_ACT_LIMIT} bytes"))
    return key_of(person, idempotency_key, (request, content))


def key_of(person: Person, said: str | None, asked: tuple[Request, bytes]) -> Key:
    """Return the key of a request with its content, or the content's hash.

    Raises:
        KeyMissingError: It was sent without `Idempotency-Key`.
    """
    if not said or len(said) > _KEY_LIMIT:
        raise KeyMissingError(
            Words("缺少 Idempotency-Key（1 至 255 字符）", "Idempotency-Key is missing")
        )
    request, content = asked
    name = f"{person.party}\0{person.id}\0{said}"
    body = request.method.encode() + request.url.path.encode() + content
    return Key(sha256(name.encode()).hexdigest()[:32], sha256(body).hexdigest())


KeyDep = Annotated[Key, Depends(_key)]
