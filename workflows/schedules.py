"""What runs by the calendar: made, or brought up to date, when a worker starts."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

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

from workflows.paper_upkeep import PaperUpkeep

_DAILY: Final = timedelta(days=1)


async def schedule(client: Client, task_queue: str) -> None:
    """Have everything scheduled that runs by the calendar; runs do not overlap."""
    name = f"{task_queue}/paper-upkeep"
    wanted = Schedule(
        action=ScheduleActionStartWorkflow(PaperUpkeep.run, id=name, task_queue=task_queue),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=_DAILY)]),
    )

    async def updated(found: ScheduleUpdateInput) -> ScheduleUpdate:
        kept = replace(wanted, state=found.description.schedule.state)  # paused stays paused
        return ScheduleUpdate(schedule=kept)

    try:
        await client.create_schedule(name, wanted)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(name).update(updated)
