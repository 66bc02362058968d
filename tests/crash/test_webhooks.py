"""Kill -9 of worker and Temporal while webhooks are sent: every entry arrives, in order."""

import httpx
import pytest

from demo.facts import read_dossier
from demo.journey import Journey
from demo.seed import seed
from tests.crash.test_kill import open_vote, stack
from tests.receiving import receiving, until

__all__ = ["stack"]  # a fixture


@pytest.fixture(autouse=True)
def to_private(monkeypatch):
    monkeypatch.setenv("SHENBEI_WEBHOOKS_TO_PRIVATE", "true")


async def test_every_entry_arrives_at_least_once_and_in_order(stack):
    tokens = await seed(stack.settings.database, read_dossier(), stack.settings.sealing_key)
    async with (
        receiving() as receiver,
        httpx.AsyncClient(base_url=stack.address, timeout=40, trust_env=False) as client,
    ):
        journey = Journey(client, tokens, lambda *_: None)
        wanted = {"url": receiver.url, "after": -1}
        hook = await journey.post("REGULATOR", "/v1/webhooks", wanted)
        receiver.slow = 0.1
        await open_vote(journey)
        await until(lambda: len(receiver.taken) > 3)
        await stack.kill("worker", "temporal")
        killed = len(receiver.taken)
        await stack.start("worker", "temporal")
        feed = (await journey.get("REGULATOR", "/v1/events?limit=500"))["items"]
        assert killed < len(feed)
        ids = [f"{hook['id']}-{one['index']}-{one['leaf'][:16]}" for one in feed]
        await until(lambda: {m.id for m in receiver.taken} >= set(ids), 60)

    first = list(dict.fromkeys(m.id for m in receiver.taken))
    indices = [int(one.split("-")[1]) for one in first]
    assert indices == sorted(indices)
    assert all(message.verified(hook["secret"]) is not None for message in receiver.all)
