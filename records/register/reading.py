"""Read one filing with its history, one entity with its names, the newest changes."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

import orjson
import sqlalchemy
from sqlalchemy import RowMapping
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from law.filing_number import slips
from lists.columns import Kind
from lists.fold import Change, Told, changes, fold, outcome
from lists.grams import wanted
from lists.remarks import Remark
from lists.text import clean, normal
from records.counters import last_value
from records.database import Database
from records.register.hits import Asked, hits
from records.register.known import ENTRY
from records.register.tables import Entity, EntityName, RegisteredFiling

_MOST: Final = 200
_BY_AGE: Final = (col(EntityName.published), col(EntityName.normal))
_PAGE: Final = 2000
_NAMED: Final = re.compile("[A-Za-z]{2}")
_TABLES: Final = RegisteredFiling.metadata.tables


@dataclass(frozen=True, slots=True)
class Telling:
    """One row of a list that names a filing: what it said, and what that changed."""

    published: str
    since: str
    kind: Kind
    outcome: str
    changes: tuple[Change, ...]
    remarks: tuple[Remark, ...]
    remark: str
    file: str  # its name
    sha256: str
    place: str


@dataclass(frozen=True, slots=True)
class History:
    """A filing as it stands, with every row that told it, in order of publication."""

    filing: RegisteredFiling
    tellings: tuple[Telling, ...]

    @property
    def doubts(self) -> tuple[tuple[str, str], ...]:
        """What speaks against it, in both languages."""
        return tuple((zh, en) for zh, en in orjson.loads(self.filing.doubts))


async def histories(session: AsyncSession, number: str) -> tuple[History, ...]:
    """Return all filings that bear a number, with their histories."""
    digits = normalize("NFKC", clean(number)).removeprefix("网信算备").removesuffix("号")
    filings = select(RegisteredFiling).where(RegisteredFiling.number == digits)
    found = (await session.exec(filings.order_by(col(RegisteredFiling.id)))).all()
    if not found and _NAMED.search(digits):  # a model's number, in other capitals
        spelt = col(RegisteredFiling.id).in_(await _spelt(session, digits))
        found = (await session.exec(select(RegisteredFiling).where(spelt))).all()
    return tuple([History(filing, await _tellings(session, filing.id)) for filing in found])


async def _spelt(session: AsyncSession, number: str) -> list[int]:
    term = normal(number)
    asked = Asked(tuple(wanted(term)), (term,))
    found = await hits(session, asked, ("id", "number"), _MOST, bounded=True)
    return [row["id"] for row in found.rows if normal(row["number"]) == term]


async def _tellings(session: AsyncSession, filing: int) -> tuple[Telling, ...]:
    row, file = _TABLES["register_row"].c, _TABLES["register_file"].c
    joined = _TABLES["register_row"].outerjoin(
        _TABLES["register_file"], file.sha256 == row.file
    )
    shown = (row.id, row.published, row.file, row.place, row.said, file.name)
    rows = sqlalchemy.select(*shown).select_from(joined).where(row.filing == filing)
    found = (await (await session.connection()).execute(rows.order_by(row.id))).mappings()
    told = [
        (
            Told(one["published"], (one["file"], one["id"]), ENTRY.validate_json(one["said"])),
            one,
        )
        for one in found
    ]
    told.sort(key=lambda pair: pair[0].rank)
    tellings: list[Telling] = []
    before = None
    for n, (one, printed) in enumerate(told, 1):
        after = fold([t for t, _ in told[:n]])
        tellings.append(
            Telling(
                printed["published"],
                one.told_on,
                one.entry.kind,
                outcome(before, after),
                changes(before, after),
                one.entry.remarks,
                one.entry.remark,
                printed["name"] or "",
                printed["file"],
                printed["place"],
            )
        )
        before = after
    return tuple(tellings)


async def known_near(session: AsyncSession, number: str) -> tuple[str, ...]:
    """Return the numbers one slip away that the register knows."""
    proposed = [digits for digits in slips(number) if digits not in number]
    known = select(RegisteredFiling.number).where(col(RegisteredFiling.number).in_(proposed))
    found = set(await session.exec(known))
    return tuple(f"网信算备{digits}号" for digits in proposed if digits in found)[:5]


@dataclass(frozen=True, slots=True)
class Holder:
    """An entity, all names it bore, and its newest filings."""

    entity: Entity
    names: tuple[EntityName, ...]
    filings: tuple[RegisteredFiling, ...]
    after: int | None
    total: int  # of its filings, on all pages


async def holder(session: AsyncSession, key: int, after: int | None = None) -> Holder | None:
    """Return an entity with a page of its filings, the newest first; None if unknown."""
    entity = await session.get(Entity, key)
    if entity is None:
        return None
    names = select(EntityName).where(EntityName.entity == key)
    rows = select(RegisteredFiling).where(RegisteredFiling.entity == key)
    if after is not None:
        rows = rows.where(RegisteredFiling.id < after)
    newest = rows.order_by(col(RegisteredFiling.id).desc()).limit(_MOST + 1)
    found = (await session.exec(newest)).all()
    told = (await session.exec(names.order_by(*_BY_AGE))).all()
    more = found[_MOST - 1].id if len(found) > _MOST else None
    counting = select(sqlalchemy.func.count()).where(RegisteredFiling.entity == key)
    total = (await session.exec(counting)).one()
    return Holder(entity, tuple(told), tuple(found[:_MOST]), more, total)


async def version(session: AsyncSession) -> int:
    """Return what grows with every row that is entered; also where rows were taken back."""
    return await last_value(session, "register/row")


async def newest(
    session: AsyncSession, before: int | None = None, most: int = 50
) -> Sequence[RowMapping]:
    """Return the newest rows that added, changed or cancelled a filing, with the filing.

    Args:
        session: A session.
        before: The id of a row: those before it, for the next page.
        most: Rows of a page.
    """
    row, filing = _TABLES["register_row"].c, _TABLES["register_filing"].c
    joined = _TABLES["register_row"].join(_TABLES["register_filing"], filing.id == row.filing)
    told = (row.id, row.outcome, row.published, row.changes, row.recorded_at)
    shown = (*told, filing.number, filing.algorithm, filing.entity_name)
    statement = (
        sqlalchemy.select(*shown)
        .select_from(joined)
        .where(row.outcome.in_(("added", "changed", "cancelled", "revoked")))
        .order_by(row.id.desc())
        .limit(most)
    )
    if before is not None:
        statement = statement.where(row.id < before)
    return (await (await session.connection()).execute(statement)).mappings().all()


async def every(database: Database, columns: Sequence[str]) -> AsyncIterator[RowMapping]:
    """Yield all filings in the order they were entered; no connection is held meanwhile."""
    last = 0
    filing = _TABLES["register_filing"].c
    shown = sqlalchemy.select(*(filing[name] for name in ("id", *columns)))
    while True:
        page = shown.where(filing.id > last).order_by(filing.id).limit(_PAGE)
        async with database.reading() as session:
            found = (await (await session.connection()).execute(page)).mappings().all()
        for row in found:
            yield row
        if len(found) < _PAGE:
            return
        last = found[-1]["id"]
