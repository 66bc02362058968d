"""Verify the whole trail, and the rows that stand beside it."""

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.checkpoint import Checkpoint, CheckpointError, open_note
from audit.verify import (
    Chunk,
    Columns,
    Part,
    Places,
    Report,
    Verifier,
    examine,
    spread,
)
from cases.text import commitment
from records import trail
from records.database import Database
from records.tables import Event, Paper, Payload

_STRETCH = 65_536
"""Entries one process reads; a shorter trail is verified before a second one has started."""


async def verify_trail(
    database: Database, origin: str, key: Ed25519PublicKey, stretch: int = _STRETCH
) -> Report:
    """Verify all of the trail as it stands now.

    Tree, checkpoints and their signatures, each row against its bytes, each proceeding's
    count, words against their commitments, papers against the entries that issued them.
    Entries before the head of the snapshot never change, so every core may read its own.
    """
    async with database.snapshot() as session:
        head = await trail.head(session)
        signed, faults = await _signed(session, origin, key)
        verifier, places = Verifier(signed), Places()
        look = partial(_look, database.url, verifier.cuts)
        size = await trail.count(session)
        for page in await asyncio.to_thread(list, spread(look, size, stretch)):
            verifier.take(page.part)
            places.join(page.places)
        report = verifier.report()
        if (head.size, head.root()) != (report.size, report.root):
            report.faults.append("the stored edge of the tree is not that of the entries")
        report.faults += [*faults, *places.faults]
        report.faults += await _words(session)
        report.faults += await _papers(session, places.papers)
    return report


class _Page(NamedTuple):
    part: Part
    places: Places


def _look(url: str, cuts: list[int], indices: range) -> list[_Page]:
    """Look at some entries, in whatever process this is."""
    return asyncio.run(_pages(url, cuts, indices))


async def _pages(url: str, cuts: list[int], indices: range) -> list[_Page]:
    database = Database(url)
    try:
        async with database.reading() as session:
            return [_page(rows, cuts) async for rows in trail.pages(session, indices)]
    finally:
        await database.close()


def _page(rows: Sequence[Event], cuts: list[int]) -> _Page:
    bodies, leaves = [row.body for row in rows], [row.leaf for row in rows]
    places = Places()
    for row in rows:
        places.take(_columns(row), row.body)
    return _Page(examine(Chunk(rows[0].index, bodies, leaves), cuts), places)


async def _signed(
    session: AsyncSession, origin: str, key: Ed25519PublicKey
) -> tuple[list[Checkpoint], list[str]]:
    """Return the checkpoints signed as they must be, and what is wrong with others."""
    signed: list[Checkpoint] = []
    faults: list[str] = []
    for kept in await trail.checkpoints(session):
        try:
            signed.append(open_note(kept.note, origin, key))
        except CheckpointError as error:
            faults.append(f"checkpoint of {kept.size} entries: {error}")
    return signed, faults


def _columns(row: Event) -> Columns:
    return Columns(row.case_number, row.proceeding, row.seq, row.kind, row.at, row.request)


async def _words(session: AsyncSession) -> list[str]:
    """Return the words that are not those committed to; erased ones are no fault."""
    return [
        f"{row.proceeding} {row.seq}: the words of {row.path} are not those committed to"
        for row in (await session.exec(select(Payload))).all()
        if commitment(row.path, row.salt, row.value) != row.commitment
    ]


async def _papers(session: AsyncSession, issued: AbstractSet[tuple[str, str]]) -> list[str]:
    statement = select(Paper.proceeding, Paper.sha256)
    listed = set((await session.exec(statement)).all())
    return [
        *(f"{p}: no entry issued the paper {sha}" for p, sha in sorted(listed - issued)),
        *(f"{p}: the paper {sha} is missing" for p, sha in sorted(issued - listed)),
    ]
