"""The public register from the command line."""

import asyncio
import os
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final

from temporalio.client import Client, WorkflowFailureError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from api.exports import csv_lines, json_lines, workbook
from clitools.database import has_database, opened
from clitools.errors import CommandError
from demo.stack import Part, StackError, demand_port, keep_histories, only_one, temporal
from documents import store
from lists.archive import LARGEST
from lists.compare import compare
from lists.errors import ListError
from lists.official import listed, published
from records.database import Database
from records.register.importing import Report
from records.register.own import reconcile
from records.register.reading import History, histories, known_near
from records.register.search import Found, Query, SearchError, search
from records.register.statistics import statistics
from records.register.tables import ListFile
from records.upgrading import bring_up
from settings import Settings
from worker import REGISTER_QUEUE, register_worker
from workflows.connect import connect
from workflows.register_import import ImportOrder, RegisterImport

Progress = Callable[[str, int, int], None]
_MONTH: Final = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_MOMENT: Final = 2  # seconds
_LOOPBACK: Final = "127.0.0.1"


async def import_lists(
    settings: Settings, files: Sequence[Path], month: str, columns: str, progress: Progress
) -> list[dict[str, Any]]:
    """Import lists by durable workflows, in order of publication, and return their reports."""
    if month and not _MONTH.fullmatch(month):
        raise CommandError(f"月份「{month}」应写作 2026-05 · a month is written 2026-05")
    if not has_database(settings):
        await bring_up(settings.database, settings.sealing_key, datetime.now(UTC))
    ordered = sorted(files, key=lambda file: (month or published(file.name), file.name))
    async with opened(settings) as database, _engine(settings, database) as client:
        return [
            await _import(settings, client, database, (file, month, columns), progress)
            for file in ordered
        ]


async def _import(
    settings: Settings,
    client: Client,
    database: Database,
    what: tuple[Path, str, str],
    progress: Progress,
) -> dict[str, Any]:
    file, month, columns = what
    try:
        size = file.stat().st_size
        data = b"" if size > LARGEST else await asyncio.to_thread(file.read_bytes)
    except OSError as error:
        return _refused(file, "list.unreadable_file", f"{file}：{error.strerror} · {error}")
    if size > LARGEST:
        refusal = f"{size} 字节，超过 {LARGEST} · {size} bytes exceed {LARGEST}"
        return _refused(file, "list.too_large", refusal)
    digest = await store.open_files(settings.home / "lists").put(data, "list")
    order = ImportOrder(
        sha256=digest, name=file.name, published=month or published(file.name), columns=columns
    )
    read_as = store.digest(f"{order.published} {columns}".encode())[:12]
    handle = await client.start_workflow(
        RegisterImport.run,
        order,
        id=f"register-import/{digest}/{read_as}",
        task_queue=f"{settings.task_queue}-{REGISTER_QUEUE}",
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    running = asyncio.create_task(handle.result(rpc_timeout=timedelta(hours=2)))
    while not running.done():
        await asyncio.wait({running}, timeout=0.2)
        async with database.reading() as session:
            known = await session.get(ListFile, digest)
        progress(file.name, known.done if known else 0, known.total if known else 0)
    try:
        return {**_with_reasons(await running)}
    except WorkflowFailureError as failure:
        code, words = _why(failure)
        return _refused(file, code, words)


def _with_reasons(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report whose unreadable rows stand under their own name."""
    problems = report.pop("problems")
    return report | {"refused": "", "unreadable_rows": problems}


def _refused(file: Path, code: str, words: str) -> dict[str, Any]:
    empty = Report(file.name, "", "", 0, 0, 0, 0, 0, 0, (), 0)
    return _with_reasons(asdict(empty)) | {"refused": code, "reason": words}


def _why(failure: WorkflowFailureError) -> tuple[str, str]:
    cause = failure.cause
    if isinstance(cause, ActivityError) and isinstance(cause.cause, ApplicationError):
        error = cause.cause
        return error.type or "", " · ".join(map(str, error.details)) or error.message
    raise failure


@asynccontextmanager
async def _engine(settings: Settings, database: Database) -> AsyncGenerator[Client]:
    """Yield a client of the running stack; without one, of an engine for this command."""
    if "TEMPORAL_ADDRESS" in os.environ:
        yield await connect(settings.sealing_key)
        return
    address = f"{_LOOPBACK}:{settings.temporal_port}"
    try:
        alone = only_one(settings)
    except StackError:
        yield await connect(settings.sealing_key, address=address)
        return
    with alone:
        demand_port(_LOOPBACK, settings.temporal_port, "SHENBEI_TEMPORAL_PORT")
        part = await _started(settings)
        try:
            client = await connect(settings.sealing_key, address=address)
            async with register_worker(settings, client, database):
                yield client
        finally:
            await part.stop()


async def _started(settings: Settings) -> Part:
    """Start Temporal; what a command before it has just left may need a moment to go."""
    part = await temporal(settings)
    try:
        await keep_histories(settings, part)
    except StackError:
        await part.stop()
        await asyncio.sleep(_MOMENT)
        part = await temporal(settings)
        await keep_histories(settings, part)
    return part


async def search_register(
    settings: Settings, text: str, facets: dict[str, str], after: int | None, limit: int
) -> dict[str, Any]:
    """Return a page of what is found."""
    async with opened(settings) as database, database.reading() as session:
        try:
            found: Found = await search(session, Query(text, facets, after, limit))
        except SearchError as error:
            raise CommandError(f"{error.words.zh} · {error.words.en}") from None
    hits = [{str(key): value for key, value in hit.items()} for hit in found.hits]
    counted = {facet: dict(counts) for facet, counts in found.facets.items()}
    return {
        "hits": hits,
        "after": found.after,
        "facets": counted,
        "counted": found.counted,
        "every": found.every,
    }


async def show_number(settings: Settings, number: str) -> dict[str, Any]:
    """Return every filing that bears a number, with its history; near numbers otherwise."""
    async with opened(settings) as database, database.reading() as session:
        found = await histories(session, number)
        near = await known_near(session, number)
    return {"number": number, "filings": [_history(one) for one in found], "near": list(near)}


def _history(history: History) -> dict[str, Any]:
    filing = history.filing.model_dump(exclude={"text", "doubts"})
    return filing | {
        "doubts": [f"{zh} · {en}" for zh, en in history.doubts],
        "history": [asdict(telling) for telling in history.tellings],
    }


async def reconciled(settings: Settings) -> dict[str, Any]:
    """Return our own filings as the lists tell them: present, missing, differing."""
    async with opened(settings) as database, database.reading() as session:
        rows = [asdict(one) for one in await reconcile(session)]
    return {
        "present": [r for r in rows if r["listed"] and not r["differing"]],
        "missing": [r for r in rows if not r["listed"]],
        "differing": [r for r in rows if r["differing"]],
    }


def compared(first: Path, second: Path) -> dict[str, Any]:
    """Return how two lists differ, read from their files.

    Raises:
        CommandError: One of them is refused.
    """
    try:
        rows = [listed(file.name, file.read_bytes()) for file in (first, second)]
        found = compare(*rows)
    except ListError as error:
        raise CommandError(f"{error.words.zh} · {error.words.en}") from None
    shown = ("number", "algorithm", "entity")
    return {
        "only_first": [{k: getattr(e, k) for k in shown} for e in found.only_first],
        "only_second": [{k: getattr(e, k) for k in shown} for e in found.only_second],
        "differing": [asdict(one) for one in found.differing],
        "same": found.same,
        "unreadable": found.unreadable,
    }


async def exported(settings: Settings, form: str, file: BinaryIO) -> None:
    """Write the whole register to a file, page by page."""
    async with opened(settings) as database:
        if form == "csv":
            async for text in csv_lines(database):
                file.write(text.encode())
            return
        async for chunk in json_lines(database) if form == "jsonl" else workbook(database):
            file.write(chunk)


async def figures(settings: Settings) -> dict[str, dict[str, int]]:
    """Return the register in figures."""
    async with opened(settings) as database, database.reading() as session:
        return await statistics(session)
