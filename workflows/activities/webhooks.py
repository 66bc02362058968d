"""Send entries of the feed to webhooks, signed as Standard Webhooks says."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession
from temporalio import activity

from audit.event import moment
from policies.access import Access
from policies.relations import Person
from records.database import Database
from records.feed import entry
from records.webhooks import letters
from records.webhooks.endpoints import follower, pause, signing
from records.webhooks.signing import Signer
from records.webhooks.tables import DeadLetter, Webhook, WebhookSecret
from workflows.activities.egress import Egress, ForbiddenAddressError
from workflows.options import GIVE_UP, PING, SEND
from workflows.webhooks import GivenUp, Sending, Sent

_GONE: Final = 410
_HEADERS: Final = {"content-type": "application/json", "user-agent": "Shenbei-Webhooks/1"}


@dataclass(frozen=True)
class _Message:
    """What is sent: its id, its body, and the secrets that sign it."""

    url: str
    id: str
    body: bytes
    secrets: tuple[WebhookSecret, ...]


@dataclass(frozen=True)
class WebhookActivities:
    """Built once by `worker.py`."""

    database: Database
    access: Access
    signer: Signer
    egress: Egress
    now: Callable[[], datetime]

    @activity.defn(name=SEND)
    async def send(self, sending: Sending) -> Sent:
        """Send an entry as it may be seen at this moment, once.

        The wall is asked anew: what is behind it now is withheld, and a webhook whose person
        may not follow the trail any more is paused. So is one that answers 410 Gone.
        """
        async with self.database.reading() as session:
            hook = await session.get(Webhook, sending.webhook)
            if hook is None:
                return Sent(outcome="removed")
            if hook.state != "active":
                return Sent(outcome="paused")
            person = await follower(session, self.access, hook)
            message = (
                None if person is None else await self._entry(session, hook, person, sending)
            )
        if person is None:
            async with self.database.writing() as session:
                await pause(session, hook.id, "not_entitled")
            return Sent(outcome="paused")
        if message is None:
            return Sent(outcome="withheld")
        sent = await self._post(message)
        await self._note(sending, sent)
        return sent

    @activity.defn(name=GIVE_UP)
    async def give_up(self, given_up: GivenUp) -> None:
        """Keep an entry as a dead letter. Safe to repeat."""
        letter = DeadLetter(
            webhook_id=given_up.webhook,
            index=given_up.index,
            case_number=given_up.case,
            attempts=given_up.attempts,
            code=given_up.last.code,
            status=given_up.last.status,
            at=moment(given_up.at),
        )
        async with self.database.writing() as session:
            await letters.lay(session, letter)

    @activity.defn(name=PING)
    async def ping(self, webhook: str, id_: str) -> Sent:
        """Send a test event, also to a webhook that is paused."""
        now = self.now()
        async with self.database.reading() as session:
            hook = await session.get(Webhook, webhook)
            if hook is None:
                return Sent(outcome="removed")
            secrets = tuple(await signing(session, hook.id, now))
        told = _body("webhook.ping", moment(now), {"webhook": hook.id})
        return await self._post(_Message(hook.url, id_, told, secrets))

    async def _entry(
        self, session: AsyncSession, hook: Webhook, person: Person, sending: Sending
    ) -> _Message | None:
        found = await entry(session, person, sending.index)
        if found is None:
            return None
        body = _body(found.data["kind"], found.at, found.data)
        secrets = tuple(await signing(session, hook.id, self.now()))
        # After a restore another entry may stand at this index: it is another message.
        id_ = f"{hook.id}-{sending.index}-{found.data['leaf'][:16]}"
        return _Message(hook.url, id_, body, secrets)

    async def _post(self, message: _Message) -> Sent:
        signed = self.signer.headers(message.secrets, message.id, self.now(), message.body)
        try:
            status = await self.egress.post(message.url, _HEADERS | signed, message.body)
        except ForbiddenAddressError:
            return Sent(outcome="failed", code="address")
        except TimeoutError:
            return Sent(outcome="failed", code="timeout")
        except ConnectionError:
            return Sent(outcome="failed", code="connection")
        if 200 <= status < 300:  # noqa: PLR2004 -- success in HTTP
            return Sent(outcome="delivered", status=status)
        return Sent(outcome="failed", code="status", status=status)

    async def _note(self, sending: Sending, sent: Sent) -> None:
        if sent.status == _GONE:
            async with self.database.writing() as session:
                await pause(session, sending.webhook, "gone")
        elif sending.again and sent.outcome == "delivered":
            async with self.database.writing() as session:
                at = moment(self.now())
                await letters.redelivered(session, sending.webhook, sending.index, at)


def _body(kind: str, at: str, data: dict[str, Any]) -> bytes:
    return orjson.dumps({"type": kind, "timestamp": at, "data": data})
