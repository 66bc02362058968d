"""What the records hold of papers: numbers without gaps, and the facts a paper needs."""

from collections.abc import Collection
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read, reference
from law.words import Words
from records.counters import next_value
from records.drafts import submission
from records.projection import state_adapter
from records.tables import (
    Case,
    Event,
    Paper,
    PaperNumber,
    Party,
    Payload,
    Person,
    Proceeding,
)


@dataclass(frozen=True, slots=True)
class Series:
    """A row of document numbers: of which body, of which kind, of which year."""

    party: str
    short: str  # how the body's numbers begin
    name: str
    year: int


@dataclass(frozen=True, slots=True)
class Done:
    """An event that a person brought about."""

    kind: str
    person: str
    role: str
    name: Words
    leaf: str  # of the trail, hex

    @property
    def reason(self) -> str:
        """As a personal signature names it."""
        return reference(self.kind, self.leaf)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a proceeding when a paper is written."""

    case: Case
    answers: dict[str, Any]
    state: Any
    parties: dict[str, Party]
    texts: dict[str, str]  # by commitment; an erased text is missing
    done: tuple[Done, ...] = ()  # by persons, in order


@dataclass(frozen=True, slots=True)
class Allotted:
    """The number of a paper, and the code by which its holder asks for it."""

    number: str
    code: str


async def allot(session: AsyncSession, series: Series, paper: tuple[str, str]) -> Allotted:
    """Return number and code of a paper (proceeding, template); they are allotted once."""
    proceeding, template = paper
    statement = select(PaperNumber).where(
        col(PaperNumber.proceeding) == proceeding, col(PaperNumber.template) == template
    )
    row = (await session.exec(statement)).one_or_none()
    if row is None:
        name = f"paper/{series.party}/{series.name}/{series.year}"
        row = PaperNumber(
            party_id=series.party,
            series=f"{series.short}{series.name}",
            year=series.year,
            serial=await next_value(session, name),
            proceeding=proceeding,
            template=template,
            code=token_hex(8).upper(),
        )
        session.add(row)
    return Allotted(f"{row.series}〔{row.year}〕第{row.serial:04d}号", row.code or "")


async def facts(session: AsyncSession, proceeding: str) -> Facts:
    """Return what is known of a proceeding."""
    row = await session.get_one(Proceeding, proceeding)
    case = await session.get_one(Case, row.case_number)
    frozen = await submission(session, row.case_number)
    if frozen is None:
        raise LookupError(f"{row.case_number} was never submitted")
    state = state_adapter(row.procedure).validate_json(row.state)
    wanted = {
        getattr(state.opening, name, "") or case.committee
        for name in ("institution", "committee", "organiser", "authority")
    }
    return Facts(
        case=case,
        answers=orjson.loads(frozen.answers),
        state=state,
        parties=await _parties(session, wanted),
        texts=await texts(session, proceeding),
        done=await done(session, proceeding),
    )


async def done(session: AsyncSession, proceeding: str) -> tuple[Done, ...]:
    """Return what persons did in a proceeding, in order."""
    statement = select(Event).where(col(Event.proceeding) == proceeding)
    rows = (await session.exec(statement.order_by(col(Event.seq)))).all()
    actors = [read(row.body)["actor"] for row in rows]
    ids = {actor["person"] for actor in actors}
    people = await session.exec(select(Person).where(col(Person.id).in_(ids)))
    names = {person.id: Words(person.name, person.name_en) for person in people}
    return tuple(
        Done(row.kind, actor["person"], actor["role"], names[actor["person"]], row.leaf.hex())
        for row, actor in zip(rows, actors, strict=True)
        if actor["person"] in names
    )


async def _parties(session: AsyncSession, ids: Collection[str]) -> dict[str, Party]:
    statement = select(Party).where(col(Party.id).in_(ids))
    return {party.id: party for party in (await session.exec(statement)).all()}


async def texts(
    session: AsyncSession, proceeding: str, hidden: Collection[str] = ()
) -> dict[str, str]:
    """Return the words of a proceeding by their commitment, those of some events left out."""
    statement = (
        select(Payload)
        .join(
            Event,
            (col(Event.proceeding) == col(Payload.proceeding))
            & (col(Event.seq) == col(Payload.seq)),
        )
        .where(col(Payload.proceeding) == proceeding, col(Event.kind).not_in(hidden))
    )
    return {row.commitment: row.value for row in (await session.exec(statement)).all()}


async def acts(session: AsyncSession, proceeding: str) -> frozenset[tuple[str, str]]:
    """Return what persons did in a proceeding, as a signature names it, and who."""
    return frozenset((act.reason, act.name.zh) for act in await done(session, proceeding))


async def paper_by_code(session: AsyncSession, code: str) -> tuple[Paper, Party] | None:
    """Return the issued paper that bears a code, and who issued it."""
    statement = (
        select(Paper, Party)
        .join(
            PaperNumber,
            (col(PaperNumber.proceeding) == col(Paper.proceeding))
            & (col(PaperNumber.template) == col(Paper.template)),
        )
        .join(Party, col(Party.id) == col(PaperNumber.party_id))
        .where(col(PaperNumber.code) == code.replace("-", "").upper())
    )
    return (await session.exec(statement)).first()


async def paper_by_hash(session: AsyncSession, sha256: str) -> Paper | None:
    """Return the paper whose bytes have this hash."""
    return await session.get(Paper, sha256)
