"""Ethics review (伦理审查), from submission to the decision letter and the follow-up."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.ethics_review.state import CLOCK, Opening, Stage
    from cases.follow_up import Opening as FollowUpOpening
    from cases.procedures import PROCEDURES
    from workflows.options import EACH_STEP
    from workflows.proceeding import Proceeding


@workflow.defn(name="ethics_review")
class EthicsReview(Proceeding):
    """One run per case and round; the workflow id is the proceeding's."""

    procedure = PROCEDURES["ethics_review"]

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)

    @workflow.run
    async def run(self, opening: Opening) -> str:
        """Carry one ethics review from submission to its decision."""
        each_step = workflow.patched(EACH_STEP)
        if each_step:
            await self.until(lambda review: review.stage != Stage.NEW)
            self.commission("commitment")
        await self.until(lambda review: review.accepted_on is not None)
        self.keep(CLOCK)
        if each_step:
            self.commission("acceptance_notice")
            await self.until(lambda review: review.stage in {Stage.OPINION, Stage.DECIDED})
        if each_step and self.state.stage == Stage.OPINION:
            self.commission("initial_opinion")
        # Listed activities wait here for the expert opinion; the others go straight through.
        await self.until(lambda review: review.stage == Stage.DECIDED)
        outcome = self.state.outcome
        if outcome.passes:
            await self.begin(
                "follow_up",
                FollowUpOpening(
                    case=opening.case,
                    institution=opening.institution,
                    committee=opening.committee,
                    approved_on=self.state.decided_on,
                    listed=opening.listed,
                    regimes=opening.regimes,
                ),
            )
        await self.issue("decision_letter")
        await self.done()
        return str(outcome)
