"""Algorithm filing (算法备案), from submission to the number."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.filing import CLOCK, Opening, Stage
    from cases.procedures import PROCEDURES
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
        while self.state.stage != Stage.RECORDED:
            await self.until(lambda filing: filing.stage == Stage.SUBMITTED)
            self.keep(CLOCK)
            await self.until(lambda filing: filing.stage != Stage.SUBMITTED)
        await self.issue("filing_notice")
        await self.done()
        return str(self.state.number)
