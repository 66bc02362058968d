"""Reads of what is protected: who opened what of a case stands in the trail, once a day."""

from hashlib import sha256

from fastapi import Request
from sqlmodel.ext.asyncio.session import AsyncSession

from api.deps import NeedsCase, PersonDep, ServicesDep, Standing, stand
from api.services import Services
from cases.dossier import Read
from law.clock import china_day
from records.drafts import append_to_case, lock_case
from records.reading import acted
from records.streams import Hand
from records.tables import Attachment, Paper


class Reads(NeedsCase):
    """A dependency that asks the policy for a read, and enters it before anything is shown."""

    def __init__(self, act: str, what: str) -> None:
        super().__init__(act)
        self.what = what

    async def __call__(  # type: ignore[override] # -- it asks of the request, too
        self, number: str, services: ServicesDep, person: PersonDep, request: Request
    ) -> Standing:
        """Return the standing of the person before the case, if they may."""
        of = str(request.path_params.get("sha256", ""))
        async with services.database.reading() as session:
            standing = await stand(services, session, person, number, self.act)
            there = not of or await _is_of_case(session, number, of)
        if there and "own" not in standing.relations:
            read = Read(what=self.what, version=standing.case.version, of=of)
            await enter_read(services, standing, read)
        return standing


async def _is_of_case(session: AsyncSession, number: str, sha256: str) -> bool:
    """Tell whether a file is one of a case; what somebody made up is no part of the trail."""
    paper = await session.get(Paper, sha256)
    if paper is not None and paper.case_number == number:
        return True
    return await session.get(Attachment, (number, sha256)) is not None


async def enter_read(services: Services, standing: Standing, read: Read) -> None:
    """Enter a read, unless the same person made the same one today."""
    now, number = services.now(), standing.case.number
    told = (standing.actor, number, read, china_day(now))
    request = f"read/{sha256(repr(told).encode()).hexdigest()[:32]}"
    async with services.database.reading() as session:
        if await acted(session, request):
            return
    hand = Hand(actor=standing.actor, at=now, policy=services.access.hash, request=request)
    async with services.database.writing() as session:
        await lock_case(session, number)
        if not await acted(session, request):
            await append_to_case(session, number, read, hand)
