"""What runs by the calendar, on the real server."""

import asyncio
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from sqlmodel import select
from temporalio.service import RPCError

from audit.answers import Answer
from audit.checkpoint import read_body
from clitools.vouching import unvouched
from documents.keys import Keys
from documents.lasting import Lasting
from documents.pki import DevelopmentAuthority
from documents.verifying.token import judge_token
from records.checkpoints import publish
from records.stamps import foreign_stamps, keep_stamp, stamp_of, unstamped
from records.tables import Checkpoint
from workflows.schedules import schedule

NOW = datetime(2026, 11, 24, tzinfo=UTC)
NOTE = b"a note\n3\n"


async def test_a_checkpoint_is_signed_when_its_time_comes(house):
    handle = house.temporal.get_schedule_handle(f"{house.settings.task_queue}/checkpointing")
    await handle.trigger()

    for _ in range(100):
        async with house.services.database.reading() as session:
            sizes = (await session.exec(select(Checkpoint.size))).all()
        if sizes:
            break
        await asyncio.sleep(0.1)
    assert len(sizes) == 1


async def test_what_an_operator_paused_stays_paused(house):
    queue = house.settings.task_queue
    handle = house.temporal.get_schedule_handle(f"{queue}/paper-upkeep")
    await handle.pause(note="Wartung")

    await schedule(house.temporal, queue)

    assert (await handle.describe()).schedule.state.paused


@pytest.mark.parametrize("name", ["paper-upkeep"])
async def test_upkeep_runs_through(house, name):
    handle = house.temporal.get_schedule_handle(f"{house.settings.task_queue}/{name}")
    await handle.trigger()

    for _ in range(100):
        done = (await handle.describe()).info.recent_actions
        if done:
            break
        await asyncio.sleep(0.1)
    run = house.temporal.get_workflow_handle(done[0].action.workflow_id)
    await run.result()


async def test_checkpoints_are_stamped_only_where_it_is_asked_for(house):
    queue, database = house.settings.task_queue, house.services.database
    handle = house.temporal.get_schedule_handle(f"{queue}/checkpoint-stamping")
    with pytest.raises(RPCError, match="not found"):
        await handle.describe()
    async with database.writing() as session:
        note = await publish(session, house.services.log, NOW)

    await schedule(house.temporal, queue, stamping=True)
    await handle.trigger()

    for _ in range(150):
        async with database.reading() as session:
            token = await stamp_of(session, note + "— witness.test AAAA\n")
        if token:
            break
        await asyncio.sleep(0.1)
    trust = DevelopmentAuthority(house.settings.keys / "pki").trust()
    asked = (token, note.encode(), trust, datetime.now(UTC))
    assert await asyncio.to_thread(judge_token, *asked) is not Answer.FAIL
    async with database.reading() as session:
        assert await unstamped(session) is None
        assert await foreign_stamps(session) == []
        seen = (session, house.settings)
        assert await unvouched(*seen) == []
        (house.settings.keys / "pki").rename(house.settings.keys / "former")
        (told,) = await unvouched(*seen)
        assert told.endswith(f"of {read_body(note).size} entries is of nobody we trust")

    await schedule(house.temporal, queue)
    with pytest.raises(RPCError, match="not found"):
        await handle.describe()


PLANTED = {
    "the imprint of another note": lambda _: sha256(b"another note").digest(),
    "the imprint alone": lambda _: sha256(NOTE).digest(),
    "a token of another note": lambda stamp: stamp(b"another note"),
    "a token that was changed": lambda stamp: stamp(b"another note").replace(
        sha256(b"another note").digest(), sha256(NOTE).digest()
    ),
    "a token with the imprint beside": lambda stamp: (
        stamp(b"another note") + sha256(NOTE).digest()
    ),
    "a signature with a bit changed": lambda stamp: _flipped(stamp(NOTE)),
}


def _flipped(token):
    return token[:-1] + bytes([token[-1] ^ 1])


@pytest.fixture(scope="module")
def stamp(tmp_path_factory):
    lasting = Lasting(Keys(DevelopmentAuthority(tmp_path_factory.mktemp("pki"))))
    return lambda data: asyncio.run(lasting.stamp(data))


async def test_a_stamp_of_the_note_is_kept(database, stamp):
    token = await asyncio.to_thread(stamp, NOTE)
    async with database.writing() as session:
        session.add(Checkpoint(size=3, note=NOTE.decode(), made_at=""))
        await keep_stamp(session, 3, token, NOW)

    async with database.reading() as session:
        assert await stamp_of(session, NOTE.decode()) == token
        assert await foreign_stamps(session) == []


@pytest.mark.parametrize("planted", PLANTED)
async def test_a_stamp_of_another_note_is_told(database, stamp, planted):
    token = await asyncio.to_thread(PLANTED[planted], stamp)
    async with database.writing() as session:
        session.add(Checkpoint(size=3, note=NOTE.decode(), made_at=""))
        await keep_stamp(session, 3, token, NOW)
        await keep_stamp(session, 3, b"a second one changes nothing", NOW)

    async with database.reading() as session:
        assert await stamp_of(session, "a note\n3\n") == b""
        assert await foreign_stamps(session) == [
            "the time-stamp of 3 entries is not of the checkpoint that is there"
        ]
