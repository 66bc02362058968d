"""Who filed: found by credit code, by any name they bore, or by a renaming that is told."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import delete, func, insert, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from lists.entry import Entry
from lists.remarks import Change
from lists.text import normal
from records.counters import last_value, raise_to
from records.register.tables import Entity, EntityName, RegisteredFiling

ENTITIES: Final = "register/entity"
"""Ids are counted: one that was dropped has an address that must not come to mean another."""


class Entities:
    """The entities that a batch of rows names, loaded at once and written at once."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._names: dict[str, int] = {}
        self._codes: dict[str, int] = {}
        self._code_of: dict[int, str] = {}
        self._next = 0
        self._new: list[dict[str, Any]] = []
        self._new_names: list[dict[str, Any]] = []
        self._new_codes: dict[int, str] = {}
        self._joined: dict[int, int] = {}

    async def load(self, entries: Iterable[Entry]) -> None:
        """Read what is known of the names and codes of some entries."""
        wanted = {normal(name) for entry in entries for name in _names(entry)}
        codes = {entry.credit_code for entry in entries} - {""}
        named = select(EntityName.normal, EntityName.entity)
        named = named.where(col(EntityName.normal).in_(wanted))
        self._names = dict((await self._session.exec(named)).all())
        coded = select(Entity.credit_code, Entity.id).where(
            col(Entity.credit_code).in_(codes) | col(Entity.id).in_(self._names.values()),
            Entity.credit_code != "",
        )
        self._codes = dict((await self._session.exec(coded)).all())
        self._code_of = {entity: code for code, entity in self._codes.items()}
        self._next = await last_value(self._session, ENTITIES)
        if not self._next:  # of a register before ids were counted
            self._next = (await self._session.exec(select(func.max(Entity.id)))).one() or 0

    def of(self, entry: Entry, published: str) -> int:
        """Return the id of an entry's entity; a new one is made, a renamed one is joined."""
        names = [(normal(name), name) for name in _names(entry)]
        known = [self._names[key] for key, _ in names if key in self._names]
        if entry.credit_code in self._codes:
            known.insert(0, self._codes[entry.credit_code])
        known = self._one(dict.fromkeys(map(self.now, known)), entry.credit_code)
        if not known:
            self._next += 1
            known = [self._next]
            new = {"id": self._next, "name": entry.entity, "credit_code": entry.credit_code}
            self._new.append(new)
        first, *others = known
        self._joined |= dict.fromkeys(others, first)
        codes = [code for e in known if (code := self._code_of.get(e))] or [entry.credit_code]
        if codes[0] and self._code_of.get(first) != codes[0]:
            self._codes[codes[0]] = first
            self._code_of[first] = self._new_codes[first] = codes[0]
        for key, name in names:
            if key not in self._names:
                self._names[key] = first
                row = {"normal": key, "name": name, "entity": first, "published": published}
                self._new_names.append(row)
        return first

    def _one(self, known: Iterable[int], code: str) -> list[int]:
        """Return those that may be one entity: two credit codes are two entities."""
        found: list[int] = []
        for entity in known:
            other = self._code_of.get(entity, "")
            if not other or not code or other == code:
                found.append(entity)
                code = code or other
        return found

    def now(self, entity: int) -> int:
        """Return what an entity has been joined into; itself otherwise."""
        while entity in self._joined:
            entity = self._joined[entity]
        return entity

    async def write(self) -> None:
        """Write the new entities and names; join those that proved to be one."""
        if self._new:
            await self._session.exec(insert(Entity), params=self._new)
            await raise_to(self._session, ENTITIES, self._next)
        if self._new_names:
            await self._session.exec(insert(EntityName), params=self._new_names)
        for entity, code in self._new_codes.items():
            coded = update(Entity).where(
                col(Entity.id) == entity, col(Entity.credit_code) == ""
            )
            await self._session.exec(coded.values(credit_code=code))

    async def join(self) -> None:
        """Make entities one where a remark or a credit code says that they are."""
        for other in self._joined:
            into = self.now(other)
            for table in (RegisteredFiling, EntityName):
                moved = update(table).where(col(table.entity) == other).values(entity=into)
                await self._session.exec(moved)
            await self._session.exec(delete(Entity).where(col(Entity.id) == other))

    async def drop_empty(self) -> None:
        """Drop the entities that no filing names any more."""
        filed = select(RegisteredFiling.entity)
        gone = select(Entity.id).where(col(Entity.id).not_in(filed))
        names = delete(EntityName).where(col(EntityName.entity).in_(gone))
        await self._session.exec(names)
        await self._session.exec(delete(Entity).where(col(Entity.id).not_in(filed)))


def _names(entry: Entry) -> list[str]:
    """Return an entry's entity by its name and those that its remark says it bore."""
    told = [entry.entity] if entry.entity else []
    for remark in entry.remarks:
        if remark.what is Change.ENTITY:
            told += [name for name in (remark.before, remark.after) if name]
    return told
