"""To which addresses entries are sent stands in the trail."""

from hashlib import sha256

from sqlalchemy import text
from sqlmodel import col, select

from audit.event import read
from records.tables import Event
from records.verification import verify_trail
from tests.asking import post
from tests.conftest import owning
from tests.receiving import receiving

HOOKS = "/v1/webhooks"


async def faults(house):
    report = await verify_trail(
        house.services.database, house.settings.origin, house.settings.log_verifiers
    )
    return report.faults


async def told(house):
    chosen = select(Event.body).where(col(Event.kind).startswith("webhook."))
    async with house.services.database.reading() as session:
        return [
            read(body) for body in (await session.exec(chosen.order_by(Event.index))).all()
        ]


async def test_an_address_is_told_until_it_is_removed(house, drafted):
    async with receiving() as receiver:
        hook = (await post(house, "REGULATOR", HOOKS, {"url": receiver.url})).json()
        path = f"{HOOKS}/{hook['id']}"
        for _ in range(2):  # what is told already is not told again
            await post(house, "REGULATOR", f"{path}/resume", {})

    (entry,) = await told(house)
    person = hook["registered_by"]
    assert entry["actor"]["person"] == entry["event"]["person"] == person
    assert entry["event"]["webhook"] == hook["id"]
    assert entry["event"]["address"] == sha256(hook["url"].encode()).hexdigest()
    assert entry["proceeding"] == f"party/{entry['event']['party']}"
    assert await faults(house) == []
    answer = await house.client.delete(path, headers=house.headers("REGULATOR"))
    assert answer.status_code == 204
    kinds = [one["event"]["kind"] for one in await told(house)]
    assert kinds == ["webhook.set", "webhook.removed"]
    assert await faults(house) == []


async def test_an_address_that_somebody_changed_is_found(house, drafted, database_url):
    async with receiving() as receiver:
        hook = (await post(house, "REGULATOR", HOOKS, {"url": receiver.url})).json()
    async with owning(database_url) as session:
        connection = await session.connection()
        await connection.execute(text("UPDATE webhook SET url = 'https://elsewhere.example'"))

    assert await faults(house) == [f"{hook['id']}: the webhook is not as the entries tell"]
