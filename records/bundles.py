"""Gather the bundle of a case: its entries with their proofs, words, papers, and keys."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.bundle import Bundle, Trusted, Word
from audit.event import read
from audit.proof import LogProof
from records import trail
from records.stamps import stamp_of
from records.tables import Event, Payload
from records.vault import read_words

_PAGE = 500


@dataclass(frozen=True)
class Wanted:
    """What a bundle is to hold: of a case, of some of its proceedings, or of one act."""

    case: str
    proceedings: frozenset[str] = frozenset()  # none named: all
    body: str = ""  # of no case: whose rows of the trail they are
    act: str = ""  # the request of its receipt; empty: of all
    hidden: Mapping[str, Collection[str]] | None = None
    """Kinds of events, by proceeding, whose words the reader may not see."""


async def gather(
    session: AsyncSession,
    wanted: Wanted,
    note: str,
    trusted: Trusted,
    schema: Mapping[str, Any],
) -> Bundle:
    """Return the bundle without its papers, which are stored elsewhere.

    Args:
        session: A reading session.
        wanted: What is asked for.
        note: The signed checkpoint; it must reach the newest entry wanted.
        trusted: Keys and certificates to send along.
        schema: The form of each kind of event.
    """
    size = int(note.split("\n")[1])
    rows = [row for row in await _rows(session, wanted) if row.index < size]
    proofs = {
        row.index: LogProof(row.index, await trail.inclusion(session, row.index, size), note)
        for row in rows
    }
    head: dict[str, Any] = {
        "case": wanted.case,
        "size": size,
        "whole": not wanted.proceedings and not wanted.act,
        "proceedings": {row.proceeding: row.seq for row in rows},
    }
    if not wanted.case:
        head["body"] = wanted.body
    if wanted.act and rows:
        head |= {"act": wanted.act, "after": rows[0].seq - 1}
    return Bundle(
        head=head,
        checkpoint=note,
        entries={row.index: row.body for row in rows},
        proofs=proofs,
        words=await _words(session, rows, wanted.hidden or {}),
        papers={},
        trusted=trusted,
        schema=schema,
        stamp=await stamp_of(session, note),
    )


def papers_of(bundle: Bundle) -> list[str]:
    """Return the hashes of the papers that the entries of a bundle issued."""
    events = [read(body)["event"] for body in bundle.entries.values()]
    return [event["paper"]["sha256"] for event in events if event["kind"] == "paper.issued"]


async def _rows(session: AsyncSession, wanted: Wanted) -> list[Event]:
    found: list[Event] = []
    after = -1
    while page := await trail.events_of_case(session, wanted.case, after, _PAGE):
        found += page
        after = page[-1].index
    some, act = wanted.proceedings, wanted.act
    return [
        row
        for row in found
        if (not some or row.proceeding in some) and act in {"", row.request}
    ]


async def _words(
    session: AsyncSession, rows: list[Event], hidden: Mapping[str, Collection[str]]
) -> list[Word]:
    """Return the words that are disclosed, each with the entry that commits to it."""
    places = {
        (row.proceeding, row.seq): row.index
        for row in rows
        if row.kind not in hidden.get(row.proceeding, ())
    }
    names = {row.proceeding for row in rows}
    statement = select(Payload).where(col(Payload.proceeding).in_(names))
    found = (await session.exec(statement.order_by(col(Payload.commitment)))).all()
    entries = {row.index: row.body for row in rows}
    opened = await read_words(session, found)
    words: list[Word] = []
    for one in found:
        index, said = places.get((one.proceeding, one.seq)), opened.get(one.commitment)
        if index is None or said is None:
            continue
        if f'"{one.commitment}"'.encode() in entries[index]:
            words.append(Word(index, one.path, said.value, said.salt, one.commitment))
    return words
