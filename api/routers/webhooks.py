"""Webhooks: the feed of events, sent to where a regulator's systems listen."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field
from sqlmodel.ext.asyncio.session import AsyncSession
from temporalio.client import WorkflowFailureError
from temporalio.service import RPCError

from api.addresses import demand_reachable
from api.deps import Key, KeyDep, Needs, ServicesDep
from api.errors import MalformedError, PrerequisiteError, UnavailableError
from api.gateway import reused
from api.services import Services
from audit.event import moment
from cases.procedures import event_kinds
from cases.proceeding import Actor
from law.words import Words
from policies.relations import Person
from records import trail
from records.streams import Hand
from records.webhooks import endpoints, letters, telling
from records.webhooks.tables import DeadLetter, Webhook, WebhookSecret
from workflows.deliveries import hurry, ping, redeliver

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])
Manager = Annotated[Person, Depends(Needs("webhook.manage"))]
Id = Annotated[str, Path(pattern="^wh_[0-9a-f]{32}$")]
_MOST: Final = 20  # of one party
_LOCKED: Final = {"key_share": True}  # others may go on to refer to the row


class NewWebhook(BaseModel, extra="forbid"):
    """Where to send what."""

    url: Annotated[str, Field(max_length=2000)]
    kinds: Annotated[list[str], Field(max_length=100)] = []
    """Kinds of entries; none: all."""
    after: Annotated[int, Field(ge=-1, le=trail.LAST)] | None = None
    """Begin after this index; null: with what comes from now on."""


@router.post("", status_code=201)
async def create_webhook(
    wanted: NewWebhook, person: Manager, services: ServicesDep, key: KeyDep
) -> dict[str, Any]:
    """Make a webhook and return it with its secret, which is not shown again.

    The same request within a day answers the same, secret included.
    """
    if unknown := sorted(set(wanted.kinds) - event_kinds()):
        told = ", ".join(unknown)
        raise MalformedError(Words(f"没有这些事件类型：{told}", f"no such kinds: {told}"))
    url = await demand_reachable(wanted.url, services.egress)
    chosen = endpoints.Wanted(url, tuple(wanted.kinds), wanted.after)
    async with services.database.writing() as session:
        await trail.lock(session)  # of two that make the last one, one is too many
        secret = await _made(session, key)
        if secret is not None:
            hook = await endpoints.within(session, person, secret.webhook_id)
        else:
            if len(await endpoints.of_party(session, person.party)) >= _MOST:
                raise PrerequisiteError(
                    Words(f"本单位已有 {_MOST} 个网络回调", f"the party has {_MOST} webhooks")
                )
            order = _order(services, person, key)
            hook, secret = await endpoints.make(session, services.signer, chosen, order)
            await telling.tell(session, hook, _hand(services, person, key.request))
    return _out(hook) | {"secret": _secret(services, secret)}


@router.get("")
async def list_webhooks(person: Manager, services: ServicesDep) -> dict[str, Any]:
    """Return the webhooks of the person's party."""
    async with services.database.reading() as session:
        return {
            "items": [_out(row) for row in await endpoints.of_party(session, person.party)]
        }


@router.get("/{webhook}")
async def read_webhook(
    webhook: Id,
    person: Manager,
    services: ServicesDep,
    after: Annotated[int, Query(ge=-1)] = -1,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Return a webhook with a page of its dead letters: what no attempt delivered."""
    async with services.database.reading() as session:
        hook = await endpoints.within(session, person, webhook)
        dead = await letters.of_webhook(session, webhook, after, limit)
    further = dead[-1].index if len(dead) == limit else None
    return _out(hook) | {
        "dead_letters": {"items": [_letter(one) for one in dead], "next": further}
    }


@router.delete("/{webhook}", status_code=204)
async def delete_webhook(webhook: Id, person: Manager, services: ServicesDep) -> None:
    """Remove a webhook: nothing more is sent, what waits is dropped."""
    async with services.database.writing() as session:
        await trail.lock(session)  # of two that remove it, one tells
        hook = await endpoints.within(session, person, webhook)
        await telling.tell_removed(session, hook, _hand(services, person, webhook))
        await endpoints.remove(session, webhook)


@router.post("/{webhook}/secret", status_code=201)
async def rotate_secret(
    webhook: Id, person: Manager, services: ServicesDep, key: KeyDep
) -> dict[str, Any]:
    """Return a new secret; the old one signs beside it for 24 hours."""
    async with services.database.writing() as session:
        await endpoints.within(session, person, webhook)
        await session.get_one(Webhook, webhook, with_for_update=_LOCKED)
        secret = await _made(session, key)
        if secret is None:
            order = _order(services, person, key)
            secret = await endpoints.rotate(session, services.signer, webhook, order)
    return {"id": webhook, "secret": _secret(services, secret), "made_at": secret.made_at}


@router.post("/{webhook}/resume")
async def resume_webhook(
    webhook: Id, person: Manager, services: ServicesDep, key: KeyDep
) -> dict[str, Any]:
    """Send again, at once; from now on with what the person who asks may follow."""
    async with services.database.writing() as session:
        await trail.lock(session)
        hook = await endpoints.within(session, person, webhook)
        await endpoints.resume(session, hook, person)
        await session.refresh(hook)
        await telling.tell(session, hook, _hand(services, person, key.request))
    async with _engine():
        await hurry(services.temporal, webhook)
    return _out(hook)


@router.post("/{webhook}/dead-letters/{index}/redeliver", status_code=202)
async def redeliver_entry(
    webhook: Id,
    index: Annotated[int, Path(ge=0, le=trail.LAST)],
    person: Manager,
    services: ServicesDep,
    _: KeyDep,
) -> dict[str, Any]:
    """Send a dead letter again, with the same `webhook-id`; one that was is left as it is."""
    async with services.database.reading() as session:
        await endpoints.within(session, person, webhook)
        letter = await letters.one(session, webhook, index)
    if letter.redelivered_at is None:
        async with _engine():
            await redeliver(services.temporal, services.task_queue, letter)
    return _letter(letter)


@router.post("/{webhook}/ping")
async def ping_webhook(
    webhook: Id, person: Manager, services: ServicesDep, key: KeyDep
) -> dict[str, Any]:
    """Send the event `webhook.ping` now, and return how the receiver took it."""
    async with services.database.reading() as session:
        await endpoints.within(session, person, webhook)
    async with _engine():
        return asdict(await ping(services.temporal, services.task_queue, webhook, key.request))


@asynccontextmanager
async def _engine() -> AsyncGenerator[None]:
    try:
        yield
    except (RPCError, WorkflowFailureError) as error:
        words = Words("流程引擎暂不可用", "the workflow engine does not answer")
        raise UnavailableError(words) from error


async def _made(session: AsyncSession, key: Key) -> WebhookSecret | None:
    """Return what the request made when it came before."""
    secret = await endpoints.made_by(session, key.request)
    if secret is not None and secret.digest != key.digest:
        raise reused()
    return secret


def _order(services: Services, person: Person, key: Key) -> endpoints.Order:
    return endpoints.Order(person, key.request, key.digest, services.now())


def _hand(services: Services, person: Person, request: str) -> Hand:
    actor = Actor(person=person.id, body=person.party, role="+".join(sorted(person.roles)))
    policy = services.access.hash
    return Hand(actor=actor, at=services.now(), policy=policy, request=request)


def _secret(services: Services, row: WebhookSecret) -> str | None:
    """Return a secret to who made it; a day later to nobody."""
    since = moment(services.now() - endpoints.OVERLAP)
    return services.signer.shown(row) if row.made_at > since else None


def _out(row: Webhook) -> dict[str, Any]:
    shown = ("id", "url", "after", "state", "why", "created_at")
    kinds = {"kinds": orjson.loads(row.kinds), "registered_by": row.person_id}
    return {name: getattr(row, name) for name in shown} | kinds


def _letter(row: DeadLetter) -> dict[str, Any]:
    return row.model_dump(exclude={"webhook_id", "case_number"}) | {"case": row.case_number}
