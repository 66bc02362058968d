"""What people ask of the deliveries: send again, try at once, send a test event."""

from datetime import timedelta
from typing import Final

from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from records.webhooks.tables import DeadLetter
from workflows.relaying import delivery_id, queue_of
from workflows.webhooks import Delivering, Delivery, Pinging, Sent

_MOST: Final = 1000  # are hurried in one go; others go by their schedule
_LIFE: Final = timedelta(seconds=30)


async def redeliver(client: Client, task_queue: str, letter: DeadLetter) -> None:
    """Have a dead letter sent again, beside what waits of its case. Safe to repeat."""
    delivery = Delivery(
        webhook=letter.webhook_id,
        case=letter.case_number,
        waiting=(letter.index,),
        again=True,
    )
    await client.start_workflow(
        Delivering.run,
        delivery,
        id=f"{delivery_id(letter.webhook_id, letter.case_number)}/{letter.index}",
        task_queue=queue_of(task_queue),
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def hurry(client: Client, webhook: str) -> None:
    """Have everything that waits for a webhook tried at once."""
    waiting = (
        f"WorkflowType = 'webhook-delivery' AND ExecutionStatus = 'Running' "
        f"AND WorkflowId STARTS_WITH '{delivery_id(webhook, '')}'"
    )
    async for found in client.list_workflows(waiting, limit=_MOST):
        try:
            await client.get_workflow_handle(found.id).signal(Delivering.hurry)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:  # it ended meanwhile
                raise


async def ping(client: Client, task_queue: str, webhook: str, request: str) -> Sent:
    """Send a test event and return how it ended; once for each request."""
    id_ = delivery_id(webhook, f"ping/{request}")
    try:
        handle: WorkflowHandle[Pinging, Sent] = await client.start_workflow(
            Pinging.run,
            webhook,
            id=id_,
            task_queue=queue_of(task_queue),
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            execution_timeout=_LIFE,
        )
    except WorkflowAlreadyStartedError:
        handle = client.get_workflow_handle_for(Pinging.run, id_)
    return await handle.result()
