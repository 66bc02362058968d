"""Some rows of one source, entered together: matched, folded, indexed, each accounted for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson
from sqlalchemy import delete, func, insert, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from lists.columns import Kind
from lists.entry import Entry, Unreadable
from lists.fold import GONE, Told, changes, fold, outcome
from lists.official import Listed
from lists.text import normal
from records.counters import last_value, raise_to
from records.register.entities import Entities
from records.register.index import index
from records.register.known import (
    KNOWN_REASON,
    MISNAMED_REASON,
    UNDATED_REASON,
    UNKNOWN_REASON,
    Known,
    dumped,
    known_filings,
    meant,
    names_of,
    notices,
    told_by,
)
from records.register.tables import ListRow, RegisteredFiling

ROWS: Final = "register/row"
FILINGS: Final = "register/filing"


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


class Batch:
    """Some rows of one source, entered together."""

    def __init__(self, session: AsyncSession, source: Source) -> None:
        self._session = session
        self._source = source
        self._entities = Entities(session)
        self._rows: list[dict[str, Any]] = []
        self._known: dict[str, list[Known]] = {}
        self._notices: dict[str, list[ListRow]] = {}
        self._heard: list[tuple[int, dict[str, Any]]] = []
        self._touched: dict[int, Known] = {}
        self._next_row = self._next_filing = 0

    async def load(self, entries: Sequence[Entry]) -> None:
        """Read what is known of the numbers and names of some entries."""
        numbers = {entry.number for entry in entries}
        self._known = await known_filings(self._session, numbers)
        self._notices = await notices(self._session, numbers)
        before = [t.entry for known in self._all() for t in known.told]
        await self._entities.load([*entries, *before])
        await self._count()

    async def _count(self) -> None:
        """Go on counting; what was taken back had numbers, too, and feeds told them."""
        self._next_row = await _last(self._session, ROWS, ListRow.id)
        self._next_filing = await _last(self._session, FILINGS, RegisteredFiling.id)

    def _all(self) -> Iterator[Known]:
        return (known for listed in self._known.values() for known in listed)

    async def forget(self, file: str, numbers: Sequence[str]) -> None:
        """Take back what a list told of some numbers: filings stand as others tell them."""
        self._known = await known_filings(self._session, numbers)
        await self._entities.load([t.entry for known in self._all() for t in known.told])
        await self._count()
        gone: list[int] = []
        for known in self._all():
            left = [t for t in known.told if t.order[0] != file]
            if all(t.entry.kind is Kind.CANCELLATION for t in left):
                gone.append(known.id)  # its notices wait for a list again
            elif len(left) < len(known.told):
                known.told, known.standing = left, fold(left)
                self._touched[known.id] = known
        ids = [known.id for known in self._all()]
        told = delete(ListRow).where(col(ListRow.file) == file, col(ListRow.filing).in_(ids))
        await self._session.exec(told)
        more = delete(ListRow).where(col(ListRow.filing).in_(gone), col(ListRow.part) > 0)
        await self._session.exec(more)  # of a notice its first row waits, once
        waiting = update(ListRow).where(col(ListRow.filing).in_(gone))
        freed = {**UNKNOWN_REASON, "filing": None, "outcome": "unreadable", "changes": "[]"}
        await self._session.exec(waiting.values(**freed))
        filings = delete(RegisteredFiling).where(col(RegisteredFiling.id).in_(gone))
        await self._session.exec(filings)
        await self.close()

    def enter(self, place: str, listed: Listed) -> None:
        """Take in one row; `close` writes it."""
        found = listed.found
        if isinstance(found, Entry) and not (self._source.published or found.on):
            found = UNDATED_REASON
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
        """Cancel the filings that bear the number, and the name where one is told."""
        entry = cast("Entry", listed.found)
        listed_here = self._known.get(entry.number, [])
        found = meant(entry, listed_here)
        # The report tells what the first did: one that stood comes before one that was gone.
        found = sorted(found, key=lambda known: known.standing.state in GONE)
        for part, known in enumerate(found):
            self._tell(self._row(place, listed, part), known, entry)
        if not found:
            row = self._row(place, listed)
            reason = MISNAMED_REASON if listed_here else UNKNOWN_REASON
            row |= {**reason, "number": entry.number, "said": dumped(entry)}

    def _filing(self, entry: Entry) -> Known | None:
        """Return the filing a row speaks of: its kind and number, and a name in common."""
        before = {normal(r.before) for r in entry.remarks if r.before}
        same = [k for k in self._known.get(entry.number, []) if k.kind is entry.kind]
        named = {normal(entry.algorithm), *before}
        by_name = (known for known in same if known.names & named)
        # One list does not tell one filing twice under two names: that is another algorithm.
        mine = {normal(entry.entity), *before}
        by_entity = (k for k in same if k.names & mine and not k.is_told_by(self._source.file))
        return next(by_name, None) or next(by_entity, None)

    def _tell(self, row: dict[str, Any], known: Known | None, entry: Entry) -> None:
        told = Told(row["published"], (row["file"], row["id"]), entry)
        before = known.standing if known else None
        if known is None:
            known = self._new(entry, told)
        else:
            known.heard(told)
        known.own = known.own or self._source.own
        self._touched[known.id] = known
        row["said"], row["number"] = dumped(entry), entry.number
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
        for notice in self._notices.get(entry.number, []):  # it came before its list
            self._hear(notice, known)
        return known

    def _hear(self, notice: ListRow, known: Known) -> None:
        """Let a notice of before speak of a filing that has come: by its row, or one more."""
        said = told_by(notice)
        if not meant(said.entry, [known]):
            return
        known.heard(said)
        told = {"filing": known.id, "outcome": said.entry.state} | KNOWN_REASON
        if notice.filing is None:
            notice.filing = known.id
            self._next_row += 1  # told only now: feeds show it among the newest
            now = {"id": self._next_row, "recorded_at": self._source.recorded_at}
            self._heard.append((notice.id, told | now))
            return
        self._next_row += 1
        # Parts need not be dense: a row's own number is a part that no other has.
        part = {"id": self._next_row, "part": self._next_row}
        self._rows.append(notice.model_dump() | part | told)

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
        for row, told in self._heard:
            await self._session.exec(
                update(ListRow).where(col(ListRow.id) == row).values(**told)
            )
        await raise_to(self._session, ROWS, self._next_row)
        await raise_to(self._session, FILINGS, self._next_filing)
        await index(self._session, standing)


async def _last(session: AsyncSession, name: str, key: Any) -> int:
    kept = await last_value(session, name)
    return kept or (await session.exec(select(func.max(key)))).one() or 0
