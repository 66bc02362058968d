"""Sign-ins that matter: the first use of a token, and of one that has expired."""

from api.services import Services
from cases.proceeding import SYSTEM
from records.access_tables import Token
from records.people import token_hash
from records.registry import used
from records.streams import Hand


async def enter_use(services: Services, token: str) -> None:
    """Enter the first use of a token; of one that nobody was ever given, nothing is told."""
    digest = token_hash(token)
    async with services.database.reading() as session:
        if await session.get(Token, digest) is None:
            return
    hand = Hand(
        actor=SYSTEM,
        at=services.now(),
        policy=services.access.hash,
        request=f"token/{digest[:32]}",
    )
    async with services.database.writing() as session:
        await used(session, digest, hand)
