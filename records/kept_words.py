"""Compare the words that are kept with the commitments they stand behind."""

from collections.abc import Iterable, Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from sqlalchemy import and_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read
from cases.text import Commitment, commitment, commitments
from records.folding import event_in
from records.tables import Event, Payload
from records.vault import read_words

_BATCH = 1000
ERASED: Final = "payload.erased"


async def changed_words(session: AsyncSession) -> list[str]:
    """Return the words that are not those committed to; erased ones are no fault."""
    faults: list[str] = []
    last = ""
    here = and_(
        col(Event.proceeding) == col(Payload.proceeding), col(Event.seq) == col(Payload.seq)
    )
    chosen = select(Payload, Event.body).outerjoin(Event, here)
    chosen = chosen.order_by(col(Payload.commitment)).limit(_BATCH)
    while rows := (await session.exec(chosen.where(col(Payload.commitment) > last))).all():
        held = await holding(session, [row for row, _ in rows])
        for row, body in rows:
            place = f"{row.proceeding} {row.seq}: the words of {row.path}"
            if row.commitment.encode() not in (body or b""):
                faults.append(f"{place} are of another entry")
            if row.commitment not in held:
                faults.append(f"{place} are not those committed to")
        last = rows[-1][0].commitment
        session.expunge_all()
    return faults


async def missing_words(session: AsyncSession) -> list[str]:
    """Return the entries whose words are gone though no entry says that they were erased."""
    columns = select(Event.index, Event.proceeding, Event.seq, Event.body)
    erasing = columns.where(col(Event.kind) == ERASED)
    erased, faults = _committed((await session.exec(erasing)).all())
    last = -1
    chosen = columns.where(col(Event.kind) != ERASED).order_by(col(Event.index)).limit(_BATCH)
    while rows := (await session.exec(chosen.where(col(Event.index) > last))).all():
        said, unknown = _committed(rows)
        kept = select(Payload.commitment).where(col(Payload.commitment).in_(said))
        gone = said.keys() - erased.keys() - set((await session.exec(kept)).all())
        faults += unknown
        faults += [f"{said[one]}: words are gone, and no entry erased them" for one in gone]
        last = rows[-1][0]
    return sorted(faults)


def _committed(
    rows: Iterable[tuple[int, str, int, bytes]],
) -> tuple[dict[Commitment, str], list[str]]:
    """Return what entries commit to, each with its place, and the entries nobody can read.

    Args:
        rows: Index, proceeding, sequence number and bytes of each.
    """
    said: dict[Commitment, str] = {}
    faults: list[str] = []
    for _, proceeding, seq, body in rows:
        place = f"{proceeding} {seq}"
        try:
            said |= dict.fromkeys(commitments(event_in(read(body))), place)
        except ValueError:
            faults.append(f"{place}: it is no event that is known here")
    return said, faults


async def holding(session: AsyncSession, rows: Sequence[Payload]) -> set[Commitment]:
    """Return the commitments whose words open, and are those committed to."""
    try:
        opened = await read_words(session, rows)
    except InvalidTag:  # of one at least: which, is found by halves
        if len(rows) == 1:
            return set()
        middle = len(rows) // 2
        first = await holding(session, rows[:middle])
        return first | await holding(session, rows[middle:])
    # Erased words have no row: where one is, the key to it must be there, too.
    return {
        row.commitment
        for row in rows
        if (said := opened.get(row.commitment)) is not None
        and commitment(row.path, said.salt, said.value) == row.commitment
    }
