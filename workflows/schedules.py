"""What runs by the calendar: made, or brought up to date, when a worker starts."""

from collections.abc import Iterable
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
from temporalio.service import RPCError, RPCStatusCode

from workflows.checkpointing import Checkpointing
from workflows.paper_upkeep import PaperUpkeep
from workflows.stamping import CheckpointStamping

_WANTED: Final[dict[str, tuple[Any, timedelta]]] = {
    "checkpointing": (Checkpointing.run, timedelta(minutes=1)),
    "paper-upkeep": (PaperUpkeep.run, timedelta(days=1)),
}
_STAMPING: Final[dict[str, tuple[Any, timedelta]]] = {
    "checkpoint-stamping": (CheckpointStamping.run, timedelta(days=1)),
}


async def schedule(client: Client, task_queue: str, *, stamping: bool = False) -> None:
    """Have everything scheduled that runs by the calendar; runs do not overlap.

    Args:
        client: Of the server.
        task_queue: Whose workers run it.
        stamping: Whether checkpoints are time-stamped; if not, they are not any more.
    """
    if not stamping:
        await _ended(client, task_queue, _STAMPING)
    for name, (run, every) in (_WANTED | (_STAMPING if stamping else {})).items():
        identifier = f"{task_queue}/{name}"
        action = ScheduleActionStartWorkflow(run, id=identifier, task_queue=task_queue)
        spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)])
        await _made(client, identifier, Schedule(action=action, spec=spec))


async def unschedule(client: Client, task_queue: str) -> None:
    """Let nothing of a task queue run by the calendar any more."""
    await _ended(client, task_queue, _WANTED | _STAMPING)


async def _ended(client: Client, task_queue: str, names: Iterable[str]) -> None:
    for name in names:
        try:
            await client.get_schedule_handle(f"{task_queue}/{name}").delete()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


async def _made(client: Client, identifier: str, wanted: Schedule) -> None:
    async def updated(found: ScheduleUpdateInput) -> ScheduleUpdate:
        kept = replace(wanted, state=found.description.schedule.state)  # paused stays paused
        return ScheduleUpdate(schedule=kept)

    try:
        await client.create_schedule(identifier, wanted)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(identifier).update(updated)
