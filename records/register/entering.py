"""Enter rows of lists in the register: matched, folded, indexed, each one accounted for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson
from sqlalchemy import delete, func, insert, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from lists.columns import Kind
from lists.entry import Entry, Unreadable
from lists.fold import Told, changes, fold, outcome
from lists.official import Listed
from lists.text import normal
from records.register.entities import Entities
from records.register.index import index
from records.register.known import (
    ENTRY,
    UNKNOWN,
    Known,
    known_filings,
    names_of,
    waiting_notices,
)
from records.register.tables import ListRow, RegisteredFiling

_LOCK: Final = text("SELECT pg_advisory_xact_lock(20260115)")
_UNKNOWN: Final = {
    "reason": UNKNOWN,
    "reason_zh": "未登记该备案编号，无从注销",
    "reason_en": "the register has no such number to cancel",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: a list's hash and month; an empty hash is a filing of ours."""

    file: str
    published: str
    recorded_at: str

    @property
    def own(self) -> bool:
        """Tell whether the rows are filings of ours."""
        return not self.file


async def enter(
    session: AsyncSession, source: Source, rows: Sequence[tuple[str, Listed]]
) -> None:
    """Enter some data rows, each with its place, in the writer's transaction.

    Places that are entered already stay as they are, so that it is safe to repeat.
    """
    if (await session.connection()).dialect.name != "sqlite":  # there, writers queue anyway
        await (await session.connection()).execute(_LOCK)
    done = select(ListRow.place).where(ListRow.file == source.file)
    entered = set(await session.exec(done.where(col(ListRow.place).in_([p for p, _ in rows]))))
    fresh = [(place, listed) for place, listed in rows if place not in entered]
    batch = _Batch(session, source)
    await batch.load([x.found for _, x in fresh if isinstance(x.found, Entry)])
    for place, listed in fresh:
        batch.enter(place, listed)
    await batch.close()


class _Batch:
    """Some rows of one source, entered together."""

    def __init__(self, session: AsyncSession, source: Source) -> None:
        self._session = session
        self._source = source
        self._entities = Entities(session)
        self._rows: list[dict[str, Any]] = []
        self._known: dict[str, list[Known]] = {}
        self._waiting: dict[str, list[tuple[int, Told]]] = {}
        self._heard: list[dict[str, Any]] = []
        self._touched: dict[int, Known] = {}
        self._next_row = self._next_filing = 0

    async def load(self, entries: Sequence[Entry]) -> None:
        numbers = {entry.number for entry in entries}
        self._known = await known_filings(self._session, numbers)
        self._waiting = await waiting_notices(self._session, numbers)
        before = [t.entry for known in self._all() for t in known.told]
        await self._entities.load([*entries, *before])
        self._next_row = (await self._session.exec(select(func.max(ListRow.id)))).one() or 0
        highest = select(func.max(RegisteredFiling.id))
        self._next_filing = (await self._session.exec(highest)).one() or 0

    def _all(self) -> Iterator[Known]:
        return (known for listed in self._known.values() for known in listed)

    async def forget(self, file: str) -> None:
        """Take back all that a list told: its filings stand as the others tell them."""
        rows = select(ListRow.filing).where(ListRow.file == file)
        told = select(RegisteredFiling.number).where(col(RegisteredFiling.id).in_(rows))
        self._known = await known_filings(self._session, set(await self._session.exec(told)))
        await self._entities.load([t.entry for known in self._all() for t in known.told])
        gone: list[int] = []
        for known in self._all():
            left = [t for t in known.told if t.order[0] != file]
            if not left:
                gone.append(known.id)
            elif len(left) < len(known.told):
                known.told, known.standing = left, fold(left)
                self._touched[known.id] = known
        await self._session.exec(delete(ListRow).where(col(ListRow.file) == file))
        filings = delete(RegisteredFiling).where(col(RegisteredFiling.id).in_(gone))
        await self._session.exec(filings)
        await self.close()

    def enter(self, place: str, listed: Listed) -> None:
        found = listed.found
        if isinstance(found, Unreadable):
            row = self._row(place, listed)
            words = {"reason_zh": found.reason.zh, "reason_en": found.reason.en}
            row |= {"reason": found.code} | words
        elif found.kind is Kind.CANCELLATION:
            self._cancel(place, listed)
        else:
            self._tell(self._row(place, listed), self._filing(found), found)

    def _row(self, place: str, listed: Listed, part: int = 0) -> dict[str, Any]:
        self._next_row += 1
        row: dict[str, Any] = {
            "id": self._next_row,
            "file": self._source.file,
            "place": place,
            "part": part,
            "published": self._source.published,
            "outcome": "unreadable",
            **dict.fromkeys(("reason", "reason_zh", "reason_en"), ""),
            "filing": None,
            "number": "",
            "cells": orjson.dumps(listed.row.cells).decode(),
            "said": "{}",
            "changes": "[]",
            "recorded_at": self._source.recorded_at,
        }
        self._rows.append(row)
        return row

    def _cancel(self, place: str, listed: Listed) -> None:
        """Cancel every filing that bears the number; none to be found is said."""
        entry = cast("Entry", listed.found)
        found = self._known.get(entry.number, [])
        for part, known in enumerate(found):
            self._tell(self._row(place, listed, part), known, entry)
        if not found:
            row = self._row(place, listed)
            row |= {**_UNKNOWN, "number": entry.number, "said": _dumped(entry)}

    def _filing(self, entry: Entry) -> Known | None:
        """Return the filing a row speaks of: its kind and number, and a name in common."""
        before = {normal(r.before) for r in entry.remarks if r.before}
        same = [k for k in self._known.get(entry.number, []) if k.kind is entry.kind]
        named = {normal(entry.algorithm), *before}
        by_name = (known for known in same if known.names & named)
        # One list does not tell one filing twice under two names: that is another algorithm.
        mine = {normal(entry.entity), *before}
        by_entity = (k for k in same if k.names & mine and not self._told_here(k))
        return next(by_name, None) or next(by_entity, None)

    def _told_here(self, known: Known) -> bool:
        return any(told.order[0] == self._source.file for told in known.told)

    def _tell(self, row: dict[str, Any], known: Known | None, entry: Entry) -> None:
        told = Told(row["published"], (row["file"], row["id"]), entry)
        before = known.standing if known else None
        if known is None:
            known = self._new(entry, told)
        else:
            known.heard(told)
        known.own = known.own or self._source.own
        self._touched[known.id] = known
        row["said"], row["number"] = _dumped(entry), entry.number
        row["filing"] = known.id
        row["outcome"] = outcome(before, known.standing)
        differ = [[c.field, c.before, c.after] for c in changes(before, known.standing)]
        row["changes"] = orjson.dumps(differ).decode()

    def _new(self, entry: Entry, told: Told) -> Known:
        self._next_filing += 1
        listed = self._known.setdefault(entry.number, [])
        known = Known(
            self._next_filing,
            entry.kind,
            entry.number,
            sum(known.kind is entry.kind for known in listed),
            own=self._source.own,
            new=True,
            told=[told],
            standing=fold([told]),
            names=names_of(entry),
        )
        listed.append(known)
        for key, notice in self._waiting.pop(entry.number, []):  # it came before its list
            known.heard(notice)
            self._heard.append(
                {"id": key, "filing": known.id, "outcome": "cancelled", "reason": ""}
            )
        return known

    async def close(self) -> None:
        """Write the rows, and bring the filings and the index to where they stand."""
        standing = [
            known.values(self._entities.of(known.standing.entry, known.standing.published))
            for known in self._touched.values()
        ]
        await self._entities.write()
        new = [v for v in standing if self._touched[v["id"]].new]
        old = [v for v in standing if not self._touched[v["id"]].new]
        if new:
            await self._session.exec(insert(RegisteredFiling), params=new)
        if old:
            await self._session.exec(update(RegisteredFiling), params=old)
        await self._entities.join()
        if self._rows:
            await self._session.exec(insert(ListRow), params=self._rows)
        if self._heard:
            await self._session.exec(update(ListRow), params=self._heard)
        await index(self._session, standing)


def _dumped(entry: Entry) -> str:
    return ENTRY.dump_json(entry).decode()


async def forget(session: AsyncSession, file: str) -> None:
    """Take back a list that was read wrongly, before it is read again."""
    if (connection := await session.connection()).dialect.name != "sqlite":
        await connection.execute(_LOCK)
    await _Batch(session, Source(file, "", "")).forget(file)
