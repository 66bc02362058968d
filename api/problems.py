"""Turn refusals into RFC 9457 problem details. The only place that knows status codes."""

from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors as edge
from audit.witness import ForkError
from cases import errors as domain
from cases.errors import CaseError, Refusal
from law.finding import Reason
from law.words import Language, Words
from policies.access import NotAllowedError
from records import errors as stored

STATUS: Final[dict[type[CaseError], int]] = {
    edge.UnauthenticatedError: 401,
    edge.MalformedError: 422,
    edge.TooLargeError: 413,
    edge.AttachmentRefusedError: 422,
    edge.WebhookAddressError: 422,
    edge.TooManyError: 429,
    edge.KeyMissingError: 400,
    edge.KeyReusedError: 422,
    edge.PreconditionMissingError: 428,
    edge.PrerequisiteError: 409,
    edge.ForkedError: 503,
    edge.UnavailableError: 503,
    domain.WrongStageError: 409,
    domain.AlreadyDoneError: 409,
    domain.NotEntitledError: 403,
    domain.RuleNotMetError: 409,
    domain.NoQuorumError: 409,
    domain.ConflictError: 409,
    domain.UndeclaredError: 409,
    domain.ReasonMissingError: 422,
    domain.TextError: 422,
    domain.FilingNumberInvalidError: 422,
    domain.CreditCodeInvalidError: 422,
    domain.IncompleteError: 422,
    domain.LawNotInForceError: 422,
    NotAllowedError: 403,
    stored.NotFoundError: 404,
    stored.ErasedError: 410,
    stored.NeededError: 409,
    stored.StaleError: 412,
    stored.NumberTakenError: 409,
    stored.SignOffError: 409,
}
_BY_CODE: Final = {kind.code: status for kind, status in STATUS.items()}
_HEADERS: Final = {
    401: {"WWW-Authenticate": "Bearer"},
    503: {"Retry-After": "2"},
    429: {"Retry-After": "30"},
}
_UNREADABLE: Final = 400
_TOO_LARGE: Final = 413
_MEDIA_TYPE: Final = "application/problem+json"


class RefusedError(Exception):
    """A refusal that came back from the workflow engine as data."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def language(request: Request) -> Language:
    """Return the language asked for; Chinese unless English is preferred."""
    accepted = request.headers.get("accept-language", "")
    return "en" if accepted.lower().startswith("en") else "zh-CN"


def problem(refusal: Refusal, said: Language) -> JSONResponse:
    """Return a refusal as problem details in one language."""
    status = _BY_CODE[refusal.code]
    body: dict[str, Any] = {
        "type": f"urn:shenbei:problem:{refusal.code}",
        "title": refusal.words.say(said),
        "status": status,
        "code": refusal.code,
        "advice": refusal.advice.say(said),
        "reasons": [reason_out(reason, said) for reason in refusal.reasons],
    }
    if refusal.problems:
        body["problems"] = [
            {"path": path, "code": code, "detail": words.say(said)}
            for path, code, words in refusal.problems
        ]
    return JSONResponse(body, status, _HEADERS.get(status), media_type=_MEDIA_TYPE)


def reason_out(reason: Reason, said: Language) -> dict[str, Any]:
    """Return a ground as the API shows it."""
    return {
        "detail": reason.words.say(said),
        "citation": reason.citation.words.say(said),
        "instrument": reason.citation.instrument,
        "article": reason.citation.article,
        "confidence": reason.confidence.value,
    }


async def _unsigned(request: Request, error: Exception) -> JSONResponse:
    words = Words("轨迹与已签发的检查点不符，不再签发", f"nothing is signed: {error}")
    return problem(edge.ForkedError(words).refusal, language(request))


def install(app: FastAPI) -> None:
    """Answer every refusal and every malformed request with problem details."""
    app.add_exception_handler(ForkError, _unsigned)

    @app.exception_handler(CaseError)
    async def refuse(request: Request, error: CaseError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        return problem(error.refusal, language(request))

    @app.exception_handler(RefusedError)
    async def pass_on(request: Request, error: RefusedError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        return problem(error.refusal, language(request))

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        lines = tuple(
            (
                "/".join(map(str, e["loc"])),
                str(e["type"]),
                Words(str(e["msg"]), str(e["msg"])),
            )
            for e in error.errors()
        )
        words = Words("请求格式不正确", "the request is malformed")
        advice = edge.MalformedError.advice
        return problem(
            Refusal(edge.MalformedError.code, words, advice, problems=lines),
            language(request),
        )

    @app.exception_handler(Exception)
    async def failed(request: Request, _error: Exception) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        # The server logs the error itself; what went wrong inside is not for the caller.
        words = Words("系统内部错误，已记录", "an internal error; it is logged")
        return _bare(500, "server.failed", words.say(language(request)))

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        if error.status_code == _UNREADABLE:  # the framework's word for a body it cannot read
            words = Words("请求无法读取", "the request cannot be read")
            return problem(edge.MalformedError(words).refusal, language(request))
        if error.status_code == _TOO_LARGE:
            return _too_large(request)
        answer = _bare(error.status_code, f"http.{error.status_code}", error.detail)
        answer.headers.update(error.headers or {})
        return answer


def _bare(status: int, code: str, title: str) -> JSONResponse:
    body = {"type": "about:blank", "title": title, "status": status, "code": code}
    return JSONResponse(body, status, media_type=_MEDIA_TYPE)


class BodyLimit:
    """Refuses larger bodies; the framework's own limit would answer in plain text.

    Uploads, known by how their address ends, may be larger than the usual body.
    """

    def __init__(self, app: ASGIApp, largest: int, uploads: tuple[str, int]) -> None:
        self.app, self.usual, self.uploads = app, largest, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on; a body of unknown length is counted while it is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request, size = Request(scope), 0
        ending, largest = self.uploads
        if not request.url.path.endswith(ending):
            largest = self.usual
        said = request.headers.get("content-length", "")
        if said.isdecimal() and int(said) > largest:
            await _too_large(request)(scope, receive, send)
            return

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > largest:
                raise HTTPException(_TOO_LARGE)
            return message

        await self.app(scope, counted, send)


def _too_large(request: Request) -> JSONResponse:
    words = Words("请求内容过大", "the request is too large")
    return problem(edge.TooLargeError(words).refusal, language(request))
