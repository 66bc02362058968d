"""Our own filings: into the register once recorded, and held against the authority's lists.

A filing number is taken in the transaction of the act that records it; its row is the outbox
from which the register is told.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from cases.filing import Filing
from law.clock import china_day
from law.filing_number import AlgorithmClass, parse
from lists.columns import Kind
from lists.entry import Entry
from lists.fold import FIELDS, GONE, Change, Told, differences, fold
from lists.official import Listed
from lists.table import TableRow
from records.facts import facts
from records.register.batch import Source
from records.register.entering import enter
from records.register.index import recount
from records.register.known import ENTRY, told_by
from records.register.tables import ListRow
from records.tables import Event, FilingNumber

_MOST: Final = 100
# The printed name of a class and remarks are the lists' own.
_COMPARED: Final = tuple(f for f in FIELDS if f not in {"class_name", "remark"})


async def unentered(session: AsyncSession) -> list[FilingNumber]:
    """Return numbers of ours that the register does not have yet, at most a hundred."""
    known = select(ListRow.place).where(ListRow.file == "")
    statement = select(FilingNumber).where(col(FilingNumber.proceeding).not_in(known))
    return list(await session.exec(statement.limit(_MOST)))


async def enter_own(session: AsyncSession, number: FilingNumber, recorded_at: str) -> None:
    """Enter a recorded filing of ours. Safe to repeat."""
    entry = await _entry(session, number)
    source = Source(file="", published=entry.on, recorded_at=recorded_at)
    cells = (entry.number, entry.algorithm, entry.entity)
    listed = Listed(TableRow(0, 0, cells), entry)
    await enter(session, source, [(number.proceeding, listed)])
    await recount(session)


async def _entry(session: AsyncSession, number: FilingNumber) -> Entry:
    known = await facts(session, number.proceeding)
    state: Filing = known.state
    said, filed = parse(number.number), known.answers["filing"]
    recorded = select(Event.at).where(
        Event.proceeding == number.proceeding, Event.kind == "filing.recorded"
    )
    at = (await session.exec(recorded)).one()
    institution = known.parties[known.case.institution]
    synthesis = state.opening.algorithm_class is AlgorithmClass.SYNTHESIS
    return Entry(
        kind=Kind.SYNTHESIS if synthesis else Kind.GENERAL,
        number=said.digits,
        algorithm=filed["algorithm_name"],
        class_name=state.opening.algorithm_class.words.zh,
        algorithm_class=state.opening.algorithm_class.value,
        role=state.opening.role if synthesis else "",
        entity=institution.name,
        product=known.answers["service"]["name"],
        purpose=filed["scenario"],
        credit_code=institution.credit_code,
        division=said.division,
        year=f"20{said.year}",
        on=china_day(datetime.fromisoformat(at)).isoformat(),
        doubts=said.doubts(),
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """A filing of ours against the lists: where it is listed, and what is told otherwise."""

    number: str
    algorithm: str
    entity: str
    listed: str  # the month of the last list; empty where none has it
    differing: tuple[Change, ...]


async def reconcile(session: AsyncSession) -> tuple[Compared, ...]:
    """Return every filing of ours as the lists tell it: present, missing, differing."""
    rows = select(ListRow).where(ListRow.file == "").order_by(col(ListRow.id))
    found: list[Compared] = []
    for row in (await session.exec(rows)).all():
        own = ENTRY.validate_json(row.said)
        listed = await _listed(session, row)
        told = fold(listed) if listed else None
        differing: tuple[Change, ...] = ()
        if told is not None:
            differing = differences(own, told.entry, _COMPARED)
            if told.state in GONE:
                differing += (Change("state", "filed", told.state),)
        month = told.published if told else ""
        found.append(Compared(own.number, own.algorithm, own.entity, month, differing))
    return tuple(found)


async def _listed(session: AsyncSession, own: ListRow) -> list[Told]:
    """Return what lists told of a filing of ours, else of its number.

    A number of ours may stand in another kind of list, or under other names.
    """
    lists = select(ListRow).where(ListRow.file != "").order_by(col(ListRow.id))
    mine = await session.exec(lists.where(ListRow.filing == own.filing))
    told = [told_by(row) for row in mine]
    if any(one.entry.algorithm for one in told):
        return told
    same = lists.where(ListRow.number == own.number, col(ListRow.filing).is_not(None))
    return [told_by(row) for row in await session.exec(same)]
