"""The trail from the command line: verify, prove, export, look back, draw samples."""

import zipapp
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.bundle import Trusted, pack
from audit.event import moment
from audit.notes import NOTE, verifier
from audit.proof import LogProof
from audit.sampling import draw
from audit.tiles import WIDTH, entries, tiles
from cases.procedures import person_acts
from clitools.database import opened
from clitools.errors import CommandError
from documents.pki import DevelopmentAuthority
from documents.store import open_files
from policies.access import Access, read_rows
from policies.vocabulary import OTHER_ACTS
from records import trail
from records.bundles import Wanted, gather, papers_of
from records.checkpoints import best, cosigned, publish
from records.database import Database
from records.folding import event_schema
from records.history import as_of, powers
from records.migrate import upgrade
from records.rebuilding import NotEmptyError, rebuild
from records.tables import Event
from records.verification import verify_trail
from settings import Settings

_ROOT: Final = Path(__file__).parent.parent
# What the stand-alone verifier is made of; the papers' part runs where pyHanko is there.
_PARTS: Final = (
    *("audit", "law", "cases/__init__.py", "cases/text.py", "cases/errors.py"),
    *("clitools/__init__.py", "clitools/standalone.py"),
    *("documents/__init__.py", "documents/verify.py", "documents/verdict.py"),
    *("documents/checks.py", "documents/verifying"),
)


async def verify_whole(settings: Settings, notes: Sequence[Path] = ()) -> dict[str, Any]:
    """Return the report on the whole trail; also against notes that were kept elsewhere."""
    held, keys = [path.read_text("utf-8") for path in notes], settings.log_verifiers
    async with opened(settings) as database:
        report = await verify_trail(database, settings.origin, keys, held=held)
    root = report.root.hex()
    return {
        "holds": bool(report),
        "size": report.size,
        "root": root,
        "checkpoints": report.checkpoints,
        "faults": report.faults,
        "summary": f"{report.size} 条记录 entries · {report.checkpoints} checkpoints · {root}",
    }


async def prove(settings: Settings, index: int) -> str:
    """Return the proof of an entry as a C2SP tlog-proof."""
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
        note = await publish(session, settings.origin, settings.log_key, now)
        found = await cosigned(session, note)
    return found


async def export(settings: Settings, case: str, proceedings: list[str]) -> bytes:
    """Return the bundle of a case, or of some of its proceedings, as a zip."""
    wanted = Wanted(case, frozenset(proceedings))
    files = open_files(settings.home / "papers", settings.sealing_key)
    async with opened(settings) as database, database.writing() as session:
        last = select(Event.index).where(col(Event.case_number) == case)
        newest = (await session.exec(last.order_by(col(Event.index).desc()))).first()
        if newest is None:
            raise CommandError(f"没有案件 {case} · there is no case {case}")
        note = await note_over(settings, session, newest)
        bundle = await gather(session, wanted, note, trusted(settings), event_schema())
    if missing := wanted.proceedings - bundle.head["proceedings"].keys():
        told = "、".join(sorted(missing))
        raise CommandError(f"{case} 没有程序 {told} · it has no such proceeding")
    papers = {name: await files.get(name) for name in papers_of(bundle)}
    return pack(replace(bundle, papers=papers), settings.origin, settings.log_key)


def trusted(settings: Settings) -> Trusted:
    """Return the keys and certificates that a bundle carries along."""
    authority = DevelopmentAuthority(settings.keys / "pki", may_make=settings.may_make_keys)
    trust = authority.trust()
    return Trusted(
        log=[verifier(settings.origin, NOTE, key).text for key in settings.log_verifiers],
        witnesses=[one.text for one in settings.witnesses],
        signers=b"".join(trust.signers),
        stampers=b"".join(trust.stampers),
        lists=trust.lists,
    )


def make_verifier(to: Path) -> None:
    """Write the stand-alone verifier: one file for any Python with `cryptography`."""
    with TemporaryDirectory() as folder:
        for part in _PARTS:
            source, target = _ROOT / part, Path(folder) / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                copytree(source, target, ignore=ignore_patterns("__pycache__", "data"))
            else:
                copy(source, target)
        zipapp.create_archive(folder, to, main="clitools.standalone:main_and_exit")


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
        chosen = select(Event.case_number).where(col(Event.index) < size).distinct()
        cases = (await session.exec(chosen)).all()
    root = notes[size].split("\n")[2]
    drawn = draw(b64decode(root), words, cases, count)
    told = {"size": size, "root": root, "words": words, "of": len(cases), "cases": drawn}
    return told | {"population": sorted(cases)}


async def rebuild_into(settings: Settings, url: str) -> dict[str, Any]:
    """Return how a rebuild in an empty database compares with the live one."""
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
