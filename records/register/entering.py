"""Enter rows of lists in the register: matched, folded, indexed, each one accounted for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson
from pydantic import TypeAdapter
from sqlalchemy import func, insert, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from lists.columns import Kind
from lists.entry import Entry, Unreadable
from lists.fold import Standing, Told, changes, fold, outcome
from lists.grams import searched
from lists.official import Listed
from lists.text import normal
from records.register.entities import Entities
from records.register.index import index
from records.register.tables import ListRow, RegisteredFiling

ENTRY: Final = TypeAdapter(Entry)
_LOCK: Final = text("SELECT pg_advisory_xact_lock(20260115)")
_UNKNOWN: Final = {
    "reason": "unknown_number",
    "reason_zh": "未登记该备案编号，无从注销",
    "reason_en": "the register has no such number to cancel",
}
_SAME: Final = (
    *("algorithm", "class_name", "algorithm_class", "role", "product", "purpose", "remark"),
    *("credit_code", "division", "year"),
)


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


@dataclass(slots=True)
class _Known:
    """A filing and what was told of it so far."""

    id: int
    kind: Kind
    number: str
    twin: int
    own: bool
    new: bool
    told: list[Told]
    standing: Standing
    names: set[str]  # of its entity and algorithm, as they are compared

    def heard(self, told: Told) -> None:
        self.told.append(told)
        self.standing = fold(self.told)
        self.names |= _names(told.entry)


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
        self._known: dict[str, list[_Known]] = {}
        self._touched: dict[int, _Known] = {}
        self._next_row = self._next_filing = 0

    async def load(self, entries: Sequence[Entry]) -> None:
        numbers = {entry.number for entry in entries}
        filings = select(RegisteredFiling).where(col(RegisteredFiling.number).in_(numbers))
        found = {row.id: row for row in await self._session.exec(filings)}
        listed = (
            select(ListRow).where(col(ListRow.filing).in_(found)).order_by(col(ListRow.id))
        )
        told: dict[int, list[Told]] = {}
        for row in await self._session.exec(listed.order_by(col(ListRow.id))):
            entry = ENTRY.validate_json(row.said)
            one = Told(row.published, (row.file, row.id), entry)
            told.setdefault(row.filing or 0, []).append(one)
        for key, filing in found.items():
            names = {name for t in told[key] for name in _names(t.entry)}
            known = _Known(
                key,
                Kind(filing.kind),
                filing.number,
                filing.twin,
                own=filing.own,
                new=False,
                told=told[key],
                standing=fold(told[key]),
                names=names,
            )
            self._known.setdefault(filing.number, []).append(known)
        before = [t.entry for rows in told.values() for t in rows]
        await self._entities.load([*entries, *before])
        self._next_row = (await self._session.exec(select(func.max(ListRow.id)))).one() or 0
        highest = select(func.max(RegisteredFiling.id))
        self._next_filing = (await self._session.exec(highest)).one() or 0

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
            self._row(place, listed).update(_UNKNOWN)

    def _filing(self, entry: Entry) -> _Known | None:
        """Return the filing a row speaks of: its kind and number, and a name in common."""
        before = {normal(r.before) for r in entry.remarks if r.before}
        same = [k for k in self._known.get(entry.number, []) if k.kind is entry.kind]
        named = {normal(entry.algorithm), *before}
        by_name = (known for known in same if known.names & named)
        # One list does not tell one filing twice under two names: that is another algorithm.
        mine = {normal(entry.entity), *before}
        by_entity = (k for k in same if k.names & mine and not self._told_here(k))
        return next(by_name, None) or next(by_entity, None)

    def _told_here(self, known: _Known) -> bool:
        return any(told.order[0] == self._source.file for told in known.told)

    def _tell(self, row: dict[str, Any], known: _Known | None, entry: Entry) -> None:
        told = Told(row["published"], (row["file"], row["id"]), entry)
        before = known.standing if known else None
        if known is None:
            known = self._new(entry, told)
        else:
            known.heard(told)
        self._touched[known.id] = known
        row["said"] = ENTRY.dump_json(entry).decode()
        row["filing"] = known.id
        row["outcome"] = outcome(before, known.standing)
        differ = [[c.field, c.before, c.after] for c in changes(before, known.standing)]
        row["changes"] = orjson.dumps(differ).decode()

    def _new(self, entry: Entry, told: Told) -> _Known:
        self._next_filing += 1
        listed = self._known.setdefault(entry.number, [])
        known = _Known(
            self._next_filing,
            entry.kind,
            entry.number,
            sum(known.kind is entry.kind for known in listed),
            own=self._source.own,
            new=True,
            told=[told],
            standing=fold([told]),
            names=_names(entry),
        )
        listed.append(known)
        return known

    async def close(self) -> None:
        """Write the rows, and bring the filings and the index to where they stand."""
        standing = [self._values(known) for known in self._touched.values()]
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
        await index(self._session, standing, fresh={v["id"] for v in new})

    def _values(self, known: _Known) -> dict[str, Any]:
        standing, entry = known.standing, known.standing.entry
        doubts = [[w.zh, w.en] for w in entry.doubts]
        if known.twin:
            doubts.append(["同一编号列有两个算法", "the number is listed for two algorithms"])
        former = {n for t in known.told for n in (t.entry.entity, t.entry.algorithm)}
        fields = (known.number, entry.algorithm, entry.entity, entry.product, entry.purpose)
        return {
            "id": known.id,
            "kind": known.kind.value,
            "number": known.number,
            "twin": known.twin,
            **{name: getattr(entry, name) for name in _SAME},
            "entity": self._entities.of(entry, standing.published),
            "entity_name": entry.entity,
            "state": standing.state,
            "state_on": standing.state_on,
            "first_published": standing.first_published,
            "published": standing.published,
            "doubts": orjson.dumps(doubts).decode(),
            "own": known.own or self._source.own,
            "text": searched([*fields, *sorted(former - {entry.algorithm, entry.entity})]),
        }


def _names(entry: Entry) -> set[str]:
    return {normal(entry.entity), normal(entry.algorithm)} - {""}
