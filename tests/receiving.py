"""A receiver of webhooks on loopback: a real server that answers as it is told."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from standardwebhooks import Webhook


@dataclass
class Message:
    """What came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self):
        return self.headers["webhook-id"]

    @property
    def data(self):
        return json.loads(self.body)["data"]

    def verified(self, secret):
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """Remembers all messages; `answer` says with which status each is answered."""

    url: str = ""
    answer: object = lambda _: 204
    slow: float = 0.0
    headers: tuple[tuple[bytes, bytes], ...] = ()
    all: list[Message] = field(default_factory=list)
    taken: list[Message] = field(default_factory=list)

    async def __call__(self, scope, receive, send):
        body, more = b"", True
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        message = Message(headers, body)
        self.all.append(message)
        await asyncio.sleep(self.slow)
        status = self.answer(message)
        if status < 300:
            self.taken.append(message)
        start = {"type": "http.response.start", "status": status, "headers": [*self.headers]}
        await send(start)
        await send({"type": "http.response.body", "body": b"" if status == 204 else b"x"})


@asynccontextmanager
async def receiving(**options):
    """Serve on a free port of loopback until the block ends."""
    receiver = Receiver()
    config = uvicorn.Config(receiver, port=0, log_level="error", lifespan="off", **options)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    (socket,) = server.servers[0].sockets
    scheme = "https" if config.is_ssl else "http"
    receiver.url = f"{scheme}://127.0.0.1:{socket.getsockname()[1]}/hook"
    try:
        yield receiver
    finally:
        server.should_exit = True
        await serving


async def until(holds, seconds=20.0):
    """Wait until something holds, and return it."""
    async with asyncio.timeout(seconds):
        while True:
            found = holds()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.05)
