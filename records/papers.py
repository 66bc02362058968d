"""What the records hold of papers: numbers without gaps, and the facts a paper needs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any, Literal

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read, reference
from cases.proceeding import Paper as IssuedPaper
from law.words import Words
from records.counters import next_value
from records.drafts import submission
from records.folding import fold, state_adapter
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
from records.trail import events_of_proceeding

Standing = Literal["current", "replaced", "withdrawn"]


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
    words: Mapping[str, str]  # by path; an erased text is missing

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


async def allot(
    session: AsyncSession, series: Series, paper: tuple[str, str], occasion: int = 1
) -> Allotted:
    """Return number and code of a paper (proceeding, template); they are allotted once."""
    proceeding, kind = paper
    template = kind if occasion == 1 else f"{kind}/{occasion}"
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
    return Allotted(_number(row), row.code or "")


async def allotted(session: AsyncSession, of: str, number: str) -> Allotted:
    """Return a number that was allotted in a proceeding, and its code.

    Raises:
        LookupError: It was not.
    """
    row = await _numbered(session, of, number)
    return Allotted(number, row.code or "")


async def issued_as(session: AsyncSession, paper: Paper) -> IssuedPaper:
    """Return a paper as the event that issued it tells."""
    row = await session.get_one(Proceeding, paper.proceeding)
    state = state_adapter(row.procedure).validate_json(row.state)
    found: IssuedPaper = next(p for p in state.papers if p.sha256 == paper.sha256)
    return found


async def issuer_of(session: AsyncSession, paper: Paper) -> Party:
    """Return the body that issued a paper."""
    row = await _numbered(session, paper.of, paper.number)
    return await session.get_one(Party, row.party_id)


async def _numbered(session: AsyncSession, of: str, number: str) -> PaperNumber:
    """Return the row of a number; a part of a dossier bears the number of its index."""
    statement = select(PaperNumber).where(col(PaperNumber.proceeding) == of)
    for row in (await session.exec(statement)).all():
        if number.split("之", maxsplit=1)[0] == _number(row):
            return row
    raise LookupError(f"{of}: no paper bears {number}")


def _number(row: PaperNumber) -> str:
    return f"{row.series}〔{row.year}〕第{row.serial:04d}号"


async def facts(session: AsyncSession, proceeding: str, as_of: int = 0) -> Facts:
    """Return what is known of a proceeding; with `as_of`, nothing that came after an event."""
    row = await session.get_one(Proceeding, proceeding)
    case = await session.get_one(Case, row.case_number)
    state = state_adapter(row.procedure).validate_json(row.state)
    version = getattr(state.opening, "version", None)
    frozen = await submission(session, row.case_number, version)
    if frozen is None:
        raise LookupError(f"{row.case_number} was never submitted")
    if as_of and as_of < row.seq:
        entries = await events_of_proceeding(session, proceeding)
        state = fold(proceeding, entries[:as_of])
    wanted = {
        getattr(state.opening, name, "") or case.committee
        for name in ("institution", "committee", "organiser", "authority", "issuer")
    }
    return Facts(
        case=case,
        answers=orjson.loads(frozen.answers),
        state=state,
        parties=await _parties(session, wanted),
        texts=await texts(session, proceeding),
        done=await done(session, proceeding, as_of),
    )


async def done(session: AsyncSession, proceeding: str, as_of: int = 0) -> tuple[Done, ...]:
    """Return what persons did in a proceeding, in order; up to an event where one is named."""
    found = await events_of_proceeding(session, proceeding)
    rows = [row for row in found if not as_of or row.seq <= as_of]
    actors = [read(row.body)["actor"] for row in rows]
    ids = {actor["person"] for actor in actors}
    people = await session.exec(select(Person).where(col(Person.id).in_(ids)))
    names = {person.id: Words(person.name, person.name_en) for person in people}
    said = await _said(session, proceeding)
    return tuple(
        Done(
            row.kind,
            actor["person"],
            actor["role"],
            names[actor["person"]],
            row.leaf.hex(),
            said.get(row.seq, {}),
        )
        for row, actor in zip(rows, actors, strict=True)
        if actor["person"] in names
    )


async def _said(session: AsyncSession, proceeding: str) -> dict[int, dict[str, str]]:
    """Return the words of a proceeding by event and path."""
    statement = (
        select(Payload)
        .where(col(Payload.proceeding) == proceeding)
        .order_by(col(Payload.seq), col(Payload.path))
    )
    said: dict[int, dict[str, str]] = {}
    for row in (await session.exec(statement)).all():
        said.setdefault(row.seq, {})[row.path] = row.value
    return said


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


async def acts(session: AsyncSession, paper: Paper) -> frozenset[tuple[str, str]]:
    """Return what persons did where a paper was issued, as a signature names it, and who."""
    told = await done(session, paper.proceeding)
    return frozenset((act.reason, act.name.zh) for act in told)


async def ending(session: AsyncSession, before: str, after: str, limit: int) -> Sequence[str]:
    """Return papers whose archive ends before a moment, or nobody looked yet, by hash."""
    until = col(Paper.archived_until)
    statement = (
        select(Paper.sha256)
        .where(col(Paper.sha256) > after, until.is_(None) | (until < before))
        .order_by(col(Paper.sha256))
        .limit(limit)
    )
    return (await session.exec(statement)).all()


async def archived(session: AsyncSession, sha256: str, until: str) -> None:
    """Remember until when a paper's archive time-stamp holds."""
    paper = await session.get_one(Paper, sha256)
    paper.archived_until = until
    session.add(paper)


def standing_of(paper: Paper) -> Standing:
    """Return what an issued paper is worth today."""
    if paper.withdrawn_at is not None:
        return "withdrawn"
    return "current" if paper.replaced_by is None else "replaced"


async def paper_by_code(session: AsyncSession, code: str) -> tuple[Paper, Party] | None:
    """Return the newest version of the paper that bears a code, and who issued it."""
    wanted = col(PaperNumber.code) == code.replace("-", "").upper()
    row = (await session.exec(select(PaperNumber).where(wanted))).one_or_none()
    if row is None:
        return None
    versions = (
        select(Paper)
        .where(col(Paper.of) == row.proceeding, col(Paper.number) == _number(row))
        .order_by(col(Paper.version).desc())
    )
    newest = (await session.exec(versions)).first()
    if newest is None:
        return None
    return newest, await session.get_one(Party, row.party_id)


async def paper_of_file(
    session: AsyncSession, sha256: str, earlier: Sequence[str]
) -> Paper | None:
    """Return the paper that a file is, or was before its archive was renewed."""
    for one in (sha256, *earlier):
        if (paper := await paper_by_hash(session, one)) is not None:
            return paper
    return None


async def paper_by_hash(session: AsyncSession, sha256: str) -> Paper | None:
    """Return the paper whose bytes have this hash."""
    return await session.get(Paper, sha256)
