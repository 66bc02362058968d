"""Ask the API, and look at what it says."""

import uuid

from sqlmodel import col, select

from records.tables import Case, Event, Payload


async def stored(house):
    """Return how much is stored; what only tells of somebody's asking changes nothing."""
    asked = ("act.refused", "dossier.read", "identity.signed_in")
    async with house.services.database.reading() as session:
        events = select(Event).where(col(Event.kind).not_in(asked))
        chosen = (events, select(Payload), select(Case))
        return [len((await session.exec(one)).all()) for one in chosen]


def case(journey, path=""):
    return f"/v1/cases/{journey.number}{path}"


def acts(journey, procedure="ethics-review", ordinal=1):
    return case(journey, f"/{procedure}/{ordinal}/acts")


async def post(house, who, path, body, **headers):
    headers = {"Idempotency-Key": uuid.uuid4().hex, **headers}
    return await house.client.post(path, json=body, headers=house.headers(who, **headers))


async def refused(house, answer, status, code):
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["title"]
    return body
