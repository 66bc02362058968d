"""One database, two doors: reading, and writing in one transaction that commits at its end.

SQLite opens every writing transaction with BEGIN IMMEDIATE (without it, updates were measured
to be lost in silence), syncs fully, and keeps its writers apart from its readers. Errors never
show parameters: they hold the words of people.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncCursor
from psycopg.pq import Format
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from records.vault import Vault

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # else INSERT OR REPLACE slips past delete triggers
    "busy_timeout=30000",
)


class Database:
    """The engines of one database, made from its URL."""

    def __init__(self, url: str, key: bytes | None = None) -> None:
        """Make the engines.

        Args:
            url: SQLAlchemy URL.
            key: 32 bytes that wrap the keys of words; without, words are not read or written.
        """
        self.url = url
        self._info = {"vault": Vault(key)} if key else {}
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            self._writer = _sqlite(url, begin="BEGIN IMMEDIATE", pool_size=1)
            self._reader = _sqlite(url, begin="BEGIN", pool_size=4)
        else:
            self._writer = self._reader = create_async_engine(
                url,
                pool_size=8,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={"cursor_factory": _Binary},
            )

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncSession]:
        """Open a transaction; commit when the block ends, roll back when it raises."""
        async with (
            AsyncSession(self._writer, expire_on_commit=False, info=self._info) as session,
            session.begin(),
        ):
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        """Open a session to read with."""
        async with AsyncSession(
            self._reader, expire_on_commit=False, info=self._info
        ) as session:
            yield session

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[AsyncSession]:
        """Open a session that sees one moment, however long it reads."""
        async with self.reading() as session:
            if not self.sqlite:  # there, a reading transaction is a snapshot anyway
                level = {"isolation_level": "REPEATABLE READ"}
                await session.connection(execution_options=level)
            yield session

    async def close(self) -> None:
        """Close all connections."""
        await self._writer.dispose()
        await self._reader.dispose()


class _Binary(AsyncCursor[Any]):
    """Takes results in binary: bitmaps of the search would come in twice as many digits."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.format = Format.BINARY


def _sqlite(url: str, *, begin: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url, pool_size=pool_size, max_overflow=0, pool_timeout=60, hide_parameters=True
    )

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.isolation_level = None  # the driver must not begin on its own
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.exec_driver_sql(begin)

    return engine
