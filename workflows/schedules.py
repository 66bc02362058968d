"""What runs by the calendar: made, or brought up to date, when a worker starts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from workflows.checkpointing import Checkpointing
from workflows.paper_upkeep import PaperUpkeep

_WANTED: Final[dict[str, tuple[Any, timedelta]]] = {
    "checkpointing": (Checkpointing.run, timedelta(minutes=1)),
    "paper-upkeep": (PaperUpkeep.run, timedelta(days=1)),
}


async def schedule(client: Client, task_queue: str) -> None:
    """Have everything scheduled that runs by the calendar; runs do not overlap."""
    for name, (run, every) in _WANTED.items():
        identifier = f"{task_queue}/{name}"
        action = ScheduleActionStartWorkflow(run, id=identifier, task_queue=task_queue)
        spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)])
        await _made(client, identifier, Schedule(action=action, spec=spec))


async def unschedule(client: Client, task_queue: str) -> None:
    """Let nothing of a task queue run by the calendar any more."""
    for name in _WANTED:
        await client.get_schedule_handle(f"{task_queue}/{name}").delete()


async def _made(client: Client, identifier: str, wanted: Schedule) -> None:
    async def updated(found: ScheduleUpdateInput) -> ScheduleUpdate:
        kept = replace(wanted, state=found.description.schedule.state)  # paused stays paused
        return ScheduleUpdate(schedule=kept)

    try:
        await client.create_schedule(identifier, wanted)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(identifier).update(updated)
