"""Deliveries over days, on the real server with moved time: retries, order, dead letters."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import col, func, select, update
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from demo.facts import read_dossier
from demo.journey import Journey
from records.database import Database
from records.tables import Appointment, Event
from records.webhooks.tables import DeadLetter, Webhook
from tests.asking import post, refused
from tests.conftest import KEY, open_house, owning
from tests.receiving import receiving, until
from worker import RUNNER
from workflows.activities.webhooks import WebhookActivities
from workflows.connect import converter
from workflows.options import GIVE_UP, SEND
from workflows.relaying import DELIVERING, Relay, delivery_id
from workflows.webhooks import SCHEDULE, Delivering, Delivery, GivenUp, Sending, Sent

HOOKS = "/v1/webhooks"


@pytest.fixture
async def patient_house(database_url, env, tmp_path):
    """The whole application, where time skips ahead whenever nothing happens."""
    async with open_house(database_url, env.client, tmp_path / "home") as house:
        yield house


@pytest.fixture
async def receiver():
    async with receiving() as receiver:
        yield receiver


async def drafted(house):
    journey = Journey(house.client, house.tokens, lambda *_: None)
    await journey.draft(read_dossier())
    return journey


async def register(house, receiver, **more):
    answer = await post(house, "REGULATOR", HOOKS, {"url": receiver.url, **more})
    return answer.json()


async def dead(house, hook):
    path = f"{HOOKS}/{hook['id']}"
    shown = await house.client.get(path, headers=house.headers("REGULATOR"))
    return shown.json()["dead_letters"]["items"]


async def test_what_no_attempt_delivers_is_a_dead_letter_and_can_be_sent_again(
    patient_house, receiver
):
    house = patient_house
    signed_off = "case.signed_off"
    receiver.answer = lambda message: 500 if message.data["kind"] == signed_off else 204
    case = await drafted(house)
    hook = await register(house, receiver)
    await case.submit()

    (letter,) = await until(lambda: dead(house, hook), 60)

    failed = letter["index"]
    tried = [m.data["index"] for m in receiver.all if m.data["index"] >= failed]
    assert tried[:10] == [failed] * 10
    expected = {
        "index": failed,
        "case": case.number,
        "attempts": len(SCHEDULE),
        "status": 500,
        "code": "status",
        "redelivered_at": None,
    }
    assert letter | expected == letter
    await until(lambda: receiver.taken)
    await until(lambda: receiver.taken[-1].data["index"] > failed)  # the next went on
    taken = [m.data["index"] for m in receiver.taken]
    assert taken == sorted(set(taken))
    receiver.answer = lambda _: 204
    again = f"{HOOKS}/{hook['id']}/dead-letters/%d/redeliver"

    answer = await post(house, "REGULATOR", again % failed, None)

    assert answer.status_code == 202
    await until(lambda: redelivered(house, hook))
    sent = [m for m in receiver.all if m.data["index"] == failed]
    assert (len(sent), len({m.id for m in sent})) == (11, 1)
    assert sent[-1].verified(hook["secret"])
    await post(house, "REGULATOR", again % failed, None)  # it arrived: it is not sent again
    answer = await post(house, "REGULATOR", again % taken[-1], None)
    await refused(house, answer, 404, "record.not_found")
    await asyncio.sleep(0.5)
    assert len([m for m in receiver.all if m.data["index"] == failed]) == 11


async def redelivered(house, hook):
    return (await dead(house, hook))[0]["redelivered_at"]


async def test_a_case_that_fails_holds_itself_back_and_no_other(house, receiver):
    cases = [await drafted(house), await drafted(house)]
    failing = {cases[0].number}
    receiver.answer = lambda message: 503 if message.data["case"] in failing else 204
    await register(house, receiver, after=-1)
    for case in cases:
        await case.submit()

    await until(lambda: of(receiver.taken, cases[1].number)[2:])
    tried = of(receiver.all, cases[0].number)
    assert len(set(tried)) == 1
    failing.clear()

    await until(lambda: of(receiver.taken, cases[0].number)[2:], 60)
    for case in cases:
        taken = of(receiver.taken, case.number)
        assert taken == sorted(set(taken))


def of(messages, case):
    return [m.data["index"] for m in messages if m.data["case"] == case]


@pytest.fixture
async def left(database_url, temporal, tmp_path, receiver):
    """A webhook and a case that nobody works on: the database, the activities, their ids."""
    async with open_house(database_url, temporal, tmp_path / "home") as house:
        case = await drafted(house)
        hook = await register(house, receiver, kinds=["case.signed_off"])
    database, services = Database(database_url), house.services
    yield (
        WebhookActivities(
            database, services.access, services.signer, services.egress, services.now
        ),
        hook["id"],
        case.number,
    )
    await database.close()


async def hook_of(at, hook):
    async with at.database.reading() as session:
        return await session.get_one(Webhook, hook)


async def newest(at):
    """Return the index of the last entry that the feed gives."""
    async with at.database.reading() as session:
        found = select(func.max(Event.index)).where(Event.case_number != "")
        return (await session.exec(found)).one()


async def opened(at):
    """Return the index of the entry that opened the case."""
    async with at.database.reading() as session:
        found = select(Event.index).where(Event.kind == "case.opened")
        return (await session.exec(found)).one()


async def test_the_cursor_moves_only_when_the_deliveries_took_the_entries(
    left, temporal, caplog
):
    at, hook, case = left
    lost = Client(temporal.service_client, namespace="nowhere", data_converter=converter(KEY))

    async def turn(client, kinds):
        async with at.database.writing() as session:
            row = await session.get_one(Webhook, hook)
            row.after, row.kinds = -1, kinds
        await Relay(client, "queue", at).turn()
        return (await hook_of(at, hook)).after

    assert await turn(lost, "[]") == -1
    assert "was not served" in caplog.text
    last = await newest(at)
    assert await turn(lost, '["case.signed_off"]') >= last  # nothing to hand over: it moves on
    assert await turn(temporal, "[]") >= last
    await temporal.get_workflow_handle(delivery_id(hook, case)).terminate()


async def test_what_waits_for_a_dismissed_person_is_not_sent(left, receiver):
    at, hook, _ = left
    sending = Sending(webhook=hook, index=await opened(at))
    assert (await at.send(sending)).outcome == "delivered"
    async with owning(at.database.url) as session:
        await session.exec(
            update(Appointment)
            .where(col(Appointment.person_id) == "p40")
            .values(role="organiser")
        )

    assert (await at.send(sending)).outcome == "paused"

    assert len(receiver.all) == 1
    assert (await hook_of(at, hook)).why == "not_entitled"
    assert (await at.send(Sending(webhook="wh_0", index=0))).outcome == "removed"


async def test_what_is_given_up_twice_counts_once_and_again_later_counts_on(left):
    at, hook, case = left
    last = Sent(outcome="failed", code="status", status=500)
    now = at.now()
    given_up = GivenUp(webhook=hook, index=0, case=case, attempts=10, last=last, at=now)

    for one in (given_up, given_up, replace(given_up, at=now + timedelta(days=3))):
        await at.give_up(one)
    await at.give_up(replace(given_up, webhook="wh_0"))  # removed meanwhile

    async with at.database.reading() as session:
        (letter,) = (await session.exec(select(DeadLetter))).all()
    assert (letter.attempts, letter.status, letter.case_number) == (20, 500, case)


class Post:
    """Activities that remember instead of sending."""

    def __init__(self):
        self.sent: list[int] = []
        self.given_up: list[GivenUp] = []
        self.slow = 0.0
        self.ends = lambda _: Sent(outcome="delivered", status=204)

    @activity.defn(name=SEND)
    async def send(self, sending: Sending) -> Sent:
        await asyncio.sleep(self.slow)
        self.sent.append(sending.index)
        return self.ends(sending)

    @activity.defn(name=GIVE_UP)
    async def give_up(self, given_up: GivenUp) -> None:
        self.given_up.append(given_up)


@asynccontextmanager
async def posting(client):
    post = Post()
    async with Worker(
        client,
        task_queue="post",
        workflows=DELIVERING,
        activities=[post.send, post.give_up],
        workflow_runner=RUNNER,
    ):
        yield post


async def deliver(client, indices, id_=None):
    return await client.start_workflow(
        Delivering.run,
        Delivery(webhook="wh_1", case="BJ-2026-000001"),
        id=id_ or f"webhook/{uuid4()}",
        task_queue="post",
        start_signal="add",
        start_signal_args=[indices],
    )


async def test_what_is_signalled_again_is_not_sent_again(temporal):
    async with posting(temporal) as post:
        post.slow = 0.2
        handle = await deliver(temporal, [3, 5])
        await deliver(temporal, [3, 5], handle.id)
        await deliver(temporal, [5, 8], handle.id)
        await handle.result()

    assert post.sent == [3, 5, 8]


async def test_attempts_follow_the_schedule_with_little_chance(env):
    async with posting(env.client) as post:
        post.ends = lambda _: Sent(outcome="failed", code="timeout")
        handle = await deliver(env.client, [3])
        await handle.result()

    assert post.sent == [3] * 10
    (letter,) = post.given_up
    assert (letter.index, letter.attempts, letter.last.code) == (3, 10, "timeout")
    history = await handle.fetch_history()
    timers = [
        event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
        for event in history.events
        if event.HasField("timer_started_event_attributes")
    ]
    assert len(timers) == len(SCHEDULE) - 1
    for timer, wait in zip(timers, SCHEDULE[1:], strict=True):
        assert wait * 0.99 <= timer <= wait * 1.1


async def test_a_paused_delivery_looks_again_each_day_and_keeps_its_attempts(env):
    answers = iter(["failed", *["paused"] * 20, "failed", "delivered"])
    async with posting(env.client) as post:
        post.ends = lambda _: Sent(outcome=next(answers))
        handle = await deliver(env.client, [3])
        await handle.result()

    assert post.sent == [3] * 23
    assert not post.given_up


async def test_who_hurries_waits_no_longer(temporal):
    answers = iter(["failed", "failed", "delivered"])
    async with posting(temporal) as post:
        post.ends = lambda _: Sent(outcome=next(answers))
        handle = await deliver(temporal, [3])
        await until(lambda: len(post.sent) == 1)
        await handle.signal(Delivering.hurry)
        await until(lambda: len(post.sent) == 2, 4)
        await handle.signal(Delivering.hurry)
        async with asyncio.timeout(10):
            await handle.result()

    assert post.sent == [3] * 3


async def test_a_long_history_goes_on_in_a_new_run(temporal):
    async with posting(temporal) as post:
        post.slow = 0.5
        handle = await deliver(temporal, [0, 1, 2, 3])
        for _ in range(4):  # megabytes of what waited before: the server advises a new run
            await handle.signal(Delivering.add, [0] * 600_000)
        await handle.result()

    assert post.sent == [0, 1, 2, 3]
    first = temporal.get_workflow_handle(handle.id, run_id=handle.first_execution_run_id)
    history = await first.fetch_history()
    assert history.events[-1].HasField("workflow_execution_continued_as_new_event_attributes")
