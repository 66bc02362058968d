"""Expert re-review (专家复核), from the application to the opinion sent back."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.ethics_review.acts import ReceiveOpinion
    from cases.expert_review.state import CLOCK, Opening, Stage
    from cases.procedures import PROCEDURES
    from workflows.proceeding import Proceeding


@workflow.defn(name="expert_review")
class ExpertReview(Proceeding):
    """One run per application for re-review; the workflow id is the proceeding's."""

    procedure = PROCEDURES["expert_review"]

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)

    @workflow.run
    async def run(self, opening: Opening) -> str:
        """Carry one re-review to its opinion and send it to the committee."""
        await self.until(lambda review: review.stage != Stage.NEW)
        self.keep(CLOCK)
        await self.until(lambda review: review.stage == Stage.GIVEN)
        agrees = bool(self.state.agrees)
        await self.tell(opening.source, ReceiveOpinion(agrees=agrees, source=self.id))
        await self.issue("re_review_opinion")
        await self.done()
        return "agree" if agrees else "disagree"
