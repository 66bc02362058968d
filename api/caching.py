"""Answers of the register that caches may keep: a weak ETag from what the register holds."""

from hashlib import sha256
from typing import Annotated, Final

from fastapi import Depends, FastAPI, Request, Response

from api.deps import ServicesDep
from records.register.reading import version

_FRESH: Final = "public, max-age=60, stale-while-revalidate=300"


class NotModifiedError(Exception):
    """The caller has the answer already."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__("not modified")
        self.headers = headers


async def cached(request: Request, response: Response, services: ServicesDep) -> str:
    """Set the caching headers and return the ETag; stop where the caller has the answer.

    The register changes only as rows are entered, so the newest row tells its version.
    """
    async with services.database.reading() as session:
        held = await version(session)
    asked = f"{request.url.path}?{request.url.query}|{held}"
    asked += "|".join(request.headers.get(h, "") for h in ("accept-language", "cookie"))
    tag = f'W/"{sha256(asked.encode()).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": _FRESH, "Vary": "Accept-Language, Cookie"}
    if tag in request.headers.get("if-none-match", ""):
        raise NotModifiedError(headers)
    response.headers.update(headers)
    return tag


def install(app: FastAPI) -> None:
    """Answer with 304 and no body where the caller has the answer."""

    @app.exception_handler(NotModifiedError)
    async def unchanged(_request: Request, error: NotModifiedError) -> Response:  # pyright: ignore[reportUnusedFunction]
        return Response(status_code=304, headers=error.headers)


Cached = Annotated[str, Depends(cached)]
