"""The feed of events: what happened in all cases of a regulator, in the order of the trail."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query

from api.deps import Needs, ServicesDep
from api.views import ballots_of, vote_is_open
from policies.relations import Person
from records.reading import entries_within, proceedings

router = APIRouter(prefix="/v1/events", tags=["trail"])


@router.get("")
async def read_events(
    person: Annotated[Person, Depends(Needs("trail.feed"))],
    services: ServicesDep,
    after: Annotated[int, Query(ge=-1)] = -1,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Return a page of entries after an index; `next` pages on, and stays valid for ever.

    Each entry comes once, in the trail's order, so those of a case are in order, too. The body
    of a ballot is null until its vote has an outcome: read it again by its case then.
    """
    async with services.database.reading() as session:
        rows = await entries_within(session, person, after, limit)
        cases = {row.case_number for row in rows}
        open_votes = {
            (one.id, ballots_of(one.procedure))
            for case in cases
            for one in await proceedings(session, case)
            if vote_is_open(one)
        }
    items = [
        {
            "index": row.index,
            "case": row.case_number,
            "kind": row.kind,
            "body": None
            if (row.proceeding, row.kind) in open_votes
            else orjson.loads(row.body),
            "leaf": row.leaf.hex(),
        }
        for row in rows
    ]
    return {"items": items, "next": rows[-1].index if rows else after}
