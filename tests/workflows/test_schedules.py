"""What runs by the calendar, on the real server."""

import asyncio

import pytest
from sqlmodel import select

from records.tables import Checkpoint
from workflows.schedules import schedule


async def test_a_checkpoint_is_signed_when_its_time_comes(house):
    handle = house.temporal.get_schedule_handle(f"{house.settings.task_queue}/checkpointing")
    await handle.trigger()

    for _ in range(100):
        async with house.services.database.reading() as session:
            sizes = (await session.exec(select(Checkpoint.size))).all()
        if sizes:
            break
        await asyncio.sleep(0.1)
    assert sizes == [0]


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
