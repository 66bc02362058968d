"""The floor of an act: a bare Temporal update with one empty regular activity."""

from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def nothing(word: str) -> str:
    """Do nothing."""
    return word


@workflow.defn
class Bare:
    """Wait for updates."""

    @workflow.run
    async def run(self) -> None:
        """Wait for ever."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def act(self, word: str) -> str:
        """Run the empty activity."""
        return await workflow.execute_activity(
            nothing, word, start_to_close_timeout=timedelta(seconds=10)
        )
