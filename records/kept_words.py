"""Compare the words that are kept with the commitments they stand behind."""

from cryptography.exceptions import InvalidTag
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from cases.text import commitment
from records.tables import Payload
from records.vault import read_words

_BATCH = 1000


async def changed_words(session: AsyncSession) -> list[str]:
    """Return the words that are not those committed to; erased ones are no fault."""
    faults: list[str] = []
    last = ""
    chosen = select(Payload).order_by(col(Payload.commitment)).limit(_BATCH)
    while rows := (await session.exec(chosen.where(col(Payload.commitment) > last))).all():
        faults += [
            f"{row.proceeding} {row.seq}: the words of {row.path} are not those committed to"
            for row in rows
            if not await holds(session, row)
        ]
        last = rows[-1].commitment
        session.expunge_all()
    return faults


async def holds(session: AsyncSession, row: Payload) -> bool:
    """Tell whether words open, and are those committed to."""
    try:
        opened = await read_words(session, [row])
    except InvalidTag:
        return False
    # Erased words have no row: where one is, the key to it must be there, too.
    said = opened.get(row.commitment)
    return said is not None and (commitment(row.path, said.salt, said.value) == row.commitment)
