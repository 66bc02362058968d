"""Files that people attach to a case: one event each, the bytes stored by hash."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import moment, read
from cases.dossier import Attached
from cases.text import Payload as Said
from cases.text import commitment, field_salt
from records.drafts import append_to_case, lock_case
from records.erasing import ERASED
from records.kept_words import holding
from records.streams import Hand
from records.tables import Attachment, Event, Payload
from records.vault import read_words, write_words


@dataclass(frozen=True, slots=True)
class Received:
    """What was received and looked at: hash, name, kind, bytes, pages (0: no PDF)."""

    sha256: str
    name: str
    media: str
    size: int
    pages: int


async def attach(
    session: AsyncSession, case: str, file: Received, hand: Hand, salt: str
) -> Attachment:
    """Enter an attachment; the same bytes again are the attachment that is there.

    Args:
        session: The writing session.
        case: Number of the case.
        file: What was received; its bytes are stored already.
        hand: Who attaches.
        salt: 32 bytes, hex; seals the name, which is words of a person.
    """
    await lock_case(session, case)
    if (found := await session.get(Attachment, (case, file.sha256))) is not None:
        return found
    own = field_salt(salt, "name")
    sealed = Said("name", file.name, own, commitment("name", own, file.name))
    event = Attached(
        sha256=file.sha256, media=file.media, size=file.size, name=sealed.commitment
    )
    seq = await append_to_case(session, case, event, hand)
    await write_words(session, (f"case/{case}", seq), hand.actor.person, [sealed])
    row = Attachment(
        case_number=case,
        sha256=file.sha256,
        name=file.name,
        media=file.media,
        size=file.size,
        pages=file.pages,
        person_id=hand.actor.person,
        party_id=hand.actor.body,
        at=moment(hand.at),
    )
    session.add(row)
    return row


async def attachments(session: AsyncSession, case: str) -> Sequence[Attachment]:
    """Return the attachments of a case, oldest first."""
    statement = (
        select(Attachment)
        .where(col(Attachment.case_number) == case)
        .order_by(col(Attachment.at), col(Attachment.sha256))
    )
    return (await session.exec(statement)).all()


async def renamed(session: AsyncSession) -> list[str]:
    """Return the attachments whose name is not as committed to, or is there though erased."""
    here = (col(Event.proceeding) == col(Payload.proceeding)) & (
        col(Event.seq) == col(Payload.seq)
    )
    of_files = col(Event.kind) == "case.attached"
    found = await session.exec(select(Event.body, Payload).join(Payload, here).where(of_files))
    words = {(row.proceeding, _file(body)): row for body, row in found.all()}
    # Words that are not those committed to are told of where words are compared.
    held = await holding(session, list(words.values()))
    kept = {place: row for place, row in words.items() if row.commitment in held}
    opened = await read_words(session, list(kept.values()))
    names = {place: opened[row.commitment].value for place, row in kept.items()}
    return [
        f"{row.case_number}: the name of the attachment {row.sha256} is not as its entry says"
        for row in (await session.exec(select(Attachment))).all()
        if (place := (f"case/{row.case_number}", row.sha256)) in kept or place not in words
        if row.name != names.get(place, ERASED)
    ]


def _file(body: bytes) -> str:
    return str(read(body)["event"]["sha256"])
