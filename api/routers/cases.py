"""Read cases: list, status, clocks, dossier, papers, trail."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Path, Query, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api.deps import LanguageDep, Needs, NeedsCase, ServicesDep, Standing
from api.errors import PrerequisiteError
from api.reading import Reads
from api.services import Services
from api.views import (
    case_out,
    clock_out,
    hidden_kinds,
    proceeding_out,
    state_out,
)
from documents.store import SM2_ENDING
from law.words import Words
from policies.relations import Person, relations
from records.drafts import submission
from records.errors import NotFoundError
from records.facts import texts
from records.reading import cases_within, papers, proceedings, subject
from records.sealed_answers import answers_of
from records.tables import Case, Party

router = APIRouter(prefix="/v1/cases", tags=["cases"])


@router.get("")
async def list_cases(
    person: Annotated[Person, Depends(Needs("case.list"))],
    services: ServicesDep,
    after: Annotated[str, Query(pattern="^[A-Z0-9-]{0,40}$")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Return the cases that concern the person's party, by number.

    `next` is the value of `after` for the next page; null at the end.
    """
    async with services.database.reading() as session:
        rows = await cases_within(session, person, after, limit)
        # The wall is the party's; an expert outside the group is inside the party.
        seen = [r for r in rows if await _may_read(services, session, person, r)]
    items = [{"number": r.number, "title": r.title, "stage": r.stage} for r in seen]
    return {"items": items, "next": rows[-1].number if len(rows) == limit else None}


@router.get("/{number}")
async def read_case(
    standing: Annotated[Standing, Depends(NeedsCase("case.read"))],
    services: ServicesDep,
    said: LanguageDep,
) -> dict[str, Any]:
    """Return title, parties, and for each proceeding with whom it is and what comes next."""
    async with services.database.reading() as session:
        institution = await session.get_one(Party, standing.case.institution)
        committee = await session.get_one(Party, standing.case.committee)
    return case_out(standing, (institution, committee), said)


@router.get("/{number}/clocks")
async def read_clocks(
    standing: Annotated[Standing, Depends(NeedsCase("case.read_dossier"))],
    said: LanguageDep,
) -> dict[str, Any]:
    """Return all time limits of the case, accounted for day by day."""
    return {
        "items": [
            clock_out(row.id, clock, said)
            for row in standing.proceedings
            for clock in orjson.loads(row.state)["clocks"]
        ]
    }


@router.get("/{number}/dossier")
async def read_dossier(
    standing: Annotated[Standing, Depends(Reads("case.read_dossier", "dossier"))],
    services: ServicesDep,
    said: LanguageDep,
) -> dict[str, Any]:
    """Return the submitted answers and each proceeding with its words, as the reader may see.

    Ballots are sealed while a vote is open, and never shown outside the body that votes and
    its regulator; who sits in an expert group is for the organiser.
    """
    async with services.database.reading() as session:
        frozen = await submission(session, standing.case.number)
        if frozen is None:
            raise PrerequisiteError(Words("尚未提交", "nothing was submitted yet"))
        answers = await answers_of(session, frozen)
        words = {
            row.id: await texts(session, row.id, hidden_kinds(row, standing.relations))
            for row in standing.proceedings
        }
    return {
        "number": standing.case.number,
        "version": frozen.version,
        "content": frozen.content,
        "answers": answers,
        "proceedings": [
            {
                **proceeding_out(row, said),
                "state": state_out(row, standing.relations),
                "texts": words[row.id],
            }
            for row in standing.proceedings
        ],
    }


@router.get("/{number}/papers")
async def list_papers(
    standing: Annotated[Standing, Depends(NeedsCase("case.read_dossier"))],
    services: ServicesDep,
) -> dict[str, Any]:
    """Return the papers issued in the case, oldest first."""
    async with services.database.reading() as session:
        rows = await papers(session, standing.case.number)
    return {"items": [row.model_dump(exclude={"case_number"}) for row in rows]}


@router.get("/{number}/papers/{sha256}", response_class=Response)
async def read_paper(
    sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    standing: Annotated[Standing, Depends(Reads("case.read_dossier", "paper"))],
    services: ServicesDep,
    form: Annotated[Literal["newest", "as_issued"], Query()] = "newest",
) -> Response:
    """Return a paper; where its archive time-stamp was renewed, with the newest.

    The form `as_issued` is the very bytes of the hash.
    """
    async with services.database.reading() as session:
        found = {row.sha256: row for row in await papers(session, standing.case.number)}
    if sha256 not in found:
        raise NotFoundError(Words("本案没有该文书", "the case has no such paper"))
    store = services.papers
    pdf = await (store.get(sha256) if form == "as_issued" else store.newest(sha256))
    headers = {
        "Content-Disposition": f'attachment; filename="{found[sha256].template}.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)


@router.get("/{number}/papers/{sha256}/sm2")
async def read_detached(
    sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    standing: Annotated[Standing, Depends(Reads("case.read_dossier", "paper"))],
    services: ServicesDep,
) -> dict[str, str]:
    """Return a paper's detached SM2 signature, where its body makes one (experimental)."""
    async with services.database.reading() as session:
        found = {row.sha256 for row in await papers(session, standing.case.number)}
    none = NotFoundError(Words("没有国密签名", "there is no SM2 signature"))
    if sha256 not in found:
        raise none
    try:
        beside = await services.papers.beside(sha256, SM2_ENDING)
    except FileNotFoundError:
        raise none from None
    told: dict[str, str] = orjson.loads(beside)
    return told


async def _may_read(
    services: Services, session: AsyncSession, person: Person, case: Case
) -> bool:
    facts = subject(case, await proceedings(session, case.number))
    held = relations(person, facts)
    return services.access.allows(person, "case.read", held, case.stage)
