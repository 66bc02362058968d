"""What follows from a case's self-review."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from api.deps import LanguageDep, NeedsCase, ServicesDep, Standing
from api.problems import reason_out
from cases.dossier import assumed, self_review
from law.clock import china_day
from law.conclusion import Conclusion
from law.counterfactual import counterfactuals
from law.triage import triage
from law.words import Language
from records.sealed_answers import answers_of

router = APIRouter(prefix="/v1/cases", tags=["draft"])


@router.get("/{number}/triage")
async def read_triage(
    standing: Annotated[Standing, Depends(NeedsCase("case.read_draft"))],
    services: ServicesDep,
    said: LanguageDep,
) -> dict[str, Any]:
    """Return what follows from the self-review today, each conclusion with its grounds.

    `assumed` are the questions nobody answered, taken cautiously; `counterfactuals` is every
    single answer that would change a conclusion, and what it would change.
    """
    async with services.database.reading() as session:
        facts = await answers_of(session, standing.case)
    answers, today = self_review(facts), china_day(services.now())
    found = triage(answers, on=today)
    parts = ("scope", "listed", "omitted", "duties")
    return {
        "on": found.on.isoformat(),
        "route": found.route,
        "because": _conclusion(found.because, said),
        "expert_review": found.expert_review,
        **{part: [_conclusion(c, said) for c in getattr(found, part)] for part in parts},
        "assumed": assumed(facts),
        "counterfactuals": counterfactuals(answers, on=today),
    }


def _conclusion(conclusion: Conclusion, said: Language) -> dict[str, Any]:
    return {
        "code": conclusion.code,
        "answers": list(conclusion.answers),
        **reason_out(conclusion.reason, said),
    }
