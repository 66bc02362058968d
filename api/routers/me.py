"""The one who asks: who they are, and what they were told."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.deps import LanguageDep, Needs, ServicesDep
from law.words import Words
from policies.relations import Person
from records.people import candidates, names
from records.reading import inbox
from records.tables import Party
from records.tables import Person as PersonRow

router = APIRouter(prefix="/v1", tags=["me"])


@router.get("/me")
async def read_self(
    person: Annotated[Person, Depends(Needs("person.read_self"))],
    services: ServicesDep,
    said: LanguageDep,
) -> dict[str, Any]:
    """Return who the token stands for."""
    async with services.database.reading() as session:
        row = await session.get_one(PersonRow, person.id)
        party = await session.get_one(Party, person.party)
    return {
        "id": row.id,
        "name": row.name,
        "party": {"id": party.id, "name": Words(party.name, party.name_en).say(said)},
        "roles": sorted(person.roles),
    }


@router.get("/inbox")
async def read_inbox(
    person: Annotated[Person, Depends(Needs("inbox.read"))],
    services: ServicesDep,
    before: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Return what the person and their party were told, newest first.

    `next` is the value of `before` for the next page; null at the end.
    """
    async with services.database.reading() as session:
        # What a committee or authority is told is for those who run its business: members and
        # experts may have an interest, and are told in person.
        own = person.roles <= {"expert", "member"}
        recipients = (person.id,) if own else (person.id, person.party)
        rows = await inbox(session, recipients, before, limit)
    items = [row.model_dump(exclude={"recipient"}) for row in rows]
    return {"items": items, "next": rows[-1].id if len(rows) == limit else None}


@router.get("/experts")
async def list_experts(
    person: Annotated[Person, Depends(Needs("person.list_experts"))],
    services: ServicesDep,
) -> dict[str, Any]:
    """Return the expert pool of the organiser's authority."""
    async with services.database.reading() as session:
        pool = await candidates(session, person.party)
        known = await names(session, [expert.id for expert in pool])
    return {
        "items": [
            {
                "id": expert.id,
                "name": known[expert.id],
                "category": expert.category,
                "serves_on": list(expert.serves_on),
            }
            for expert in pool
        ]
    }
