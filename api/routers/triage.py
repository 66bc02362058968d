"""What follows from a case's self-review."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends

from api.deps import LanguageDep, NeedsCase, ServicesDep, Standing
from api.problems import reason_out
from cases.dossier import self_review
from law.clock import china_day
from law.triage import Conclusion, triage
from law.words import Language

router = APIRouter(prefix="/v1/cases", tags=["draft"])


@router.get("/{number}/triage")
async def read_triage(
    standing: Annotated[Standing, Depends(NeedsCase("case.read_draft"))],
    services: ServicesDep,
    said: LanguageDep,
) -> dict[str, Any]:
    """Return what follows from the self-review today, each conclusion with its grounds."""
    answers = self_review(orjson.loads(standing.case.answers))
    found = triage(answers, on=china_day(services.now()))
    return {
        "on": found.on.isoformat(),
        "route": found.route,
        "expert_review": found.expert_review,
        "scope": [_conclusion(c, said) for c in found.scope],
        "listed": [_conclusion(c, said) for c in found.listed],
        "duties": [_conclusion(c, said) for c in found.duties],
    }


def _conclusion(conclusion: Conclusion, said: Language) -> dict[str, Any]:
    return {
        "code": conclusion.code,
        "answers": list(conclusion.answers),
        **reason_out(conclusion.reason, said),
    }
