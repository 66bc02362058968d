"""Enter rows of lists in the register: matched, folded, indexed, each one accounted for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
from pydantic import TypeAdapter
from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from lists.columns import Kind
from lists.entry import Entry, Unreadable
from lists.fold import Standing, Told, changes, fold, outcome
from lists.grams import searched
from lists.official import Listed
from lists.text import normal
from records.register.entities import Entities
from records.register.index import facets, index
from records.register.tables import ListRow, RegisteredFiling

_ENTRY = TypeAdapter(Entry)
_LOCK = text("SELECT pg_advisory_xact_lock(20260115)")
UNKNOWN = ("未登记该备案编号，无从注销", "the register has no such number to cancel")


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

    row: RegisteredFiling
    told: list[Told]
    standing: Standing
    names: set[str] = field(default_factory=set[str])  # of its entity and algorithm

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
    if session.get_bind().dialect.name != "sqlite":  # there, writers wait for each other
        await session.exec(_LOCK)  # type: ignore[call-overload] # -- a statement without rows
    done = select(ListRow.place).where(ListRow.file == source.file)
    entered = set(await session.exec(done.where(col(ListRow.place).in_([p for p, _ in rows]))))
    fresh = [(place, listed) for place, listed in rows if place not in entered]
    batch = _Batch(session, source)
    await batch.load([x.found for _, x in fresh if isinstance(x.found, Entry)])
    for place, listed in fresh:
        await batch.enter(place, listed)
    await batch.close()


class _Batch:
    """Some rows of one source, entered together."""

    def __init__(self, session: AsyncSession, source: Source) -> None:
        self._session = session
        self._source = source
        self._entities = Entities(session)
        self._known: dict[str, list[_Known]] = {}
        self._touched: dict[int, _Known] = {}
        self._next_row = self._next_filing = 0

    async def load(self, entries: Sequence[Entry]) -> None:
        numbers = {entry.number for entry in entries}
        filings = select(RegisteredFiling).where(col(RegisteredFiling.number).in_(numbers))
        rows = {row.id: row for row in await self._session.exec(filings)}
        listed = select(ListRow).where(col(ListRow.filing).in_(rows)).order_by(col(ListRow.id))
        told: dict[int, list[Told]] = {}
        for row in await self._session.exec(listed):
            told.setdefault(row.filing or 0, []).append(_told(row))
        for filing in rows.values():
            known = _Known(filing, told[filing.id], fold(told[filing.id]))
            known.names = {name for t in known.told for name in _names(t.entry)}
            self._known.setdefault(filing.number, []).append(known)
        told_before = [t.entry for rows in told.values() for t in rows]
        await self._entities.load([*entries, *told_before])
        self._next_row = (await self._session.exec(select(func.max(ListRow.id)))).one() or 0
        highest = select(func.max(RegisteredFiling.id))
        self._next_filing = (await self._session.exec(highest)).one() or 0

    async def enter(self, place: str, listed: Listed) -> None:
        row = self._row(place, listed)
        if isinstance(listed.found, Unreadable):
            row.reason, reason = listed.found.code, listed.found.reason
            row.reason_zh, row.reason_en = reason.zh, reason.en
        elif listed.found.kind is Kind.CANCELLATION:
            self._cancel(row, listed)
        else:
            self._tell(row, self._filing(listed.found), listed.found)
        self._session.add(row)

    def _row(self, place: str, listed: Listed, part: int = 0) -> ListRow:
        self._next_row += 1
        return ListRow(
            id=self._next_row,
            file=self._source.file,
            place=place,
            part=part,
            published=self._source.published,
            outcome="unreadable",
            cells=orjson.dumps(listed.row.cells).decode(),
            recorded_at=self._source.recorded_at,
        )

    def _cancel(self, row: ListRow, listed: Listed) -> None:
        """Cancel every filing that bears the number; none to be found is said."""
        entry = cast("Entry", listed.found)
        found = self._known.get(entry.number, [])
        for part, known in enumerate(found):
            told = row if part == 0 else self._row(row.place, listed, part)
            self._tell(told, known, entry)
            self._session.add(told)
        if not found:
            row.reason, (row.reason_zh, row.reason_en) = "unknown_number", UNKNOWN

    def _filing(self, entry: Entry) -> _Known | None:
        """Return the filing a row speaks of: its kind and number, and a name in common."""
        mine = _names(entry) | {normal(r.before) for r in entry.remarks if r.before}
        same = (k for k in self._known.get(entry.number, []) if k.row.kind == entry.kind)
        return next((known for known in same if known.names & mine), None)

    def _tell(self, row: ListRow, known: _Known | None, entry: Entry) -> None:
        row.said = _ENTRY.dump_json(entry).decode()
        told = _told(row)
        before = known.standing if known else None
        if known is None:
            known = self._new(entry, told)
        else:
            known.heard(told)
        self._touched[known.row.id] = known
        row.filing = known.row.id
        row.outcome = outcome(before, known.standing)
        row.changes = orjson.dumps(
            [[c.field, c.before, c.after] for c in changes(before, known.standing)]
        ).decode()

    def _new(self, entry: Entry, told: Told) -> _Known:
        self._next_filing += 1
        listed = self._known.setdefault(entry.number, [])
        twin = sum(known.row.kind == entry.kind for known in listed)
        row = RegisteredFiling(
            id=self._next_filing, kind=entry.kind.value, number=entry.number, twin=twin
        )
        known = _Known(row, [told], fold([told]), _names(entry))
        listed.append(known)
        return known

    async def close(self) -> None:
        """Bring the touched filings to where they stand, and the index with them."""
        for known in self._touched.values():
            await self._stand(known)
        rows = [known.row for known in self._touched.values()]
        self._session.add_all(rows)
        await self._session.flush()
        await index(self._session, [(row.id, row.text, facets(row)) for row in rows])

    async def _stand(self, known: _Known) -> None:
        row, standing = known.row, known.standing
        entry = standing.entry
        for name in ("algorithm", "class_name", "algorithm_class", "role", "product"):
            setattr(row, name, getattr(entry, name))
        for name in ("purpose", "remark", "credit_code", "division", "year"):
            setattr(row, name, getattr(entry, name))
        row.entity = await self._entities.of(entry, standing.published)
        row.entity_name = entry.entity
        row.state, row.state_on = standing.state, standing.state_on
        row.first_published, row.published = standing.first_published, standing.published
        row.own = row.own or self._source.own
        doubts: list[Any] = [[w.zh, w.en] for w in entry.doubts]
        if row.twin:
            doubts.append(["同一编号列有两个算法", "the number is listed for two algorithms"])
        row.doubts = orjson.dumps(doubts).decode()
        former = {n for t in known.told for n in (t.entry.entity, t.entry.algorithm)}
        fields = (row.number, row.algorithm, row.entity_name, row.product, row.purpose)
        row.text = searched([*fields, *sorted(former - {row.algorithm, row.entity_name})])


def _told(row: ListRow) -> Told:
    return Told(row.published, (row.file, row.id), _ENTRY.validate_json(row.said))


def _names(entry: Entry) -> set[str]:
    return {normal(entry.entity), normal(entry.algorithm)} - {""}
