"""The trail from the command line: verify, prove, export, look back, draw samples."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.checkpoint import Checkpoint
from audit.event import moment
from audit.proof import LogProof
from audit.sampling import draw
from audit.tiles import WIDTH, entries, tiles
from audit.witness import ForkError
from cases.procedures import person_acts
from clitools.database import opened
from clitools.errors import CommandError
from clitools.vouching import unvouched
from policies.access import Access, read_rows
from policies.vocabulary import OTHER_ACTS
from records import trail
from records.checkpoints import best, contradict, cosigned, publish
from records.database import Database
from records.history import as_of, powers
from records.migrate import holds_rows, upgrade
from records.origins import proof_there
from records.rebuilding import NotEmptyError, rebuild
from records.tables import Event
from records.times import misdated
from records.verification import verify_trail
from settings import Settings

_ROOT: Final = Path(__file__).parent.parent
_NOTHING: Final = (
    "日志在本机未签发过检查点，只有自身的一致性 · the log signed nothing on this machine yet: "
    "who owns the database may have written all of it"
)


async def verify_whole(settings: Settings, notes: Sequence[Path] = ()) -> dict[str, Any]:
    """Return the report on the whole trail; also against notes that were kept elsewhere.

    One of these lies beside the log's key, as do the keys of witnesses and the roots of who
    stamps the time.
    """
    last, keys = settings.log.last, settings.log_verifiers
    held = [*([] if last is None else [last]), *(path.read_text("utf-8") for path in notes)]
    async with opened(settings) as database:
        report = await verify_trail(database, settings.origin, keys, held=held)
        async with database.snapshot() as session:
            ahead, remarks = await misdated(session, datetime.now(UTC))
            report.faults += ahead
            report.faults += await unvouched(session, settings)
    root = report.root.hex()
    return {
        "holds": bool(report),
        "size": report.size,
        "root": root,
        "checkpoints": report.checkpoints,
        "faults": report.faults,
        "remarks": remarks if last else [*remarks, _NOTHING],
        "summary": f"{report.size} 条记录 entries · {report.checkpoints} checkpoints · {root}",
    }


async def prove(settings: Settings, index: int, *, there: bool = False) -> str:
    """Return the proof of an entry as a C2SP tlog-proof.

    Args:
        settings: Ours.
        index: Of the entry, here.
        there: The proof in the log that the entry was taken over from.
    """
    if there:
        async with opened(settings) as database, database.reading() as session:
            if (proof := await proof_there(session, index)) is None:
                raise CommandError(f"第 {index} 条不是接收来的 · was not taken over")
            return proof
    async with opened(settings) as database, database.writing() as session:
        note = await note_over(settings, session, index)
        hashes = await trail.inclusion(session, index, int(note.split("\n")[1]))
    return LogProof(index, hashes, note).text


async def note_over(settings: Settings, session: AsyncSession, index: int) -> str:
    """Return a signed checkpoint that holds an entry, a cosigned one where there is one."""
    if index >= (await trail.head(session)).size:
        raise CommandError(f"轨迹没有第 {index} 条记录 · the trail has no entry {index}")
    found = await best(session, index)
    if found is None:
        now = datetime.now(UTC)
        note = await publish(session, settings.log, now)
        found = await cosigned(session, note)
    return found


async def lay_tiles(settings: Settings, to: Path) -> int:
    """Write the tree and its entries as static files (C2SP tlog-tiles); return its size."""
    async with opened(settings) as database:
        async with database.writing() as session:
            size = (await trail.head(session)).size
            note = await note_over(settings, session, size - 1)
        size, leaves = int(note.split("\n")[1]), list[bytes]()
        async with database.reading() as session:
            async for rows in trail.pages(session, range(size)):
                leaves += [row.leaf for row in rows]
                for start in range(0, len(rows), WIDTH):
                    page = [row.body for row in rows[start : start + WIDTH]]
                    number = (rows[0].place + start) // WIDTH
                    _lay(to, *entries(number, page))
    for name, data in tiles(leaves):
        _lay(to, name, data)
    _lay(to, "checkpoint", note.encode())
    return size


def _lay(folder: Path, name: str, data: bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


async def show(settings: Settings, case: str, at: datetime) -> dict[str, Any]:
    """Return a case as it stood at a moment."""
    async with opened(settings) as database, database.reading() as session:
        stood = await as_of(session, case, moment(at))
        if not stood.entries:
            raise CommandError(f"{case} 当时还没有记录 · {case} had no entry then")
        access = Access(read_rows(), OTHER_ACTS | person_acts())
        could = await powers(session, stood, access)
    return asdict(stood) | {"powers": asdict(could)}


async def sample(settings: Settings, size: int, count: int, words: str) -> dict[str, Any]:
    """Return a sample of the cases in the tree of a signed checkpoint."""
    async with opened(settings) as database, database.reading() as session:
        notes = {row.size: row.note for row in await trail.checkpoints(session)}
        if size not in notes:
            raise CommandError(
                f"没有 {size} 条记录的检查点 · no checkpoint of {size} entries; there are "
                + ", ".join(map(str, sorted(notes)[-10:]))
            )
        of_cases = (col(Event.index) < size, col(Event.case_number) != "")
        chosen = select(Event.case_number).where(*of_cases).distinct()
        cases = (await session.exec(chosen)).all()
    root = notes[size].split("\n")[2]
    drawn = draw(b64decode(root), words, cases, count)
    told = {"size": size, "root": root, "words": words, "of": len(cases), "cases": drawn}
    return told | {"population": sorted(cases)}


async def restored(settings: Settings) -> Checkpoint | None:
    """Tell in the trail which signed checkpoint it contradicts since a backup was restored.

    The log signs the trail as it is now. None: it contradicts none, and nothing was changed.

    Raises:
        CommandError: It contradicts what it holds itself: no backup does.
    """
    log, now = settings.log, datetime.now(UTC)
    async with opened(settings) as database:
        async with database.writing() as session:
            try:
                lost = await contradict(session, log, now)
            except ForkError as error:
                raise CommandError(
                    f"轨迹与自身的检查点不符，先核验 · {error}: run `trail verify` first"
                ) from None
        if lost is not None:  # the entry is there: a crash before this leaves the rest to do
            log.forget(lost)
            async with database.writing() as session:
                await publish(session, log, now)
    return lost


async def rebuild_into(settings: Settings, url: str) -> dict[str, Any]:
    """Return how a rebuild in an empty database compares with the live one."""
    if holds_rows(url):  # asked first: else another database would be migrated by mistake
        raise CommandError("目标数据库不是空的 · the database to rebuild in is not empty")
    upgrade(url)
    into = Database(url, settings.sealing_key)
    try:
        async with opened(settings) as live:
            found = await rebuild(live, into)
    except NotEmptyError as error:
        raise CommandError(f"目标数据库不是空的 · {error}") from None
    finally:
        await into.close()
    return {
        "holds": bool(found),
        "entries": found.entries,
        "root": found.root.hex(),
        "faults": found.differing,
        "summary": f"{found.entries} 条重建 entries folded · {found.root.hex()}",
    }
