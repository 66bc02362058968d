"""Kill -9 of worker, Temporal, both, and the API while acts are being recorded.

After the restart no act is lost, none is doubled, and rows and trail agree. Every act is sent
with its own key and repeated with the same key until it is answered, as a client would.
"""

import asyncio
import sqlite3
import uuid
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest

from cases.procedures import procedure_of
from cases.proceeding import evolve
from demo.facts import read_dossier
from demo.journey import Journey
from demo.seed import seed
from demo.stack import answering, keep_histories, python_part, temporal
from records import trail
from records.database import Database
from records.folding import event_of, state_adapter
from records.migrate import upgrade
from records.reading import proceedings
from records.verification import verify_trail
from settings import Settings

BALLOT = {"kind": "ethics_review.change_ballot", "choice": "approve_after_modification"}
ACTS = 8  # of each of the members who vote at once
VOTERS = 4


class Stack:
    """The real stack, part by part."""

    def __init__(self, settings):
        self.settings = settings
        self.parts = {}

    @property
    def address(self):
        return f"http://{self.settings.host}:{self.settings.port}"

    async def start(self, *names):
        for name in names:
            self.parts[name] = (
                await temporal(self.settings)
                if name == "temporal"
                else await python_part(self.settings, name)
            )
        if "temporal" in names:
            await keep_histories(self.settings, self.parts["temporal"])
        if "api" in names:
            await answering(self.parts["api"], self.address)

    async def kill(self, *names):
        await asyncio.gather(*(self.parts[name].kill() for name in names))

    async def stop(self):
        for name in ("api", "worker", "temporal"):
            if name in self.parts:
                await self.parts[name].stop()


@pytest.fixture
async def stack(tmp_path, free_ports):
    port, temporal_port = free_ports
    settings = Settings(home=tmp_path, port=port, temporal_port=temporal_port, _env_file=None)
    upgrade(settings.database)
    async with AsyncExitStack() as closing:
        stack = Stack(settings)
        closing.push_async_callback(stack.stop)
        await stack.start("temporal", "worker", "api")
        yield stack


@pytest.mark.parametrize(
    "victims",
    [("worker",), ("temporal",), ("worker", "temporal"), ("api",)],
    ids="+".join,
)
async def test_no_act_is_lost_or_doubled(stack, victims):
    tokens = await seed(stack.settings.database, read_dossier(), stack.settings.sealing_key)
    async with httpx.AsyncClient(
        base_url=stack.address, timeout=40, trust_env=False
    ) as client:
        journey = Journey(client, tokens, lambda *_: None)
        await open_vote(journey)
        receipts = []
        voting = asyncio.gather(
            *(vote(client, journey, n, receipts) for n in range(1, VOTERS + 1))
        )
        while len(receipts) < VOTERS:  # noqa: ASYNC110 -- until the middle of the ballots
            await asyncio.sleep(0.01)
        async with held(stack.settings):
            answered = len(receipts)
            await asyncio.sleep(0.3)  # whoever votes now waits for the trail
            assert len(receipts) <= answered + VOTERS
            assert not voting.done()
            await stack.kill(*victims)
        await stack.start(*victims)
        await voting
        assert answered < VOTERS * ACTS
        await journey.act("SECRETARY", "ethics_review.count_votes")

    assert len(receipts) == VOTERS * ACTS
    await agree(stack, journey.number, receipts)


@asynccontextmanager
async def held(settings):
    """Hold the database's write lock: an act being recorded stays at that moment."""
    connection = sqlite3.connect(
        settings.home / "shenbei.db", isolation_level=None, check_same_thread=False
    )
    await asyncio.to_thread(connection.execute, "PRAGMA busy_timeout=10000")
    await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


async def open_vote(journey):
    await journey.draft(read_dossier())
    await journey.submit()
    await journey.act("SECRETARY", "ethics_review.accept")
    for n in range(1, 7):
        await journey.act(f"MEMBER_{n}", "ethics_review.declare", conflict=False)
    seats = [f"p1{n}" for n in range(1, 7)]
    await journey.act("SECRETARY", "ethics_review.open_meeting", present=seats)
    await journey.act("SECRETARY", "ethics_review.open_vote")
    for n in range(1, 7):
        await journey.act(f"MEMBER_{n}", "ethics_review.cast_ballot", choice="approve")


async def vote(client, journey, n, receipts):
    """Change a ballot again and again; repeat each act until it is answered."""
    for turn in range(ACTS):
        headers = {
            "Authorization": f"Bearer {journey.tokens[f'MEMBER_{n}']}",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        body = BALLOT | {"reason": f"第{turn}次"}
        receipts.append(await until_answered(client, journey, headers, body))


async def until_answered(client, journey, headers, body):
    path = f"/v1/cases/{journey.number}/ethics-review/1/acts"
    for _ in range(120):
        try:
            answer = await client.post(path, json=body, headers=headers)
        except httpx.TransportError:
            await asyncio.sleep(0.25)
            continue
        if answer.status_code == 200:
            return answer.json()
        assert answer.status_code == 503, answer.text
        await asyncio.sleep(0.25)
    pytest.fail("the act was never answered")


async def agree(stack, number, receipts):
    database = Database(stack.settings.database, stack.settings.sealing_key)
    key = stack.settings.log_key.public_key()
    report = await verify_trail(database, stack.settings.origin, [key])
    async with database.reading() as session:
        row = (await proceedings(session, number))[0]
        entries = await trail.events_of_proceeding(session, row.id)
    await database.close()
    assert report, report.faults
    changed = [e.request for e in entries if e.kind == "ethics_review.ballot_cast"]
    counts = Counter(changed)
    assert {r["request"] for r in receipts} <= counts.keys()
    assert set(counts.values()) == {1}
    assert len(changed) == 6 + VOTERS * ACTS
    events = [event_of(e) for e in entries]
    state = procedure_of(row.id).begin(events[0].opening)
    for event in events:
        state = evolve(state, event)
    assert state == state_adapter(row.procedure).validate_json(row.state)
    assert [b.choice for b in state.ballots.values()].count("approve_after_modification") == 4
