"""Webhooks end to end: the API, the relay, the deliveries, and a receiver on loopback."""

import asyncio
import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, delete, select
from standardwebhooks import WebhookVerificationError

from api.addresses import demand_reachable
from api.errors import WebhookAddressError
from records.tables import Appointment, Party
from records.webhooks.endpoints import signing
from records.webhooks.tables import DeadLetter, WebhookSecret
from tests.asking import post, refused
from tests.conftest import owning
from tests.makers import SEEDED
from tests.receiving import receiving, until
from workflows.activities.egress import Egress

HOOKS = "/v1/webhooks"


@pytest.fixture
async def receiver():
    async with receiving() as receiver:
        yield receiver


async def get(house, path, who="REGULATOR"):
    return await house.client.get(path, headers=house.headers(who))


async def register(house, receiver, **more):
    answer = await post(house, "REGULATOR", HOOKS, {"url": receiver.url, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def why(house, path):
    return (await get(house, path)).json()["why"]


def indices(messages):
    return [message.data["index"] for message in messages]


async def test_the_feed_arrives_signed_in_order_and_once(house, submitted, receiver):
    hook = await register(house, receiver, after=-1)
    feed = (await get(house, "/v1/events")).json()["items"]

    await until(lambda: len(receiver.taken) >= len(feed))

    told = [message.verified(hook["secret"]) for message in receiver.taken]
    assert [one["data"] for one in told] == feed
    assert [one["type"] for one in told] == [entry["kind"] for entry in feed]
    assert all(
        datetime.fromisoformat(one["timestamp"]).utcoffset() == timedelta(0) for one in told
    )
    assert [m.id for m in receiver.taken] == [
        f"{hook['id']}-{e['index']}-{e['leaf'][:16]}" for e in feed
    ]
    with pytest.raises(WebhookVerificationError):
        receiver.taken[0].verified("whsec_" + "A" * 44)
    await submitted.act("SECRETARY", "ethics_review.accept")
    await until(lambda: receiver.taken[-1].data["kind"] == "clock.started")
    assert indices(receiver.taken) == sorted(set(indices(receiver.taken)))
    shown = (await get(house, f"{HOOKS}/{hook['id']}")).json()
    assert "secret" not in shown
    assert shown["dead_letters"] == {"items": [], "next": None}


async def test_only_what_comes_later_and_of_the_kinds_asked_for(house, drafted, receiver):
    hook = await register(house, receiver, kinds=["ethics_review.submitted"])
    assert hook["after"] >= SEEDED

    await drafted.submit()

    await until(lambda: receiver.taken)
    assert [m.data["kind"] for m in receiver.taken] == ["ethics_review.submitted"]
    unknown = {"url": receiver.url, "kinds": ["ethics_review.aproved"]}
    answer = await post(house, "REGULATOR", HOOKS, unknown)
    await refused(house, answer, 422, "request.malformed")


async def test_a_ballot_is_null_until_its_vote_is_counted(house, submitted, receiver):
    await to_the_vote(submitted)
    hook = await register(house, receiver, kinds=["ethics_review.ballot_cast"], after=-1)
    choice = {"choice": "approve"}
    await submitted.act("MEMBER_1", "ethics_review.cast_ballot", **choice)

    await until(lambda: receiver.taken)

    assert receiver.taken[0].data["body"] is None
    for n in range(2, 6):
        await submitted.act(f"MEMBER_{n}", "ethics_review.cast_ballot", **choice)
    await submitted.act("SECRETARY", "ethics_review.count_votes")
    late = await register(house, receiver, kinds=["ethics_review.ballot_cast"], after=-1)
    await until(lambda: sum(m.id.startswith(late["id"]) for m in receiver.taken) == 5)
    bodies = [m.data["body"] for m in receiver.taken if m.id.startswith(late["id"])]
    assert {body["event"]["kind"] for body in bodies} == {"ethics_review.ballot_cast"}
    assert hook["id"] != late["id"]


async def to_the_vote(journey):
    await journey.act("SECRETARY", "ethics_review.accept")
    for n in range(1, 8):
        await journey.act(f"MEMBER_{n}", "ethics_review.declare", conflict=False)
    present = [f"p1{n}" for n in range(1, 7)]
    await journey.act("SECRETARY", "ethics_review.open_meeting", present=present)
    await journey.act("SECRETARY", "ethics_review.open_vote")


async def test_an_old_secret_signs_beside_the_new_one_for_a_day(house, drafted, receiver):
    hook = await register(house, receiver)
    path = f"{HOOKS}/{hook['id']}/secret"
    key = uuid.uuid4().hex
    rotated = await post(house, "REGULATOR", path, None, **{"Idempotency-Key": key})
    again = await post(house, "REGULATOR", path, None, **{"Idempotency-Key": key})
    new = rotated.json()["secret"]
    assert again.json() == rotated.json()
    assert new != hook["secret"]

    await drafted.submit()

    await until(lambda: receiver.taken)
    assert len(receiver.taken[0].headers["webhook-signature"].split(" ")) == 2
    for secret in (hook["secret"], new):
        assert receiver.taken[0].verified(secret)
    now = house.services.now()
    async with house.services.database.reading() as session:
        rows = await signing(session, hook["id"], now + timedelta(hours=23, minutes=59))
        assert [row.number for row in rows] == [2, 1]
        rows = await signing(session, hook["id"], now + timedelta(hours=24, minutes=1))
        assert [row.number for row in rows] == [2]


async def test_a_secret_is_sealed_at_rest_and_told_to_who_asked_for_a_day(house, receiver):
    key = {"Idempotency-Key": uuid.uuid4().hex}
    body = {"url": receiver.url}
    first = await post(house, "REGULATOR", HOOKS, body, **key)
    again = await post(house, "REGULATOR", HOOKS, body, **key)
    other = await post(house, "REGULATOR", HOOKS, {**body, "after": 5}, **key)

    assert again.json() == first.json()
    await refused(house, other, 422, "request.key_reused")
    assert len((await get(house, HOOKS)).json()["items"]) == 1
    async with house.services.database.writing() as session:
        (row,) = (await session.exec(select(WebhookSecret))).all()
        shown = house.services.signer.shown(row)
        assert shown == first.json()["secret"]
        assert shown.encode()[6:] not in row.sealed
        row.made_at = "2020-01-01T00:00:00.000000Z"
    assert (await post(house, "REGULATOR", HOOKS, body, **key)).json()["secret"] is None


async def test_gone_pauses_until_somebody_resumes(house, drafted, receiver):
    receiver.answer = lambda _: 410
    hook = await register(house, receiver, after=-1)
    path = f"{HOOKS}/{hook['id']}"
    await until(lambda: receiver.all)
    await until(lambda: why(house, path))
    assert await why(house, path) == "gone"
    await drafted.submit()
    await asyncio.sleep(1.5)
    assert len(receiver.all) == 1

    receiver.answer = lambda _: 204
    answer = await post(house, "REGULATOR", f"{path}/resume", None)

    assert (answer.json()["state"], answer.json()["why"]) == ("active", "")
    await until(lambda: len(receiver.taken) >= 3)
    assert indices(receiver.taken) == sorted(set(indices(receiver.taken)))


async def test_who_is_dismissed_follows_nothing_any_more(house, drafted, receiver):
    hook = await register(house, receiver)
    async with owning(house.services.database.url) as session:
        await session.exec(delete(Appointment).where(col(Appointment.person_id) == "p40"))

    await drafted.submit()
    await asyncio.sleep(2)

    assert not receiver.all
    assert (await get(house, HOOKS)).json()["code"] == "identity.unauthenticated"
    async with owning(house.services.database.url) as session:
        session.add(Appointment(person_id="p40", party_id="authority-3", role="regulator"))
    shown = (await get(house, f"{HOOKS}/{hook['id']}")).json()
    assert (shown["state"], shown["why"]) == ("paused", "not_entitled")


async def test_the_wall_is_the_one_of_the_moment_of_sending(house, drafted, receiver):
    """What is handed over and then comes to lie behind the wall is withheld."""
    failing = True
    receiver.answer = lambda _: 500 if failing else 204
    hook = await register(house, receiver, after=-1)
    await until(lambda: receiver.all)
    async with owning(house.services.database.url) as session:
        party = await session.get_one(Party, "authority-3")
        party.division = "310000"  # of another province from now on
    failing = False
    await drafted.submit()

    await post(house, "REGULATOR", f"{HOOKS}/{hook['id']}/resume", None)
    await asyncio.sleep(2)

    assert not receiver.taken
    assert (await get(house, "/v1/events")).json()["items"] == []


async def test_another_partys_webhook_is_not_found(house, drafted, receiver):
    hook = await register(house, receiver)
    async with owning(house.services.database.url) as session:
        session.add(Appointment(person_id="p30", party_id="authority-2", role="regulator"))
    path = f"{HOOKS}/{hook['id']}"

    assert (await get(house, HOOKS, "SAFETY_EXAMINER")).json() == {"items": []}
    answers = [
        await get(house, path, "SAFETY_EXAMINER"),
        await house.client.delete(path, headers=house.headers("SAFETY_EXAMINER")),
        *[
            await post(house, "SAFETY_EXAMINER", f"{path}/{end}", None)
            for end in ("secret", "resume", "ping", "dead-letters/0/redeliver")
        ],
    ]
    for answer in answers:
        await refused(house, answer, 404, "record.not_found")
    body = {"url": receiver.url}
    await refused(house, await post(house, "OFFICER", HOOKS, body), 403, "access.denied")
    assert not receiver.all


async def test_a_ping_tells_how_the_receiver_took_it(house, receiver):
    hook = await register(house, receiver)
    path = f"{HOOKS}/{hook['id']}/ping"
    key = {"Idempotency-Key": uuid.uuid4().hex}

    told = (await post(house, "REGULATOR", path, None, **key)).json()
    again = (await post(house, "REGULATOR", path, None, **key)).json()

    assert told == again == {"outcome": "delivered", "code": "", "status": 204}
    (message,) = receiver.all
    assert message.verified(hook["secret"])["type"] == "webhook.ping"
    receiver.answer = lambda _: 302
    receiver.headers = ((b"location", receiver.url.encode()),)
    told = (await post(house, "REGULATOR", path, None)).json()
    assert told == {"outcome": "failed", "code": "status", "status": 302}
    assert len(receiver.all) == 2  # a redirect is not followed


async def test_what_is_deleted_gets_nothing_more(house, drafted, receiver):
    receiver.answer = lambda _: 500
    hook = await register(house, receiver, after=-1)
    path = f"{HOOKS}/{hook['id']}"
    await until(lambda: receiver.all)

    answer = await house.client.delete(path, headers=house.headers("REGULATOR"))

    assert answer.status_code == 204
    assert (await get(house, path)).status_code == 404
    count = len(receiver.all)
    run = house.temporal.get_workflow_handle(f"webhook/{hook['id']}/{drafted.number}")
    async with asyncio.timeout(20):
        await run.result()
    assert len(receiver.all) == count
    async with house.services.database.reading() as session:
        for table in (WebhookSecret, DeadLetter):
            assert not (await session.exec(select(table))).all()


async def test_no_secret_is_in_what_the_engine_stores_or_the_log_says(
    house, drafted, receiver, caplog
):
    receiver.answer = lambda _: 503
    hook = await register(house, receiver, after=-1)
    await until(lambda: receiver.all)

    run = house.temporal.get_workflow_handle(f"webhook/{hook['id']}/{drafted.number}")
    history = await run.fetch_history()

    plain = await opened(house, history)
    assert hook["id"] in plain
    for secret in (hook["secret"], hook["secret"][6:], receiver.url, "case.opened"):
        assert secret not in plain
        assert secret not in caplog.text


async def opened(house, history):
    """Return all payloads of a history in plain."""
    codec = house.temporal.data_converter.payload_codec
    found = []

    def walk(message):
        for field, value in message.ListFields():
            if field.message_type is None:
                continue
            if field.message_type.full_name == "temporal.api.common.v1.Payload":
                found.extend(value if field.is_repeated else [value])
            elif not field.message_type.GetOptions().map_entry:
                for inner in value if field.is_repeated else [value]:
                    walk(inner)

    for event in history.events:
        walk(event)
    return "".join(payload.data.decode() for payload in await codec.decode(found))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost/",
        "https://10.1.2.3/",
        "https://192.168.0.1:8443/x",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://0.0.0.0/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://user:pass@8.8.8.8/",
        "https://8.8.8.8/#part",
        "https://name.invalid/",
        "ftp://8.8.8.8/",
        "https:///x",
        "/x",
    ],
)
async def test_no_machine_of_the_house_is_an_address(url):
    with pytest.raises(WebhookAddressError):
        await demand_reachable(url, Egress())


async def test_an_address_is_taken_as_it_will_be_used_or_refused(house, monkeypatch):
    strict = replace(house.services, egress=Egress())  # as in production
    monkeypatch.setattr(house.client._transport.app.state, "services", strict)
    wanted = {"url": "https://8.8.8.8:8443/häk?a=1"}

    taken = await post(house, "REGULATOR", HOOKS, wanted)
    answer = await post(house, "REGULATOR", HOOKS, {"url": "https://10.1.2.3/"})

    assert taken.json()["url"] == "https://8.8.8.8:8443/h%C3%A4k?a=1"
    body = await refused(house, answer, 422, "webhook.address_refused")
    assert body["advice"]
