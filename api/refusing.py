"""Enter refused acts in the trail: who asked for what, and by which code it was refused."""

import logging
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from api.deps import Key
from api.services import Services
from cases.dossier import ActRefused
from cases.proceeding import Actor
from policies.relations import Person
from records.drafts import append_to_case, lock_case
from records.reading import acted, case_within
from records.streams import Hand

_LOG: Final = logging.getLogger(__name__)
_NO_ACTS: Final = ("request.", "engine.", "record.", "identity.")
"""How codes begin that refuse a request, not an act: nothing was asked of the case."""


async def enter(
    services: Services, person: Person, case: str, refused: ActRefused, key: Key
) -> None:
    """Enter a refusal once for a key; what it refuses stays refused whether or not it can."""
    if refused.code.startswith(_NO_ACTS):
        return
    hand = Hand(
        actor=Actor(person=person.id, body=person.party, role="-"),
        at=services.now(),
        policy=services.access.hash,
        request=f"refused/{key.request}",
        digest=key.digest,
    )
    try:
        async with services.database.writing() as session:
            await case_within(session, person, case)  # behind the wall there is no such case
            await lock_case(session, case)
            if not await acted(session, hand.request):
                await append_to_case(session, case, refused, hand)
    except SQLAlchemyError:
        _LOG.exception("a refusal was not entered in the trail")
