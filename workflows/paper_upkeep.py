"""Upkeep of papers: a scheduled run that renews what will end, page by page."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.options import MAKING, RENEW_PAPERS

_PAGES = 100  # of one run, whose history stays short


@workflow.defn(name="paper_upkeep")
class PaperUpkeep:
    """Started by a schedule; one run at a time."""

    @workflow.run
    async def run(self, after: str = "") -> None:
        """Go through the papers once."""
        place = after
        for _ in range(_PAGES):
            place = await workflow.execute_activity(
                RENEW_PAPERS, place, result_type=str, **MAKING
            )
            if not place:
                return
        workflow.continue_as_new(place)
