"""Enter a list in the public register, batch by batch."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from audit.event import moment
from documents.store import Files
from lists.columns import column_map
from lists.errors import ListError
from lists.official import Checked, Listed, checked
from records.database import Database
from records.register.importing import BATCH, begin, report, take
from records.register.tables import ListFile
from workflows.options import IMPORT_LIST
from workflows.register_import import ImportOrder


@dataclass(frozen=True)
class RegisterActivities:
    """Built once by `worker.py`; `wall` is the clock on the wall."""

    database: Database
    lists: Files
    wall: Callable[[], datetime]

    @activity.defn(name=IMPORT_LIST)
    async def import_list(self, order: ImportOrder) -> dict[str, Any]:
        """Return the report on a list. Safe to repeat: rows done already are passed over.

        A list that is refused is refused before its first row is entered.
        """
        async with _beating():
            return await self._import(order)

    async def _import(self, order: ImportOrder) -> dict[str, Any]:
        data = await self.lists.get(order.sha256, "list")
        try:
            columns = column_map(order.columns)
            found = await asyncio.to_thread(checked, order.name, data, columns)
            return await self._enter(order, found)
        except ListError as error:
            words = (error.words.zh, error.words.en)
            raise ApplicationError(
                str(error),
                *words,
                type=error.code,
                non_retryable=True,
                category=ApplicationErrorCategory.BENIGN,
            ) from None

    async def _enter(self, order: ImportOrder, found: Checked) -> dict[str, Any]:
        at = moment(self.wall())
        async with self.database.writing() as session:
            file = await begin(
                session,
                ListFile(
                    sha256=order.sha256,
                    name=order.name,
                    published=order.published,
                    columns=order.columns,
                    total=found.total,
                    imported_at=at,
                ),
            )
            done, again = file.done, file.finished
        for first, rows in _batches(found, done):
            async with self.database.writing() as session:
                await take(session, file, first, rows, at)
        async with self.database.reading() as session:
            return asdict(await report(session, order.sha256, again=again))


@asynccontextmanager
async def _beating() -> AsyncGenerator[None]:
    """Tell Temporal every other second that the work goes on."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(2)

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()


def _batches(found: Checked, done: int) -> Iterator[tuple[int, list[Listed]]]:
    rows = islice(found.rows, done, None)
    first = done
    while batch := list(islice(rows, BATCH)):
        yield first, batch
        first += len(batch)
