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
        submission = 0
        while self.state.stage != Stage.RECORDED or submission < self._submissions:
            submission += 1
            await self._comes_in(submission)
            self.keep(CLOCK)
            if each_step and submission == 1:
                self.commission("publication_text")
            await self._is_answered(submission)
            if each_step and self._returned(submission):
                self.commission("return_notice", submission)
        await self.issue("filing_notice")
        await self.done()
        return str(self.state.number)

    @property
    def _submissions(self) -> int:
        """How often the filing came in: each time its term began."""
        return sum(clock.name == CLOCK for clock in self.state.clocks)

    async def _comes_in(self, submission: int) -> None:
        await self.until(lambda _: self._submissions >= submission)

    async def _is_answered(self, submission: int) -> None:
        await self.until(
            lambda filing: filing.stage != Stage.SUBMITTED or self._submissions > submission
        )

    def _returned(self, submission: int) -> bool:
        return submission < self._submissions or self.state.stage == Stage.RETURNED
