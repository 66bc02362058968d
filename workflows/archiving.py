"""Archiving (立卷归档): one part of the dossier after the other, then its signed index."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.archiving import INDEX, PART, Opening, Stage, parts
    from cases.procedures import PROCEDURES
    from cases.proceeding import Paper
    from cases.recording import PaperOrder
    from workflows.options import MAKE_DOSSIER, MAKING
    from workflows.proceeding import Proceeding


@workflow.defn(name="archiving")
class Archiving(Proceeding):
    """One run per dossier; the workflow id is the proceeding's."""

    procedure = PROCEDURES["archiving"]

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)

    async def make(self, order: PaperOrder) -> Paper:
        """Have a part or the index made, which takes its time."""
        paper: Paper = await workflow.execute_activity(
            MAKE_DOSSIER, order, result_type=Paper, **MAKING
        )
        return paper

    @workflow.run
    async def run(self, opening: Opening) -> str:
        """Make the dossier; what is made already is not made again after a stop."""
        await self.until(lambda dossier: dossier.stage != Stage.NEW)
        for number in range(1, len(parts(opening.files)) + 1):
            await self.issue(PART, number)
        await self.issue(INDEX)
        await self.done()
        return str(self.state.stage)
