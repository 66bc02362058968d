"""The public page for papers: what was issued under a code, and the check of a file."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, UploadFile
from fastapi.responses import HTMLResponse

from api.deps import Public, ServicesDep
from api.pages import PageLanguage, page
from api.routers.trail import CODE, issued_under, verified
from documents.store import digest
from documents.verdict import report

router = APIRouter(
    tags=["pages"],
    include_in_schema=False,
    dependencies=[Depends(Public("paper.verify"))],
)
_PRIVATE: Final = {"Cache-Control": "no-store"}


@router.get("/verify")
async def verify_page(request: Request) -> HTMLResponse:
    """Show how to verify a paper."""
    return page(request, "verify")


@router.get("/verify/{code}")
async def paper_page(
    request: Request,
    code: Annotated[str, Path(max_length=40)],
    services: ServicesDep,
    said: PageLanguage,
) -> HTMLResponse:
    """Show what was issued under the code that stands on a paper."""
    issued = await issued_under(services, code, said) if CODE.fullmatch(code) else None
    status = 200 if issued else 404
    answer = page(request, "verify", status, code=code, issued=issued)
    answer.headers.update(_PRIVATE)
    return answer


@router.post("/verify")
async def check_page(
    request: Request,
    file: UploadFile,
    services: ServicesDep,
    said: PageLanguage,
) -> HTMLResponse:
    """Verify a file that was sent by the page's form."""
    pdf = await file.read()
    verdict, issued = await verified(services, pdf)
    values: dict[str, Any] = {
        "report": report(verdict, said),
        "name": file.filename or "",
        "number": issued.number if issued else "",
        "sha256": digest(pdf),
    }
    answer = page(request, "verify", **values)
    answer.headers.update(_PRIVATE)
    return answer
