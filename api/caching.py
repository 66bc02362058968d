"""The register's answers: counted by address, kept in memory, validated by ETag.

Anyone may ask, so the same answers are asked again and again. An answer stays good while the
register has the same newest row; that row is looked for at most every quarter of a second.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import TooManyError
from api.pages import PARAMETERS, chosen
from api.problems import language, problem
from api.rates import Rates
from law.words import Words
from records.register.reading import version

_OURS: Final = ("/v1/register/", "/register")
_COUNTED: Final = ("/v1/verify", "/verify")  # open to all, and work; never kept
_EXPORT: Final = "/v1/register/export."
_FRESH: Final = "public, max-age=60, stale-while-revalidate=300"
_LOOK_AGAIN: Final = 0.25  # seconds
_MOST_BYTES: Final = 64 << 20
_LARGEST: Final = 1 << 20
_OK: Final = 200
_OVERHEAD: Final = 1024

Key = tuple[str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class _Answer:
    body: bytes
    headers: dict[str, str]
    raw: list[tuple[bytes, bytes]]  # the headers, as they are sent


class Kept:
    """Middleware for what is open to everybody: the register's pages and data."""

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self.app, self.rates = app, rates
        self._kept: OrderedDict[Key, _Answer] = OrderedDict()
        self._bytes = 0
        self._version, self._looked = 0, -1.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or pass on and keep the answer."""
        if scope["type"] != "http" or not scope["path"].startswith(_OURS + _COUNTED):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        export = scope["path"].startswith(_EXPORT)
        if not await self.rates.allows(request, heavy=export):
            words = Words("请求过于频繁", "too many requests")
            refusal = problem(TooManyError(words).refusal, language(request))
            await refusal(scope, receive, send)
        elif scope["path"].startswith(_COUNTED):
            await self.app(scope, receive, send)
        elif export:
            await self._export(request, receive, send)
        elif scope["method"] != "GET":
            await self.app(scope, receive, send)
        else:
            await self._answer(request, receive, send)

    async def _answer(self, request: Request, receive: Receive, send: Send) -> None:
        key = await self._key(request)
        answer = self._kept.get(key)
        if answer is None:
            answer = await self._ask(request.scope, receive, send)
            if answer is None:
                return  # sent already: a refusal, or too large to keep
            self._keep(key, answer)
        else:
            self._kept.move_to_end(key)
        if answer.headers["etag"] in request.headers.get("if-none-match", ""):
            kept = {name: answer.headers[name] for name in ("etag", "cache-control", "vary")}
            await Response(status_code=304, headers=kept)(request.scope, receive, send)
            return
        start = {"type": "http.response.start", "status": _OK, "headers": answer.raw}
        await send(start)
        await send({"type": "http.response.body", "body": answer.body})

    async def _export(self, request: Request, receive: Receive, send: Send) -> None:
        """Stream an export; its ETag is the newest row that it holds."""
        *_, held = await self._key(request)
        headers = {"ETag": f'W/"{held}"', "Cache-Control": _FRESH}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            await Response(status_code=304, headers=headers)(request.scope, receive, send)
            return

        async def tagged(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == _OK:
                MutableHeaders(raw=message["headers"]).update(headers)
            await send(message)

        await self.app(request.scope, receive, tagged)

    async def _key(self, request: Request) -> Key:
        now = asyncio.get_running_loop().time()
        services: Any = request.app.state.services
        if now - self._looked > _LOOK_AGAIN:
            self._looked = now
            async with services.database.reading() as session:
                self._version = await version(session)
        path, said = request.scope["path"], language(request)
        if not request.scope["query_string"] and "cookie" not in request.headers:
            return (path, "", said, said, self._version)
        asked = [pair for pair in request.query_params.multi_items() if pair[0] in PARAMETERS]
        return (path, urlencode(asked), said, chosen(request), self._version)

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> _Answer | None:
        """Return a good answer whole; anything else is sent on as it comes."""
        begun: list[Message] = []
        body = bytearray()
        passing = False

        async def take(message: Message) -> None:
            nonlocal passing
            if passing:
                await send(message)
            elif message["type"] == "http.response.start":
                begun.append(message)
                headers = Headers(raw=message["headers"])
                passing = message["status"] != _OK or "set-cookie" in headers
                if passing:
                    await send(message)
            else:
                body.extend(message.get("body", b""))
                if len(body) > _LARGEST:
                    passing = True
                    await send(begun[0])
                    more = message.get("more_body", False)
                    await send({**message, "body": bytes(body), "more_body": more})

        await self.app(scope, receive, take)
        if passing or not begun:
            return None
        headers = MutableHeaders(raw=begun[0]["headers"])
        headers["ETag"] = f'"{sha256(body).hexdigest()[:32]}"'
        headers["Cache-Control"] = _FRESH
        headers["Vary"] = "Accept-Language, Cookie"
        return _Answer(bytes(body), dict(headers.items()), headers.raw)

    def _keep(self, key: Key, answer: _Answer) -> None:
        if (old := self._kept.pop(key, None)) is not None:  # asked for twice at once
            self._bytes -= _size(key, old)
        self._kept[key] = answer
        self._bytes += _size(key, answer)
        while self._bytes > _MOST_BYTES:
            self._bytes -= _size(*self._kept.popitem(last=False))


def _size(key: Key, answer: _Answer) -> int:
    return len(answer.body) + len(key[0]) + len(key[1]) + _OVERHEAD
