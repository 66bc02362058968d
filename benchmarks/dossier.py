"""A dossier of a thousand files: its parts and its index, in bounded memory.

The floor is what the files weigh; the limit is that memory does not grow with their number.
"""

import asyncio
import logging
import multiprocessing
import os
import resource
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import Final

from temporalio.testing import ActivityEnvironment

from cases.archiving import INDEX, PART, Archiving, File, Opening, Ordered, parts
from cases.proceeding import evolve
from cases.recording import PaperOrder
from demo.facts import COMMITTEE, INSTITUTION, read_dossier
from demo.seed import seed
from documents.keys import Keys
from documents.pki import DevelopmentAuthority
from documents.press import Press
from documents.sign import Sealer
from documents.store import open_files
from records.database import Database
from records.drafts import content_hash
from records.folding import state_adapter
from records.migrate import upgrade
from records.sealed_answers import sealed
from records.tables import Attachment, Case, Proceeding, Submission
from workflows.activities.dossier import DossierActivities
from workflows.activities.papers import PaperActivities

FILES: Final = 1000
SIZE: Final = 200_000
_SELF, _CHILDREN = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
_CASE: Final = "BJ-2026-000001"
_PLACE: Final = f"archiving/{_CASE}/1"
_AT: Final = datetime(2026, 11, 24, tzinfo=UTC)


def main() -> None:
    """Print seconds and the most memory of both processes, for a quarter and for all."""
    peaks = [_measured(count) for count in (FILES // 4, FILES)]
    print(f"  memory of the large one, of the small one: {peaks[1] / peaks[0]:.2f} (<= 1.5)")


def _measured(count: int) -> int:
    """Return the most memory (KiB) that one dossier takes, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_one, args=(count, theirs))
    process.start()
    taken, own, press = ours.recv()
    process.join()
    print(
        f"dossier of {count} files, {count * SIZE / 1e6:.0f} MB: {taken:.1f} s, "
        f"at most {own >> 10} MB in the worker and {press >> 10} MB in the press"
    )
    return int(own + press)


def _one(count: int, told: Connection) -> None:
    logging.disable(logging.WARNING)
    start = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_make(Path(folder), count))
    taken = perf_counter() - start
    for child in multiprocessing.active_children():
        child.join()  # then its memory is counted
    told.send((taken, *(resource.getrusage(who).ru_maxrss for who in (_SELF, _CHILDREN))))


async def _make(home: Path, count: int) -> None:
    url = f"sqlite+aiosqlite:///{home}/bench.db"
    upgrade(url)
    await seed(url, read_dossier(), bytes(32))
    database, press = Database(url, bytes(32)), Press()
    try:
        store = open_files(home / "papers", b"0" * 32)
        sealer = Sealer(Keys(DevelopmentAuthority(home / "pki")))
        (home / "seals").mkdir()
        address = "https://shenbei.test"
        papers = PaperActivities(database, press, sealer, store, home / "seals", address)
        dossiers = DossierActivities(papers, open_files(home / "attachments", b"0" * 32))
        opening = Opening(
            case=_CASE,
            institution=INSTITUTION,
            issuer=COMMITTEE,
            files=await _attached(dossiers, count),
        )
        await _open(database, opening)
        run = ActivityEnvironment().run
        orders = [(PART, n + 1) for n in range(len(parts(opening.files)))]
        for template, occasion in [*orders, (INDEX, 1)]:
            order = PaperOrder(
                case=_CASE, proceeding=_PLACE, template=template, at=_AT, occasion=occasion
            )
            await run(dossiers.make, order)
    finally:
        press.close()
        await database.close()


async def _attached(dossiers: DossierActivities, count: int) -> tuple[File, ...]:
    files: list[File] = []
    for _ in range(count):
        data = os.urandom(SIZE)
        await dossiers.attachments.put(data, "png")
        name = sha256(data).hexdigest()
        files.append(File(sha256=name, size=SIZE, kind="attachment"))
    return tuple(files)


async def _open(database: Database, opening: Opening) -> None:
    state = evolve(Archiving(opening=opening), Ordered(opening=opening))
    kept = state_adapter("archiving").dump_json(state).decode()
    case = Case(
        number=_CASE,
        institution=INSTITUTION,
        committee=COMMITTEE,
        applicant="p01",
        division="110108",
        form="f",
        request="r",
        created_at="",
    )
    frozen = Submission(
        case_number=_CASE,
        version=1,
        content=content_hash(read_dossier()),
        form="f",
        at="",
    )
    proceeding = Proceeding(
        id=_PLACE,
        case_number=_CASE,
        procedure="archiving",
        ordinal=1,
        stage="ordered",
        seq=1,
        state=kept,
        opened_at="",
        changed_at="",
    )
    rows = [
        Attachment(
            case_number=_CASE,
            sha256=file.sha256,
            name=f"附件 {n}.png",
            media="image/png",
            size=SIZE,
            pages=0,
            person_id="p01",
            party_id=INSTITUTION,
            at="2026-11-24T00:00:00.000000Z",
        )
        for n, file in enumerate(opening.files)
    ]
    async with database.writing() as session:
        session.add(case)
        await session.flush()
        frozen.answers = await sealed(session, frozen, read_dossier())
        session.add_all([frozen, proceeding, *rows])


if __name__ == "__main__":
    main()
