"""Whole tables in and out as tuples: no objects, each database by its fastest way."""

import gc
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from itertools import chain
from typing import Any, Final

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

Row = tuple[Any, ...]
PAGE: Final = 4096
_TOGETHER: Final = 100
"""Rows of one statement: an insertion of many costs two thirds of many insertions."""


def columns_of(table: type[SQLModel]) -> list[str]:
    """Return the names of a table's columns, in its order."""
    return [column.name for column in _table(table).columns]


async def read(
    session: AsyncSession, table: type[SQLModel], names: Sequence[str], by: str = ""
) -> AsyncGenerator[list[Row]]:
    """Yield pages of a table's rows, all but the last full; in no order unless by a column."""
    connection, columns = await session.connection(), _table(table).columns
    chosen = select(*(columns[name] for name in names))
    chosen = chosen.order_by(columns[by]) if by else chosen
    result = await connection.stream(chosen)
    try:
        async for page in result.partitions(PAGE):
            yield [tuple(row) for row in page]
    finally:
        await result.close()


async def enter(
    session: AsyncSession, table: type[SQLModel], names: Sequence[str], rows: Sequence[Row]
) -> None:
    """Enter rows of a table, which hold its columns of these names, in the table's order."""
    if rows:
        async with entering(session, table, names) as put:
            await put(rows)


@contextmanager
def unswept() -> Generator[None]:
    """Let the collector rest while rows pass by.

    They are in no cycles, and to look at them again and again takes a fifth of the time.
    """
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()


@asynccontextmanager
async def entering(
    session: AsyncSession, table: type[SQLModel], names: Sequence[str]
) -> AsyncGenerator[Callable[[Sequence[Row]], Awaitable[None]]]:
    """Open a table to be given rows; nothing else may be asked of the session meanwhile.

    PostgreSQL works on the rows while the next ones are made.
    """
    connection = await session.connection()
    made, quoted = _table(table), connection.dialect.identifier_preparer
    into = f"{quoted.format_table(made)} ({', '.join(map(quoted.quote, names))})"
    if connection.dialect.name == "sqlite":
        yield partial(_insert, connection, f"INSERT INTO {into} VALUES", len(names))
        return
    driver: Any = (await connection.get_raw_connection()).driver_connection
    statement = f"COPY {into} FROM STDIN (FORMAT BINARY)"  # as text, bytes are twice as long
    async with driver.cursor() as cursor, cursor.copy(statement) as copy:
        types = (made.columns[name].type.compile(connection.dialect) for name in names)
        copy.set_types([name.lower() for name in types])
        yield partial(_copy, copy)
    counted = made.autoincrement_column
    if counted is not None and counted.name in names:  # its next number comes after these
        sequence = func.pg_get_serial_sequence(made.name, counted.name)
        await connection.execute(select(func.setval(sequence, func.max(counted))))


async def _insert(
    connection: AsyncConnection, into: str, width: int, rows: Sequence[Row]
) -> None:
    one = f" ({', '.join('?' * width)})"
    whole = len(rows) - len(rows) % _TOGETHER
    many = [
        tuple(chain.from_iterable(rows[start : start + _TOGETHER]))
        for start in range(0, whole, _TOGETHER)
    ]
    for count, given in ((_TOGETHER, many), (1, list(rows[whole:]))):
        if given:
            await connection.exec_driver_sql(into + ",".join([one] * count), given)


async def _copy(copy: Any, rows: Sequence[Row]) -> None:
    for row in rows:
        await copy.write_row(row)


def _table(table: type[SQLModel]) -> Table:
    found: Table = getattr(table, "__table__")  # noqa: B009 -- SQLModel does not declare it
    return found
