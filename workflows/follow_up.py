"""Follow-up review (跟踪审查): one interval; an activity that goes on gets the next."""

from dataclasses import replace

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.follow_up import CLOCK, Open, Opening, Result, Stage
    from cases.procedures import PROCEDURES
    from law.clock import china_day
    from workflows.options import EACH_STEP
    from workflows.proceeding import Proceeding


@workflow.defn(name="follow_up")
class FollowUp(Proceeding):
    """One run per interval; the workflow id is the proceeding's."""

    procedure = PROCEDURES["follow_up"]

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)

    @workflow.run
    async def run(self, opening: Opening) -> str:
        """Keep the interval, wait for report and conclusion, begin the next interval."""
        await self.engine("open", Open())
        self.keep(CLOCK)
        await self.until(lambda follow_up: follow_up.stage == Stage.CONCLUDED)
        result = self.state.result
        if result is Result.CONTINUE:
            concluded_on = china_day(self.state.clock(CLOCK).stopped_at)
            await self.begin(
                "follow_up",
                replace(opening, ordinal=opening.ordinal + 1, approved_on=concluded_on),
            )
        if workflow.patched(EACH_STEP):
            await self.issue("follow_up_decision")
        await self.done()
        return str(result)
