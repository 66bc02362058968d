"""Export bundles of cases and acts, and the program that verifies them; verify one case."""

import asyncio
import zipapp
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson
from sqlmodel import col, select

from audit.bundle import Trusted, pack
from audit.notes import NOTE, verifier
from clitools.bundles import opened_here
from clitools.database import opened
from clitools.errors import CommandError
from clitools.trail import note_over
from documents.pki import DevelopmentAuthority
from documents.store import open_files
from records.bundles import Wanted, gather, papers_of
from records.feed import vote_is_open
from records.folding import event_schema
from records.reading import proceedings
from records.tables import Event
from records.verification import standing
from settings import Settings

_ROOT: Final = Path(__file__).parent.parent
# What the stand-alone verifier is made of; the papers' part runs where pyHanko is there.
_PARTS: Final = (
    *(
        "audit",
        "law",
        "cases/__init__.py",
        "cases/text.py",
        "cases/errors.py",
        "cases/kinds.py",
    ),
    *("clitools/__init__.py", "clitools/standalone.py"),
    *("documents/__init__.py", "documents/verify.py", "documents/verdict.py"),
    *("documents/checks.py", "documents/verifying"),
)


async def export(settings: Settings, wanted: Wanted) -> bytes:
    """Return the bundle of a case, of some of its proceedings, or of an act, as a zip.

    Raises:
        CommandError: There is no such case, proceeding or act, or a vote has no outcome yet.
    """
    async with opened(settings) as database, database.reading() as session:
        rows = await proceedings(session, wanted.case)
    # A bundle leaves nothing out, so it waits until ballots may be seen; one's own act may go.
    open_votes = filter(vote_is_open, rows)
    if not wanted.act and any(orjson.loads(row.state)["ballots"] for row in open_votes):
        raise CommandError("表决尚未结束，选票仍密封 · a vote is open: its ballots are sealed")
    return await _bundled(settings, wanted)


async def _bundled(settings: Settings, wanted: Wanted) -> bytes:
    case = wanted.case
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
    if wanted.act and not bundle.entries:
        raise CommandError(f"{case} 没有办理 {wanted.act} · it has no such act")
    papers = {name: await files.get(name) for name in papers_of(bundle)}
    return pack(replace(bundle, papers=papers), settings.origin, settings.log_key)


async def verify_case(settings: Settings, case: str) -> dict[str, Any]:
    """Return the report on one case: its bundle, as a stranger opens it, and its rows."""
    now = datetime.now(UTC)
    data = await _bundled(settings, Wanted(case))
    # In a thread: who verifies the papers runs a loop of its own.
    told = await asyncio.to_thread(opened_here, settings, data, now)
    async with opened(settings) as database, database.snapshot() as session:
        rows = await proceedings(session, case)
        faults = await standing(session, [row.id for row in rows])
    return told | {"holds": told["holds"] and not faults, "faults": told["faults"] + faults}


def trusted(settings: Settings) -> Trusted:
    """Return the keys and certificates that a bundle carries along."""
    authority = DevelopmentAuthority(settings.keys / "pki", may_make=settings.may_make_keys)
    log = [verifier(settings.origin, NOTE, key) for key in settings.log_verifiers]
    return authority.trust().sent_along(log, settings.witnesses)


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
