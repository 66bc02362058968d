"""Hand what is new in the trail to the deliveries: a page of each webhook's feed at a time."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import orjson
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from records.feed import Entry, feed
from records.webhooks.endpoints import active, advance, follower, head, pause
from records.webhooks.tables import Webhook
from workflows.activities.webhooks import WebhookActivities
from workflows.webhooks import Delivering, Delivery, Pinging

QUEUE: Final = "webhooks"
"""Receivers are slow at times: a worker of their own keeps acts from waiting behind them."""
DELIVERING: Final = (Delivering, Pinging)
_EVERY: Final = 1.0
_PAGE: Final = 100
_PAGES: Final = 10  # of one webhook in a turn
_AT_ONCE: Final = 50
_LOG: Final = logging.getLogger(__name__)


def queue_of(task_queue: str) -> str:
    """Return the task queue of the deliveries."""
    return f"{task_queue}-{QUEUE}"


def delivery_id(webhook: str, case: str) -> str:
    """Return the id of the workflow that delivers a case's entries to a webhook."""
    return f"webhook/{webhook}/{case}"


@dataclass(frozen=True)
class Relay:
    """Reads the feed after each webhook's cursor and signals the deliveries.

    The cursor moves on only after they took the indices, so that nothing is lost between the
    two; what is signalled twice does not wait twice.
    """

    client: Client
    task_queue: str
    at: WebhookActivities

    async def turn(self) -> None:
        """Go through all webhooks once; what fails with one is tried at the next turn."""
        async with self.at.database.reading() as session:
            hooks = await active(session)
        for hook in hooks:
            try:
                await self._relay(hook)
            except Exception:  # noqa: BLE001 -- the other webhooks are served all the same
                _LOG.exception("%s was not served", hook.id)

    async def _relay(self, hook: Webhook) -> None:
        after = hook.after
        for _ in range(_PAGES):
            found = await self._page(hook, after)
            if found is None:
                async with self.at.database.writing() as session:
                    await pause(session, hook.id, "not_entitled")
                return
            entries, to = found
            await self._hand_over(hook, entries)
            if to > after:
                async with self.at.database.writing() as session:
                    await advance(session, hook.id, to)
            after = to
            if len(entries) < _PAGE:
                return

    async def _page(self, hook: Webhook, after: int) -> tuple[Sequence[Entry], int] | None:
        """Return entries and where to go on; None: nobody may follow behind that wall."""
        async with self.at.database.snapshot() as session:
            person = await follower(session, self.at.access, hook)
            if person is None:
                return None
            newest = await head(session)
            if newest <= after:
                return (), after
            entries = await feed(session, person, after, _PAGE)
        # Behind the wall there may be many entries: they are not looked at again.
        return entries, entries[-1].index if len(entries) == _PAGE else newest

    async def _hand_over(self, hook: Webhook, entries: Sequence[Entry]) -> None:
        kinds = frozenset[str](orjson.loads(hook.kinds))
        waiting: dict[str, list[int]] = {}
        for one in entries:
            if not kinds or one.data["kind"] in kinds:
                waiting.setdefault(one.data["case"], []).append(one.index)
        for case, indices in waiting.items():
            await self.client.start_workflow(
                Delivering.run,
                Delivery(webhook=hook.id, case=case),
                id=delivery_id(hook.id, case),
                task_queue=queue_of(self.task_queue),
                start_signal="add",
                start_signal_args=[indices],
            )


@asynccontextmanager
async def delivering(
    client: Client, task_queue: str, activities: WebhookActivities
) -> AsyncGenerator[None]:
    """Relay and deliver until the block ends."""
    at = activities
    relaying = asyncio.create_task(_relaying(Relay(client, task_queue, activities)))
    try:
        async with Worker(
            client,
            task_queue=queue_of(task_queue),
            workflows=DELIVERING,
            activities=[at.send, at.give_up, at.ping],
            workflow_runner=UnsandboxedWorkflowRunner(),
            max_concurrent_activities=_AT_ONCE,
            graceful_shutdown_timeout=timedelta(seconds=5),
        ):
            yield
    finally:
        relaying.cancel()
        # It gives its connection back before the database is closed.
        await asyncio.gather(relaying, return_exceptions=True)


async def _relaying(relay: Relay) -> None:
    while True:
        await asyncio.sleep(_EVERY)
        try:
            await relay.turn()
        except Exception:  # noqa: BLE001 -- it is asked again
            _LOG.exception("webhooks were not served")
