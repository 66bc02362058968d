"""Time-stamps of checkpoints: a scheduled run that has the newest one stamped."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.options import RENDERING, STAMP


@workflow.defn(name="checkpoint_stamping")
class CheckpointStamping:
    """Started by a schedule; one run at a time."""

    @workflow.run
    async def run(self) -> int:
        """Return the size of the tree whose checkpoint was stamped; 0: none was due."""
        size: int = await workflow.execute_activity(STAMP, result_type=int, **RENDERING)
        return size
