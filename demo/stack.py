"""Start and stop the embedded stack: Temporal's dev server, worker, API; one process group."""

import asyncio
import fcntl
import os
import socket
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

import httpx

from documents.orphans import die_with_parent
from settings import Settings

_ROOT: Final = Path(__file__).parent.parent
_RETENTION: Final = "87600h"
_PATIENCE: Final = 60
_GRACE: Final = 8
_LOOPBACK: Final = "127.0.0.1"  # the embedded Temporal asks nobody who they are


class StackError(RuntimeError):
    """The stack cannot start; the message says what to do."""


class Part:
    """One process of the stack."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self.process = process

    async def stop(self) -> None:
        """Ask the process to end, then make it."""
        if self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), _GRACE)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()

    async def kill(self) -> None:
        """End the process at once, as a power cut would."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def running(
    settings: Settings, ended: Callable[[str], None] = lambda _: None
) -> AsyncGenerator[str]:
    """Run the whole stack and yield its address as soon as the API answers.

    Args:
        settings: Where it keeps its data and listens.
        ended: Told the name of a part that ends by itself; the others still run then.
    """
    demand_port(settings.host, settings.port, "SHENBEI_PORT")
    demand_port(_LOOPBACK, settings.temporal_port, "SHENBEI_TEMPORAL_PORT")
    address = f"http://{settings.host}:{settings.port}"
    async with AsyncExitStack() as stack:
        stack.enter_context(only_one(settings))
        server, api = await temporal(settings), await python_part(settings, "api")
        stack.push_async_callback(server.stop)
        stack.push_async_callback(api.stop)
        await _migrate(settings)
        worker = await python_part(settings, "worker")
        stack.push_async_callback(worker.stop)
        await answering(api, address)
        await keep_histories(settings, server)
        watch = asyncio.create_task(_watch((server, api, worker), ended))
        yield address
        watch.cancel()


async def _watch(parts: Sequence[Part], ended: Callable[[str], None]) -> None:
    waiting = {asyncio.create_task(part.process.wait()): part for part in parts}
    done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    ended(waiting[done.pop()].name)


async def _migrate(settings: Settings) -> None:
    # Loaded late: the other processes load their libraries meanwhile.
    from records.upgrading import bring_up  # noqa: PLC0415 -- see above

    await bring_up(settings.database, settings.sealing_key, datetime.now(UTC))


async def temporal(settings: Settings) -> Part:
    """Start Temporal's dev server on its file."""
    arguments = [
        *("server", "start-dev", "--headless", "--ip", _LOOPBACK),
        *("--port", str(settings.temporal_port), "--log-level", "error"),
        *("--db-filename", str(settings.home / "temporal.db")),
        *("--sqlite-pragma", "journal_mode=WAL"),
        # Ten updates in flight by default; a panel that votes at once would stall.
        *("--dynamic-config-value", "history.maxInFlightUpdates=200"),
    ]
    return await _spawn("temporal", [str(_program()), *arguments], settings)


async def python_part(settings: Settings, name: str) -> Part:
    """Start the worker or the API."""
    script = {"worker": "worker.py", "api": "api/app.py"}[name]
    return await _spawn(name, [sys.executable, str(_ROOT / script)], settings)


def demand_port(host: str, port: int, variable: str) -> None:
    """Refuse to start on a port that is taken, and name the variable that changes it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise StackError(
                f"端口 {port} 已被占用，请设置 {variable} · "
                f"port {port} is taken; set {variable}"
            ) from None


async def answering(part: Part, address: str) -> None:
    """Wait until the API answers."""
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(_PATIENCE * 20):
            _demand_alive(part)
            try:
                if (await client.get(f"{address}/health")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
    raise StackError(f"{part.name} does not answer")


async def keep_histories(settings: Settings, part: Part) -> None:
    """Wait for Temporal, and have it keep closed proceedings: it forgets them after a day."""
    arguments = [
        *("operator", "namespace", "update", "--namespace", "default"),
        *("--retention", _RETENTION),
        *("--address", f"{_LOOPBACK}:{settings.temporal_port}"),
    ]
    for _ in range(_PATIENCE * 5):
        _demand_alive(part)
        asked = await asyncio.create_subprocess_exec(
            str(_program()),
            *arguments,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        if await asked.wait() == 0:
            return
        await asyncio.sleep(0.1)
    raise StackError("Temporal does not answer; see its log")


def _program() -> Path:
    return Path(sys.executable).with_name("temporal")


def _demand_alive(part: Part) -> None:
    if part.process.returncode is not None:
        raise StackError(f"{part.name} ended with {part.process.returncode}; see its log")


async def _spawn(name: str, arguments: Sequence[str], settings: Settings) -> Part:
    # What outside servers are reached by has no say in the stack of this machine.
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("TEMPORAL_")}
    environment = {
        **inherited,
        "PYTHONPATH": str(_ROOT),
        "SHENBEI_HOME": str(settings.home),
        "SHENBEI_HOST": settings.host,
        "SHENBEI_PORT": str(settings.port),
        "TEMPORAL_ADDRESS": f"{_LOOPBACK}:{settings.temporal_port}",
    }
    folder = settings.home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            preexec_fn=die_with_parent,
        )
    return Part(name, process)


def only_one(settings: Settings) -> IO[str]:
    """Hold the file that says a Temporal server runs here: two would corrupt its database.

    Raises:
        StackError: One does.
    """
    path = settings.home / "temporal.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = path.open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        raise StackError(
            f"{path.parent} 已有一套系统在运行 · a stack is running there already"
        ) from None
    return handle
