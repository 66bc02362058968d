"""What the workflow engine holds of a proceeding, read from its history; and begin one again.

Histories are read, not asked: no worker is needed, and what a workflow recorded stands there
word for word.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from cases.procedures import PROCEDURES, procedure_of
from cases.recording import Past, Receipt, Recorded, Recording
from workflows.options import PAST, RECORD

_NO_ANSWER: Final = frozenset(
    {
        EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED,
        EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT,
        EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED,
    }
)


@dataclass
class Held:
    """A proceeding as the engine holds it."""

    id: str
    running: bool
    receipts: list[Receipt] = field(default_factory=list[Receipt])
    """Of all acts that its workflow knows to be recorded, in order."""
    recordings: list[Recording] = field(default_factory=list[Recording])
    """The same, whole; those from before the workflow began again are not there."""
    underway: set[str] = field(default_factory=set[str])
    """Requests that are being recorded."""


async def held(client: Client, proceeding: str) -> Held | None:
    """Return what the engine holds of a proceeding; None when it knows no such workflow."""
    handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(proceeding)
    try:
        told = await handle.describe()
        history = await handle.fetch_history()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    found = Held(proceeding, told.status is WorkflowExecutionStatus.RUNNING)
    started = history.events[0].workflow_execution_started_event_attributes
    if PAST in started.memo.fields:
        packed = Payloads(payloads=[started.memo.fields[PAST]])
        past: Past = (await _read(client, packed, Past))[0]
        found.receipts += past.receipts
    asked: dict[int, Recording] = {}
    for event in history.events:
        await _take(client, found, asked, event)
    found.underway = {recording.request for recording in asked.values()}
    return found


async def _take(
    client: Client, found: Held, asked: dict[int, Recording], event: HistoryEvent
) -> None:
    if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name == RECORD:
            asked[event.event_id] = (await _read(client, scheduled.input, Recording))[0]
    elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
        completed = event.activity_task_completed_event_attributes
        if (recording := asked.pop(completed.scheduled_event_id, None)) is not None:
            recorded: Recorded = (await _read(client, completed.result, Recorded))[0]
            found.recordings.append(recording)
            found.receipts.append(recorded.receipt)
    elif event.event_type in _NO_ANSWER:
        failed = getattr(event, str(event.WhichOneof("attributes")))
        asked.pop(failed.scheduled_event_id, None)


async def _read(client: Client, payloads: Payloads, kind: type[Any]) -> list[Any]:
    return await client.data_converter.decode(payloads.payloads, [kind])


async def known_to(client: Client, task_queue: str) -> list[str]:
    """Return the ids of all proceedings that the engine holds for a task queue."""
    kinds = ", ".join(f'"{name}"' for name in PROCEDURES)
    asked = f'WorkflowType IN ({kinds}) AND TaskQueue = "{task_queue}"'
    return sorted({one.id async for one in client.list_workflows(asked)})


async def go_on(
    client: Client, task_queue: str, proceeding: str, told: tuple[Any, Past]
) -> None:
    """Begin the workflow of a proceeding where its past ends; one that runs is ended first.

    Args:
        client: The engine.
        task_queue: Whose workers carry it on.
        proceeding: Its id.
        told: How it was opened, and its past.
    """
    opening, past = told
    await client.start_workflow(
        procedure_of(proceeding).name,
        opening,
        id=proceeding,
        task_queue=task_queue,
        memo={PAST: past},
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
        rpc_timeout=timedelta(seconds=30),
    )
