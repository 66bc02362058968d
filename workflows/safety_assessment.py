"""Safety assessment (安全评估), from the report to its acceptance."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.procedures import PROCEDURES
    from cases.safety_assessment import Opening, Stage
    from workflows.proceeding import Proceeding


@workflow.defn(name="safety_assessment")
class SafetyAssessment(Proceeding):
    """One run per trigger; the workflow id is the proceeding's."""

    procedure = PROCEDURES["safety_assessment"]

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)

    @workflow.run
    async def run(self, opening: Opening) -> str:
        """Wait for the authority; no limit for its written review is known to the law."""
        await self.until(lambda assessment: assessment.stage == Stage.ACCEPTED)
        await self.done()
        return str(self.state.stage)
