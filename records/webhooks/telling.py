"""Tell in the trail to which addresses entries are sent, and compare the rows with it.

A webhook is a read of every case behind its wall, again and again: it is told like one.
"""

from hashlib import sha256

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read
from cases.registry import WebhookRemoved, WebhookSet
from records.streams import Hand, Stream, append
from records.tables import Event
from records.webhooks.tables import Webhook


async def tell(session: AsyncSession, row: Webhook, hand: Hand) -> None:
    """Tell of an address to send to, and behind whose wall; nothing where that is told."""
    event = _told(row)
    if (await _last(session)).get(row.id) != event:
        await append(session, Stream(f"party/{row.party_id}"), event, hand)


async def tell_removed(session: AsyncSession, row: Webhook, hand: Hand) -> None:
    """Tell that nothing more is sent."""
    event = WebhookRemoved(webhook=row.id, party=row.party_id)
    await append(session, Stream(f"party/{row.party_id}"), event, hand)


async def untold(session: AsyncSession) -> list[str]:
    """Return the webhooks that are not as the entries tell; one that is gone sends nothing."""
    told = await _last(session)
    rows = (await session.exec(select(Webhook).order_by(col(Webhook.id)))).all()
    return [
        f"{row.id}: the webhook is not as the entries tell"
        for row in rows
        if told.get(row.id) != _told(row)
    ]


def _told(row: Webhook) -> WebhookSet:
    address = sha256(row.url.encode()).hexdigest()
    return WebhookSet(
        webhook=row.id, party=row.party_id, person=row.person_id, address=address
    )


async def _last(session: AsyncSession) -> dict[str, WebhookSet]:
    """Return what was told last of each webhook that was not removed."""
    kinds = col(Event.kind).in_(("webhook.set", "webhook.removed"))
    statement = select(Event.body).where(kinds).order_by(col(Event.index))
    found: dict[str, WebhookSet] = {}
    for body in (await session.exec(statement)).all():
        event = read(body)["event"]
        if event["kind"] == "webhook.set":
            found[event["webhook"]] = WebhookSet(**event)
        else:
            found.pop(event["webhook"], None)
    return found
