"""A long trail with all its rows: `benchmarks/one_case.py` again and again under other names.

Eight cases at a time are mixed, as they come in an office. First there are entries only; the
rebuilding of it has all rows, and verifies.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any, Final

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from audit import merkle
from audit.event import Entry, moment
from benchmarks import databases
from benchmarks.databases import opened
from benchmarks.one_case import CASE, CONTENT, NUMBER, entries
from cases.text import Payload as Said
from cases.text import commitment
from demo.facts import COMMITTEE, INSTITUTION, read_dossier
from demo.seed import seed
from records import bulk
from records.rebuilding import rebuild
from records.sealed_answers import sealed
from records.tables import Case, CaseParty, Event, Payload, Submission, Tree
from records.vault import vault_of

SIZE: Final = 200_000
_AT_ONCE: Final = 8
_NAMES: Final = re.compile(rb"[0-9a-f]{64}")
Row = tuple[Any, ...]
Spoken = tuple[Said, str, int]
"""Words, and the proceeding and number of their entry."""


def long_trail(make: Callable[[str], str], size: int = SIZE) -> str:
    """Return the URL of a database with a trail of at least `size` entries.

    Args:
        make: Returns the URL of a new database of a name.
        size: How long it is to be.
    """
    bare, whole = make("bare"), make("live")
    asyncio.run(_fill(bare, size))
    asyncio.run(_made(bare, whole))
    return whole


async def _made(bare: str, live: str) -> None:
    """Let the entries make their rows."""
    async with opened(bare) as source, opened(live) as target:
        await rebuild(source, target)


async def _fill(url: str, size: int) -> None:
    await seed(url, read_dossier(), bytes(32))
    whole = entries()
    plain = [entry.canonical() for entry, _ in whole]
    said = [one for _, words in whole for one in words]
    async with opened(url) as database, database.writing() as session:
        await databases.unguarded(session)
        tree = await session.get_one(Tree, 1)
        frontier = merkle.Frontier(tree.size, tree.edge)
        for first in range(1, size // len(whole) + 2, _AT_ONCE):
            mixed = [_Case(n, said) for n in range(first, first + _AT_ONCE)]
            parties = [row for case in mixed for row in case.parties()]
            await _enter(session, Case, [case.row() for case in mixed])
            await _enter(session, Submission, [await _submitted(session, n) for n in mixed])
            await _enter(session, CaseParty, parties)
            spoken: list[Spoken] = []
            rows: list[Row] = []
            for (entry, words), body in zip(whole, plain, strict=True):
                for case in mixed:
                    made = case.named(body)
                    rows.append((frontier.size, *case.entry(entry, made)))
                    spoken += [case.words(entry, one) for one in words]
                    frontier.append(rows[-1][-2])
            await _enter(session, Event, rows)
            await _enter(session, Payload, await _sealed(session, spoken))
        tree.size, tree.edge = frontier.size, frontier.edge
        session.add(tree)


async def _sealed(session: AsyncSession, spoken: Sequence[Spoken]) -> list[Row]:
    words = [one for one, *_ in spoken]
    sealed = await vault_of(session).sealed(session, "p01", words)
    return [
        (one.commitment, place, seq, one.path, "p01", body)
        for (one, place, seq), body in zip(spoken, sealed, strict=True)
    ]


async def _enter(session: AsyncSession, table: type[SQLModel], rows: list[Row]) -> None:
    await bulk.enter(session, table, bulk.columns_of(table), rows)


async def _submitted(session: AsyncSession, case: "_Case") -> Row:
    row = Submission(case_number=case.number, version=3, content=CONTENT, form="f", at="")
    row.answers = await sealed(session, row, {})
    return tuple(getattr(row, name) for name in bulk.columns_of(Submission))


class _Case:
    """One more case like the first, under names of its own."""

    def __init__(self, number: int, said: Sequence[Said]) -> None:
        self.number = f"BJ-2026-{number:06d}"
        self._hashes = {CONTENT.encode(): CONTENT.encode()}
        self._said = {one.commitment: self._anew(one) for one in said}
        for old, new in self._said.items():
            self._hashes[old.encode()] = new.commitment.encode()
        self._filing = NUMBER[:-6] + f"{number:06d}"

    def row(self) -> Row:
        values = {
            "number": self.number,
            "title": "方言评测",
            "institution": INSTITUTION,
            "committee": COMMITTEE,
            "applicant": "p01",
            "division": "110108",
            "stage": "submitted",
            "form": "f",
            "version": 3,
            "answers": b"",
            "signed_off": "",
            "request": self.number,
            "created_at": "",
        }
        return tuple(map(values.get, bulk.columns_of(Case)))

    def parties(self) -> Iterator[Row]:
        for party in (INSTITUTION, COMMITTEE, "authority-1", "authority-2"):
            yield self.number, party

    def named(self, text: bytes) -> bytes:
        text = text.replace(CASE.encode(), self.number.encode())
        text = text.replace(NUMBER.encode(), self._filing.encode())
        return _NAMES.sub(lambda found: self._hash(found[0]), text)

    def _hash(self, old: bytes) -> bytes:
        if old not in self._hashes:
            self._hashes[old] = sha256(old + self.number.encode()).hexdigest().encode()
        return self._hashes[old]

    def entry(self, entry: Entry, body: bytes) -> Row:
        return (
            self.number,
            entry.proceeding.replace(CASE, self.number),
            entry.seq,
            entry.event.kind,
            moment(entry.at),
            entry.request.replace(CASE, self.number),
            "",
            body,
            merkle.leaf(body),
            moment(entry.at),
        )

    def words(self, entry: Entry, said: Said) -> Spoken:
        place = entry.proceeding.replace(CASE, self.number)
        return self._said[said.commitment], place, entry.seq

    def _anew(self, said: Said) -> Said:
        """Return the same words with a salt of this case, so that they are committed to."""
        salt = self._hash(said.salt.encode()).decode()
        own = commitment(said.path, salt, said.value)
        return Said(said.path, said.value, salt, own)
