"""The feed of events: what happened in all cases of a regulator, in the order of the trail."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.deps import Needs, ServicesDep
from policies.relations import Person
from records.feed import feed
from records.trail import LAST

router = APIRouter(prefix="/v1/events", tags=["trail"])


@router.get("")
async def read_events(
    person: Annotated[Person, Depends(Needs("trail.feed"))],
    services: ServicesDep,
    after: Annotated[int, Query(ge=-1, le=LAST)] = -1,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Return a page of entries after an index; `next` pages on, and stays valid for ever.

    Each entry comes once, in the trail's order, so those of a case are in order, too. The body
    of a ballot is null until its vote has an outcome: read it again by its case then.
    """
    async with services.database.reading() as session:
        entries = await feed(session, person, after, limit)
    items = [entry.data for entry in entries]
    return {"items": items, "next": entries[-1].index if entries else after}
