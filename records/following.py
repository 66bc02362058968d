"""Compare the rows that follow from entries with what the entries make."""

import asyncio
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Final

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from records import bulk
from records.bulk import Row
from records.folded import FOLDED, UnreadableError, fold_trail
from records.tables import CaseParty, Proceeding

SHORT: Final = 20_000
"""A trail of fewer entries is folded before another process has started."""


def elsewhere(size: int) -> Executor:
    """Return where to fold a trail of so many entries while this process does other work."""
    if size < SHORT:
        return ThreadPoolExecutor(1)
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


async def departing(
    session: AsyncSession, table: type[SQLModel], made: set[Row]
) -> tuple[list[Row], set[Row]]:
    """Return the rows of a table that are not as they were made, and those that are missing.

    Both hold the columns of `FOLDED`.
    """
    unmade: list[Row] = []
    async for page in bulk.read(session, table, FOLDED[table]):
        live = set(page)
        unmade += live - made
        made -= live
    return unmade, made


async def unfolded(session: AsyncSession, url: str, size: int) -> list[str]:
    """Return the rows that are not where the first entries of the trail leave them."""
    with elsewhere(size) as pool:
        try:
            rows = await asyncio.wrap_future(pool.submit(fold_trail, url, size))
        except UnreadableError as error:
            return [str(error)]
    faults: set[str] = set()
    for table, made in rows.items():
        if table is CaseParty:  # a case that was just opened has its wall without a proceeding
            continue
        unmade, missing = await departing(session, table, set(made))
        faults |= {
            f"{_name(table, row)}: the row is not where its entries leave it"
            for row in missing.union(unmade)
        }
    return sorted(faults)


def _name(table: type[SQLModel], row: Row) -> str:
    columns = dict(zip(FOLDED[table], row, strict=True))
    if table is Proceeding:
        return str(columns["id"])
    return f"{columns['proceeding']}, {table.__name__}"
