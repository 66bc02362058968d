"""The public register's pages: search, a filing, an entity, the number doctor, figures."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from pydantic import ConfigDict

from api.assets import ASSETS, STATIC, stylesheet
from api.deps import Public, ServicesDep
from api.pages import PageLanguage, page
from api.routers.register import Asked, diagnosis
from law.words import Words
from records.register.reading import histories, holder
from records.register.search import SearchError, search
from records.register.statistics import statistics

_MOST_KEY: Final = 2**31 - 1
_ASKED: Final = Words("网址中的条件无法识别", "That address cannot be understood")


class PageAsked(Asked):
    """What a page is asked; what others hang on an address is passed over."""

    model_config = ConfigDict(extra="ignore")


class PageRoute(APIRoute):
    """Answers a wrong address with a page, not with a problem document."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError:
                return page(request, "register/missing", 422, words=_ASKED, number="")

        return handled


router = APIRouter(
    route_class=PageRoute,
    tags=["pages"],
    include_in_schema=False,
    dependencies=[Depends(Public("register.read"))],
)
_NO_SUCH: Final = Words("登记簿没有这一条", "The register has no such entry")


@router.get("/")
async def home() -> RedirectResponse:
    """Lead to the register."""
    return RedirectResponse("/register")


@router.get("/register")
async def search_page(
    request: Request,
    what: Annotated[PageAsked, Query()],
    services: ServicesDep,
) -> HTMLResponse:
    """Show a search with its facets and a page of hits."""
    found, wrong = None, None
    async with services.database.reading() as session:
        try:
            found = await search(session, what.query)
        except SearchError as error:
            wrong = error.words
    values: dict[str, Any] = {"what": what, "found": found, "wrong": wrong}
    chosen = what.query.facets
    return page(request, "register/search", 422 if wrong else 200, chosen=chosen, **values)


@router.get("/register/filings/{number:path}")
async def filing_page(
    request: Request,
    number: Annotated[str, Path(max_length=250)],
    services: ServicesDep,
) -> HTMLResponse:
    """Show every filing that bears a number, with its history."""
    async with services.database.reading() as session:
        found = await histories(session, number)
    if not found:
        return page(request, "register/missing", 404, words=_NO_SUCH, number=number)
    return page(request, "register/filing", number=number, found=found)


@router.get("/register/entities/{key}")
async def entity_page(
    request: Request,
    key: Annotated[int, Path(ge=1, le=_MOST_KEY)],
    services: ServicesDep,
    after: Annotated[int | None, Query(ge=1, le=_MOST_KEY)] = None,
) -> HTMLResponse:
    """Show an entity: its names over time and its filings."""
    async with services.database.reading() as session:
        found = await holder(session, key, after)
    if found is None:
        return page(request, "register/missing", 404, words=_NO_SUCH, number="")
    return page(request, "register/entity", found=found)


@router.get("/register/number")
async def number_page(
    request: Request,
    services: ServicesDep,
    said: PageLanguage,
    number: Annotated[str, Query(max_length=80)] = "",
) -> HTMLResponse:
    """Explain a number: its parts, what speaks against it, near ones that exist."""
    found = None
    if number.strip():
        async with services.database.reading() as session:
            found = await diagnosis(session, number.strip(), said)
    return page(request, "register/number", number=number, found=found)


@router.get("/register/statistics")
async def statistics_page(request: Request, services: ServicesDep) -> HTMLResponse:
    """Show the register in figures."""
    async with services.database.reading() as session:
        figures = await statistics(session)
    return page(request, "register/statistics", figures=figures)


@router.get("/assets/govuk.css")
async def govuk_css() -> Response:
    """Return the design system's sheet, in our fonts and without its own."""
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(stylesheet(), media_type="text/css", headers=headers)


@router.get("/assets/{name}")
async def asset(name: Annotated[str, Path(pattern=ASSETS)]) -> FileResponse:
    """Return one of the pages' own files."""
    return FileResponse(STATIC / name)
