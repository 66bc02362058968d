"""Health, and the API's own pages: no file comes from another host."""

from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi import Path as PathParameter
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from api.deps import Public, ServicesDep
from api.errors import UnavailableError
from law.words import Words

router = APIRouter(tags=["service"], dependencies=[Depends(Public("service.read"))])
_ASSETS: Final = Path(__file__).parents[2] / "node_modules" / "swagger-ui-dist"
_POLICY: Final = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'"
}


@router.get("/health")
async def health() -> dict[str, str]:
    """Tell that the process answers."""
    return {"status": "ok"}


@router.get("/ready")
async def ready(services: ServicesDep) -> dict[str, str]:
    """Tell that database and workflow engine answer."""
    try:
        async with services.database.reading() as session:
            await session.connection()
        await services.temporal.service_client.check_health()
    except (SQLAlchemyError, RPCError):
        raise UnavailableError(
            Words("数据库或者流程引擎没有应答", "database or workflow engine does not answer")
        ) from None
    return {"status": "ready"}


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> JSONResponse:
    """Return the description of this API."""
    description: dict[str, Any] = request.app.openapi()
    return JSONResponse(description)


@router.get("/docs", include_in_schema=False)
async def docs() -> HTMLResponse:
    """Show the API's description."""
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Shenbei 审备 API",
        swagger_js_url="/static/swagger-ui-bundle.js",
        swagger_css_url="/static/swagger-ui.css",
        swagger_favicon_url="/static/favicon-32x32.png",
    )
    page.headers.update(_POLICY)
    return page


@router.get("/static/{name}", include_in_schema=False)
async def asset(
    name: Annotated[
        str,
        PathParameter(pattern=r"^(swagger-ui(-bundle)?\.(js|css)|favicon-32x32\.png)$"),
    ],
) -> FileResponse:
    """Return one of the page's own files."""
    return FileResponse(_ASSETS / name)
