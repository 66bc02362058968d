"""The sheets of a filing: what the authority's system asks, from what the case knows."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Response

from api.deps import ServicesDep, Standing
from api.errors import PrerequisiteError
from api.reading import Reads
from api.services import Services
from documents.sheets import plain, sheets, workbook
from law.words import Words
from records.drafts import submission
from records.sealed_answers import answers_of

router = APIRouter(prefix="/v1/cases", tags=["cases"])
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/{number}/filing-sheets.json")
async def sheets_as_json(
    standing: Annotated[Standing, Depends(Reads("case.read_dossier", "sheets"))],
    services: ServicesDep,
) -> dict[str, Any]:
    """Return the boxes in the order and with the names of the authority's system."""
    return {"number": standing.case.number, "forms": plain(await _sheets(services, standing))}


@router.get("/{number}/filing-sheets.xlsx", response_class=Response)
async def sheets_as_workbook(
    standing: Annotated[Standing, Depends(Reads("case.read_dossier", "sheets"))],
    services: ServicesDep,
) -> Response:
    """Return the same as a workbook, one sheet for each page of the system."""
    name = f'attachment; filename="{standing.case.number}-filing.xlsx"'
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    found = await _sheets(services, standing)
    return Response(workbook(found), media_type=_XLSX, headers=headers)


async def _sheets(services: Services, standing: Standing) -> Any:
    async with services.database.reading() as session:
        frozen = await submission(session, standing.case.number)
        if frozen is None:
            raise PrerequisiteError(Words("尚未提交", "nothing was submitted yet"))
        facts = await answers_of(session, frozen)
    return sheets(facts, facts.get("filing", {}).get("role", "provider"))
