"""A filing read from the register by HTTP, beside a bare SQLite read behind a bare answer."""

import asyncio
import multiprocessing
import socket
import sqlite3
from contextlib import closing
from random import Random
from time import perf_counter
from types import SimpleNamespace
from typing import Any, Final, cast

import orjson
import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.app import create_app
from api.rates import Rates
from policies.standing import access
from records.database import Database

_REQUESTS: Final = 6000
_CONNECTIONS: Final = 8
_FILINGS: Final = 1000  # asked for again and again, as by readers of a register


async def reads(url: str) -> None:
    """Print reads per second through the application, and through the floor."""
    path = url.split("///", 1)[1]
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT number FROM register_filing").fetchall()
    random = Random(20261125)  # noqa: S311 -- the same requests each time
    some = random.sample([str(number) for (number,) in rows], _FILINGS)
    asked = [f"/v1/register/filings/{random.choice(some)}" for _ in range(_REQUESTS)]
    first, ours = await _measure(url, asked, bare=False)
    cold, floor = await _measure(path, asked, bare=True)
    print(f"register read by HTTP, asked before: {ours:.0f}/s (>= 0.5)")
    print(
        f"  floor, bare SQLite read and bare answer: {floor:.0f}/s; ratio {ours / floor:.2f}"
    )
    print(f"  asked for the first time: {first:.0f}/s, floor {cold:.0f}/s")


async def _measure(where: str, asked: list[str], *, bare: bool) -> tuple[float, float]:
    """Return how many a second when each is asked for the first time, and then again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=_serve, args=(where, port, bare), daemon=True)
    server.start()
    try:
        await _ready(port)
        await _ask_all(port, asked[:1])  # what is loaded only then
        new = list(dict.fromkeys(asked))
        start = perf_counter()
        await _ask_all(port, new)
        first = len(new) / (perf_counter() - start)
        start = perf_counter()
        await _ask_all(port, asked)
        return first, len(asked) / (perf_counter() - start)
    finally:
        server.terminate()
        server.join()


async def _ready(port: int) -> None:
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise RuntimeError("the server does not answer")


async def _ask_all(port: int, asked: list[str]) -> None:
    parts = [asked[n::_CONNECTIONS] for n in range(_CONNECTIONS)]
    await asyncio.gather(*(_ask(port, part) for part in parts))


async def _ask(port: int, paths: list[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for path in paths:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head[:16]:
            raise RuntimeError(head.decode())
        length = head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]
        await reader.readexactly(int(length))
    writer.close()


def _serve(where: str, port: int, bare: bool) -> None:  # noqa: FBT001 -- of a process
    app = _bare(where) if bare else _ours(where)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical")


def _ours(url: str) -> ASGIApp:
    services: Any = SimpleNamespace(database=Database(url), access=access())
    return create_app(services, Rates("1000000/second", "1000000/second"))


def _bare(path: str) -> ASGIApp:
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.row_factory = sqlite3.Row

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        number = cast("str", scope["path"]).rsplit("/", 1)[1]
        rows = connection.execute("SELECT * FROM register_filing WHERE number = ?", [number])
        body = orjson.dumps([dict(row) for row in rows])
        await Response(body, media_type="application/json")(scope, receive, send)

    return app
