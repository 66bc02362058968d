"""Who filed: found by credit code, by any name they bore, or by a renaming that is told."""

from collections.abc import Iterable

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from lists.entry import Entry
from lists.remarks import Change
from lists.text import normal
from records.register.tables import Entity, EntityName, RegisteredFiling


class Entities:
    """The entities that a batch of rows names, loaded at once."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._names: dict[str, EntityName] = {}
        self._codes: dict[str, Entity] = {}
        self._next = 0

    async def load(self, entries: Iterable[Entry]) -> None:
        """Read what is known of the names and codes of some entries."""
        wanted = {normal(name) for entry in entries for name in _names(entry)}
        codes = {entry.credit_code for entry in entries} - {""}
        named = select(EntityName).where(col(EntityName.normal).in_(wanted))
        self._names = {row.normal: row for row in await self._session.exec(named)}
        coded = select(Entity).where(col(Entity.credit_code).in_(codes))
        self._codes = {row.credit_code: row for row in await self._session.exec(coded)}
        self._next = (await self._session.exec(select(func.max(Entity.id)))).one() or 0

    async def of(self, entry: Entry, published: str) -> int:
        """Return the id of an entry's entity; a new one is made, a renamed one is joined."""
        known = list(
            dict.fromkeys(
                row.entity for name in _names(entry) if (row := self._names.get(normal(name)))
            )
        )
        if (coded := self._codes.get(entry.credit_code)) and coded.id not in known:
            known.insert(0, coded.id)
        if not known:
            self._next += 1
            entity = Entity(id=self._next, name=entry.entity, credit_code=entry.credit_code)
            self._session.add(entity)
            await self._session.flush()
            known = [entity.id]
            if entry.credit_code:
                self._codes[entry.credit_code] = entity
        first, *others = known
        for other in others:
            await self._join(other, first)
        for name in _names(entry):
            if normal(name) not in self._names:
                row = EntityName(
                    normal=normal(name), name=name, entity=first, published=published
                )
                self._names[row.normal] = row
                self._session.add(row)
        return first

    async def _join(self, other: int, into: int) -> None:
        """Make two entities one: a remark or a credit code says that they are."""
        await self._session.flush()
        for table in (RegisteredFiling, EntityName):
            moved = update(table).where(col(table.entity) == other).values(entity=into)
            await self._session.exec(moved, execution_options={"synchronize_session": "fetch"})
        entity = await self._session.get_one(Entity, other)
        kept = await self._session.get_one(Entity, into)
        kept.credit_code = kept.credit_code or entity.credit_code
        await self._session.delete(entity)


def _names(entry: Entry) -> list[str]:
    """Return an entry's entity by its name and those that its remark says it bore."""
    told = [entry.entity] if entry.entity else []
    for remark in entry.remarks:
        if remark.what is Change.ENTITY:
            told += [name for name in (remark.before, remark.after) if name]
    return told
