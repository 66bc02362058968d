"""Verify the whole trail, and the rows that stand beside it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit import merkle
from audit.checkpoint import Checkpoint, CheckpointError, open_note
from audit.parts import Chunk, Part, examine, spread
from audit.places import Places
from audit.verify import Report, Verifier
from cases.procedures import procedure_of
from records import trail
from records.attachments import renamed
from records.database import Database
from records.folded import UNREADABLE
from records.folding import fold, state_adapter
from records.following import unfolded
from records.guards import missing_guards
from records.kept_answers import changed_answers
from records.kept_words import changed_words, missing_words
from records.origins import broken_proofs
from records.registered import differing
from records.stamps import foreign_stamps
from records.stored_tree import nodes, planted_nodes, upper_nodes
from records.tables import Attachment, Paper, Proceeding, Tree
from records.walls import open_walls
from records.webhooks.telling import untold

_STRETCH = 65_536
"""Entries one process reads; a shorter trail is verified before a second one has started."""


async def verify_trail(
    database: Database,
    origin: str,
    keys: Sequence[Ed25519PublicKey],
    stretch: int = _STRETCH,
    held: Sequence[str] = (),
) -> Report:
    """Verify all of the trail as it stands now; its keys are the present one and former ones.

    Whoever has the log's key and the database can write another history that holds in itself:
    it does not hold against the notes `held`, which somebody kept elsewhere.

    Tree, checkpoints and their signatures, each row against its bytes, each proceeding's
    count, words against their commitments, papers and submitted versions against the entries
    that speak of them, and each proceeding's row against the fold of its entries.
    Entries before the head of the snapshot never change, so every core may read its own.
    """
    async with database.snapshot() as session:
        signed, faults = await _signed(session, held, origin, keys)
        verifier, places = Verifier(signed), Places()
        look = partial(_look, database.url, verifier.cuts)
        size = await trail.count(session)
        for page in await asyncio.to_thread(list, spread(look, size, stretch)):
            verifier.take(page.part)
            places.join(page.places)
        report = verifier.report()
        report.faults += await _edge(session, report)
        report.faults += [*faults, *places.faults]
        report.faults += await missing_guards(session)
        report.faults += await foreign_stamps(session)
        report.faults += await upper_nodes(session, size)
        report.faults += await planted_nodes(session, size)
        report.faults += await beside(session, places)
        if not report.faults:  # what cannot be read cannot be folded
            report.faults += await missing_words(session)
            report.faults += await unfolded(session, database.url, size)
    return report


async def beside(session: AsyncSession, places: Places) -> list[str]:
    """Return what in the rows beside the trail is not as its entries tell."""
    looks: Sequence[Callable[[], Awaitable[list[str]]]] = (
        partial(changed_words, session),
        partial(_papers, session, places),
        partial(_attachments, session, places.attached),
        partial(renamed, session),
        partial(changed_answers, session, places.submissions),
        partial(differing, session),
        partial(untold, session),
        partial(open_walls, session),
        partial(broken_proofs, session),
    )
    faults: list[str] = []
    for look in looks:
        try:
            faults += await look()
        except UNREADABLE as error:  # whoever may append may enter what nobody can read
            faults.append(f"what an entry or a row says is of no form known here: {error!r}")
    return faults


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
            found: list[_Page] = []
            async for rows in trail.pages(session, indices):
                page = _page(rows, cuts)
                page.places.faults += await nodes(session, rows)
                found.append(page)
            return found
    finally:
        await database.close()


def _page(rows: Sequence[trail.Stored], cuts: list[int]) -> _Page:
    bodies, leaves = [row.body for row in rows], [row.leaf for row in rows]
    places = Places()
    for place, row in enumerate(rows, rows[0].place):
        if row.place != place and not places.faults:
            places.faults.append(f"entry {row.place} stands where {place} should")
    places.take([row[1:7] for row in rows], bodies)
    return _Page(examine(Chunk(rows[0].place, bodies, leaves), cuts), places)


async def _edge(session: AsyncSession, report: Report) -> list[str]:
    """Return whether the tree's row is other than the entries make it, or gone."""
    row = await session.get(Tree, 1)
    try:
        kept = merkle.Frontier(row.size, row.edge).root() if row else None
    except ValueError:
        kept = None
    if row and (row.size, kept) == (report.size, report.root):
        return []
    return ["the stored edge of the tree is not that of the entries"]


async def _signed(
    session: AsyncSession, held: Sequence[str], origin: str, keys: Sequence[Ed25519PublicKey]
) -> tuple[list[Checkpoint], list[str]]:
    """Return the checkpoints signed as they must be, and what is wrong with others."""
    signed: set[Checkpoint] = set()
    faults: list[str] = []
    stored = await trail.checkpoints(session)
    notes: list[tuple[str, int | None, str]] = [
        *((f"of {row.size} entries", row.size, row.note) for row in stored),
        *(("kept elsewhere", None, note) for note in held),
    ]
    for name, size, note in notes:
        try:
            checkpoint = open_note(note, origin, *keys)
        except CheckpointError as error:
            faults.append(f"checkpoint {name}: {error}")
            continue
        if size in {None, checkpoint.size}:
            signed.add(checkpoint)
        else:
            faults.append(f"checkpoint {name}: its note is of {checkpoint.size}")
    return list(signed), faults


async def _papers(session: AsyncSession, places: Places) -> list[str]:
    """Return the papers whose rows are not what the entries say of them."""
    rows = (await session.exec(select(Paper))).all()
    replaces = {row.replaced_by: row.sha256 for row in rows if row.replaced_by}
    listed: set[tuple[object, ...]] = {
        (
            row.proceeding,
            row.template,
            row.number,
            row.version,
            row.of,
            replaces.get(row.sha256, ""),
            row.sha256,
        )
        for row in rows
    }
    withdrawn = {row.sha256 for row in rows if row.withdrawn_at is not None}
    papers = places.papers
    return [
        *(f"{p[0]}: no entry issued the paper {p[-1]}" for p in _in_order(listed - papers)),
        *(f"{p[0]}: the paper {p[-1]} is missing" for p in _in_order(papers - listed)),
        *(
            f"the paper {sha256} is withdrawn in its row or in the entries, not in both"
            for sha256 in sorted(withdrawn ^ places.withdrawn)
        ),
    ]


async def _attachments(
    session: AsyncSession, attached: AbstractSet[tuple[object, ...]]
) -> list[str]:
    """Return the attachments whose rows are not what the entries say of them."""
    rows = (await session.exec(select(Attachment))).all()
    listed = {(row.case_number, row.sha256, row.media, row.size) for row in rows}
    return [
        f"{case}: the attachment {sha256} is not as its entry says"
        for case, sha256, *_ in _in_order(listed ^ attached)
    ]


def _in_order(found: AbstractSet[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return sorted(found, key=str)


async def standing(session: AsyncSession, proceedings: Sequence[str]) -> list[str]:
    """Return the proceedings whose row is not where their entries leave it."""
    faults: list[str] = []
    for proceeding in proceedings:
        row = await session.get_one(Proceeding, proceeding)
        procedure = procedure_of(proceeding)
        entries = await trail.events_of_proceeding(session, proceeding)
        kept = state_adapter(procedure.name).validate_json(row.state)
        state = fold(proceeding, entries)
        if (kept, row.stage, row.seq) != (state, str(kept.stage), len(entries)):
            faults.append(f"{proceeding}: the row is not where its entries leave it")
        session.expunge_all()
    return faults
