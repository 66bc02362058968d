"""Keep webhooks: make, find, rotate, pause, and remove them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import orjson
from sqlalchemy import func, or_
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import moment
from law.words import Words
from policies.access import Access
from policies.relations import Person
from records.errors import NotFoundError
from records.people import appointed
from records.tables import Event
from records.webhooks.signing import Signer
from records.webhooks.tables import DeadLetter, Webhook, WebhookSecret

OVERLAP: Final = timedelta(hours=24)
"""How long a rotated secret signs beside the new one."""
_SIGNING: Final = 5  # secrets at most, however often they are rotated
_FOLLOWS: Final = "trail.feed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A webhook to be made."""

    url: str
    kinds: tuple[str, ...] = ()
    after: int | None = None  # an index; None: only what comes from now on


@dataclass(frozen=True, slots=True)
class Order:
    """Who asked for a secret, by which request, and when."""

    person: Person
    request: str
    digest: str
    at: datetime


async def make(
    session: AsyncSession, signer: Signer, wanted: Wanted, order: Order
) -> tuple[Webhook, WebhookSecret]:
    """Make a webhook with its first secret."""
    row = Webhook(
        id=f"wh_{order.request}",
        party_id=order.person.party,
        person_id=order.person.id,
        url=wanted.url,
        kinds=orjson.dumps(sorted(set(wanted.kinds))).decode(),
        after=await head(session) if wanted.after is None else wanted.after,
        created_at=moment(order.at),
    )
    session.add(row)
    await session.flush()
    return row, _signing(session, signer, (row.id, 1), order)


async def rotate(
    session: AsyncSession, signer: Signer, webhook: str, order: Order
) -> WebhookSecret:
    """Add a secret; the others sign for a day more."""
    own = col(WebhookSecret.webhook_id) == webhook
    ends = moment(order.at + OVERLAP)
    await session.exec(
        update(WebhookSecret).where(own, col(WebhookSecret.until).is_(None)).values(until=ends)
    )
    last = (await session.exec(select(func.max(WebhookSecret.number)).where(own))).one()
    return _signing(session, signer, (webhook, last + 1), order)


def _signing(
    session: AsyncSession, signer: Signer, place: tuple[str, int], order: Order
) -> WebhookSecret:
    webhook, number = place
    row = WebhookSecret(
        webhook_id=webhook,
        number=number,
        sealed=signer.fresh(webhook, number),
        request=order.request,
        digest=order.digest,
        made_at=moment(order.at),
    )
    session.add(row)
    return row


async def made_by(session: AsyncSession, request: str) -> WebhookSecret | None:
    """Return the secret that a request made."""
    chosen = select(WebhookSecret).where(col(WebhookSecret.request) == request)
    return (await session.exec(chosen)).one_or_none()


async def signing(
    session: AsyncSession, webhook: str, now: datetime
) -> Sequence[WebhookSecret]:
    """Return the secrets that sign now, the newest first."""
    until = col(WebhookSecret.until)
    statement = (
        select(WebhookSecret)
        .where(
            col(WebhookSecret.webhook_id) == webhook, or_(until.is_(None), until > moment(now))
        )
        .order_by(col(WebhookSecret.number).desc())
        .limit(_SIGNING)
    )
    return (await session.exec(statement)).all()


async def of_party(session: AsyncSession, party: str) -> Sequence[Webhook]:
    """Return the webhooks of a party, oldest first."""
    statement = select(Webhook).where(col(Webhook.party_id) == party)
    statement = statement.order_by(col(Webhook.created_at), col(Webhook.id))
    return (await session.exec(statement)).all()


async def within(session: AsyncSession, person: Person, webhook: str) -> Webhook:
    """Return a webhook of the person's party.

    Raises:
        NotFoundError: There is none, or it is another party's: the two look alike.
    """
    row = await session.get(Webhook, webhook)
    if row is None or row.party_id != person.party:
        raise NotFoundError(Words("没有该网络回调", "there is no such webhook"))
    return row


async def active(session: AsyncSession) -> Sequence[Webhook]:
    """Return the webhooks to which something may be sent."""
    statement = select(Webhook).where(col(Webhook.state) == "active")
    return (await session.exec(statement.order_by(col(Webhook.id)))).all()


async def follower(session: AsyncSession, access: Access, row: Webhook) -> Person | None:
    """Return behind whose wall a webhook is today; None: nobody who may follow the trail.

    Roles and jurisdiction are those of the appointments as they stand now.
    """
    found = await appointed(session, row.person_id, row.party_id)
    if found is None or not access.allows(found.acting, _FOLLOWS, frozenset()):
        return None
    return found.acting


async def pause(
    session: AsyncSession, webhook: str, why: Literal["gone", "not_entitled"]
) -> None:
    """Send nothing more until somebody resumes."""
    own = col(Webhook.id) == webhook
    await session.exec(update(Webhook).where(own).values(state="paused", why=why))


async def resume(session: AsyncSession, row: Webhook, person: Person) -> None:
    """Send again; from now on it is behind the wall of who resumed it."""
    values: dict[str, Any] = {"state": "active", "why": "", "person_id": person.id}
    await session.exec(update(Webhook).where(col(Webhook.id) == row.id).values(**values))


async def advance(session: AsyncSession, webhook: str, to: int) -> None:
    """Move the cursor on, never back: another worker may have moved it further."""
    further = (col(Webhook.id) == webhook, col(Webhook.after) < to)
    await session.exec(update(Webhook).where(*further).values(after=to))


async def remove(session: AsyncSession, webhook: str) -> None:
    """Remove a webhook with its secrets and dead letters."""
    for table in (DeadLetter, WebhookSecret):
        await session.exec(delete(table).where(col(table.webhook_id) == webhook))
    await session.exec(delete(Webhook).where(col(Webhook.id) == webhook))


async def head(session: AsyncSession) -> int:
    """Return the index of the newest entry; -1 before the first."""
    return (await session.exec(select(func.coalesce(func.max(Event.index), -1)))).one()
