"""Correction (文书更正): the new version of a paper, or its withdrawal."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.correction import Opening, Stage
    from cases.procedures import PROCEDURES
    from workflows.proceeding import Proceeding


@workflow.defn(name="correction")
class Correction(Proceeding):
    """One run per correction; the workflow id is the proceeding's."""

    procedure = PROCEDURES["correction"]

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)

    @workflow.run
    async def run(self, opening: Opening) -> str:
        """Issue the new version where one is ordered."""
        await self.until(lambda correction: correction.stage != Stage.NEW)
        if self.state.stage == Stage.ORDERED:
            await self.issue(opening.paper.template, corrects=opening.paper)
        await self.done()
        return str(self.state.stage)
