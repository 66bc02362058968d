"""Find rows that point at a row that is gone, before a database refuses them in its words."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Table, select
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from records.bulk import Row


class OrphanError(ValueError):
    """Rows that others stand on are gone."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults[:10]))
        self.faults = list(faults)


async def stored_orphans(session: AsyncSession, tables: Sequence[type[SQLModel]]) -> list[str]:
    """Return which rows of some tables point at rows that are not there."""
    connection, faults = await session.connection(), list[str]()
    for table in tables:
        for own, parent in _references(table):
            chosen = select(own).where(own.is_not(None), own.not_in(select(parent)))
            gone = (await connection.execute(chosen.distinct())).scalars()
            faults += _told(table, parent, set(gone))
    return faults


async def made_orphans(
    session: AsyncSession, table: type[SQLModel], names: Sequence[str], rows: Sequence[Row]
) -> list[str]:
    """Return which rows that were made of entries point at rows that are not there."""
    connection, faults = await session.connection(), list[str]()
    for own, parent in _references(table):
        place = names.index(own.name)
        wanted = {row[place] for row in rows} - {None}
        there = (await connection.execute(select(parent))).scalars()
        faults += _told(table, parent, wanted.difference(there))
    return faults


def _references(table: type[SQLModel]) -> Iterator[tuple[Column[Any], Column[Any]]]:
    made: Table = getattr(table, "__table__")  # noqa: B009 -- SQLModel does not declare it
    for key in made.foreign_keys:
        yield key.parent, key.column


def _told(table: type[SQLModel], parent: Column[Any], gone: set[Any]) -> list[str]:
    return [
        f"{table.__name__}: the {parent.table.name} {one} it stands on is missing"
        for one in sorted(map(str, gone))
    ]
