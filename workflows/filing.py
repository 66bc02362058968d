"""Algorithm filing (算法备案), from submission to the number."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.filing import CLOCK, Opening, Stage
    from cases.procedures import PROCEDURES
    from workflows.options import EACH_STEP
    from workflows.proceeding import Proceeding


@workflow.defn(name="filing")
class Filing(Proceeding):
    """One run per filing; the workflow id is the proceeding's."""

    procedure = PROCEDURES["filing"]

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)

    @workflow.run
    async def run(self, opening: Opening) -> str:
        """Keep the examination's term for each submission until the filing is recorded."""
        each_step = workflow.patched(EACH_STEP)
        submissions = 0
        while self.state.stage != Stage.RECORDED:
            await self.until(lambda filing: filing.stage == Stage.SUBMITTED)
            self.keep(CLOCK)
            submissions += 1
            if each_step and submissions == 1:
                self.commission("publication_text")
            await self.until(lambda filing: filing.stage != Stage.SUBMITTED)
            if each_step and self.state.stage == Stage.RETURNED:
                self.commission("return_notice", submissions)
        await self.issue("filing_notice")
        await self.done()
        return str(self.state.number)
