"""Words of people at rest: sealed with a key of the person they are of.

Each person's key is 32 random bytes, kept wrapped by the installation's key. Where it is
destroyed, all words of that person are unreadable at once, in this database and in every copy
of it that is younger than the key's removal. Cases have keys, too (`sealed_answers`).
"""

import os
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

import orjson
from sqlalchemy import insert, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read
from cases.text import Payload as Said
from records.access_tables import SubjectKey
from records.sealing import Seal
from records.tables import Event, Payload

_INFO: Final = b"shenbei/subject-keys/v1"
_KEEP: Final = text(
    "INSERT INTO subject_key (subject, wrapped) VALUES (:subject, :wrapped) "
    "ON CONFLICT (subject) DO NOTHING"
)


class Opened(NamedTuple):
    """Words that were opened, and the salt of their commitment."""

    value: str
    salt: str


class Vault:
    """Seals and opens words.

    Args:
        key: 32 bytes of the installation.
    """

    def __init__(self, key: bytes) -> None:
        self._wrapping = Seal.derived(key, _INFO)

    async def sealed(
        self, session: AsyncSession, subject: str, said: Sequence[Said]
    ) -> list[bytes]:
        """Return words of a person sealed, in order; the first ones make the person's key."""
        key = await self.seal_of(session, subject)
        return [key.seal(orjson.dumps([s.value, s.salt]), s.commitment) for s in said]

    async def seal_of(self, session: AsyncSession, subject: str) -> Seal:
        """Return the key of a person or a case; the first time, it is made."""
        key = (await self.keys(session, {subject})).get(subject)
        return await self._make(session, subject) if key is None else key

    async def keys(
        self, session: AsyncSession, subjects: Collection[str]
    ) -> Mapping[str, Seal]:
        """Return the keys of those who have one.

        Raises:
            cryptography.exceptions.InvalidTag: One was changed, or moved, where it lies.
        """
        statement = select(SubjectKey.subject, SubjectKey.wrapped).where(
            col(SubjectKey.subject).in_(subjects)
        )
        return {
            subject: Seal(self._wrapping.open(wrapped, subject))
            for subject, wrapped in (await session.exec(statement)).all()
        }

    async def opened(
        self, session: AsyncSession, rows: Sequence[Payload]
    ) -> dict[str, Opened]:
        """Return words by their commitment; those whose key is destroyed are left out.

        Raises:
            cryptography.exceptions.InvalidTag: They were changed, or moved, where they lie.
        """
        keys = await self.keys(session, {row.subject for row in rows})
        return {
            row.commitment: self._open(keys.get(row.subject), row)
            for row in rows
            if row.subject in keys or not row.subject
        }

    async def _make(self, session: AsyncSession, subject: str) -> Seal:
        wrapped = self._wrapping.seal(os.urandom(32), subject)
        # Of two that write first words at once, one makes the key.
        row = {"subject": subject, "wrapped": wrapped}
        await (await session.connection()).execute(_KEEP, row)
        return (await self.keys(session, {subject}))[subject]

    @staticmethod
    def _open(key: Seal | None, row: Payload) -> Opened:
        # Without a subject: of before there were keys.
        body = row.sealed if key is None else key.open(row.sealed, row.commitment)
        return Opened(*orjson.loads(body))


def vault_of(session: AsyncSession) -> Vault:
    """Return the vault of the database that a session is of.

    Raises:
        TypeError: The database was opened without the key of its words.
    """
    found = session.info.get("vault")
    if not isinstance(found, Vault):
        raise TypeError("the database was opened without the key of its words")
    return found


async def write_words(
    session: AsyncSession, place: tuple[str, int], subject: str, said: Sequence[Said]
) -> None:
    """Keep the words of an event, sealed with the key of the person they are of.

    Args:
        session: The writing session.
        place: Proceeding and sequence number of the event.
        subject: The person.
        said: The words with their commitments.
    """
    if not said:
        return
    proceeding, seq = place
    sealed = await vault_of(session).sealed(session, subject, said)
    rows = [
        {
            "commitment": one.commitment,
            "proceeding": proceeding,
            "seq": seq,
            "path": one.path,
            "subject": subject,
            "sealed": body,
        }
        for one, body in zip(said, sealed, strict=True)
    ]
    await session.exec(insert(Payload), params=rows)


async def read_words(session: AsyncSession, rows: Sequence[Payload]) -> dict[str, Opened]:
    """Return words by their commitment; those whose key is destroyed are left out."""
    return await vault_of(session).opened(session, rows)


async def seal_old(session: AsyncSession) -> int:
    """Seal the words that were kept before there were keys; return how many there were."""
    statement = (
        select(Payload, Event.body)
        .join(
            Event,
            (col(Event.proceeding) == col(Payload.proceeding))
            & (col(Event.seq) == col(Payload.seq)),
        )
        .where(col(Payload.subject) == "")
    )
    rows = (await session.exec(statement)).all()
    opened = await read_words(session, [row for row, _ in rows])
    for row, body in rows:
        subject = str(read(body)["actor"]["person"])
        value, salt = opened[row.commitment]
        said = Said(row.path, value, salt, row.commitment)
        (row.sealed,) = await vault_of(session).sealed(session, subject, [said])
        row.subject = subject
        session.add(row)
    return len(rows)
