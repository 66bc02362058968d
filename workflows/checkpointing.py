"""Checkpoints: a scheduled run that signs the tree, if it grew."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.options import PUBLISH, QUICK


@workflow.defn(name="checkpointing")
class Checkpointing:
    """Started by a schedule; one run at a time."""

    @workflow.run
    async def run(self) -> int:
        """Return the size of the tree that is signed now."""
        size: int = await workflow.execute_activity(PUBLISH, result_type=int, **QUICK)
        return size
