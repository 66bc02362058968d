"""What the records hold of papers: numbers without gaps, and the facts a paper needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Literal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read
from cases.proceeding import Paper as IssuedPaper
from records.counters import last_value, next_value, raise_to
from records.facts import done
from records.folding import state_adapter
from records.tables import (
    Paper,
    PaperNumber,
    Party,
    Proceeding,
)

Standing = Literal["current", "replaced", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Series:
    """A row of document numbers: of which body, of which kind, of which year."""

    party: str
    short: str  # how the body's numbers begin
    name: str
    year: int


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
        name = _counter(series)
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


def _counter(series: Series) -> str:
    return f"paper/{series.party}/{series.name}/{series.year}"


async def readmit(
    session: AsyncSession, series: Series, paper: tuple[str, IssuedPaper], occasion: int
) -> None:
    """Enter the number of an issued paper again where it was lost, so that no other gets it.

    The code that is printed on the paper stands nowhere else: it is not entered again.
    """
    proceeding, issued = paper
    serial = int(issued.number.rsplit("第", 1)[1].removesuffix("号"))
    row = PaperNumber(
        party_id=series.party,
        series=f"{series.short}{series.name}",
        year=series.year,
        serial=serial,
        proceeding=proceeding,
        template=issued.template if occasion == 1 else f"{issued.template}/{occasion}",
    )
    key = (row.party_id, row.series, row.year, row.serial)
    if await session.get(PaperNumber, key) is not None:
        return
    session.add(row)
    name = _counter(series)
    await raise_to(session, name, max(serial, await last_value(session, name)))


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
    """Return the row of a number."""
    statement = select(PaperNumber).where(col(PaperNumber.proceeding) == of)
    for row in (await session.exec(statement)).all():
        if _whole(number) == _number(row):
            return row
    raise LookupError(f"{of}: no paper bears {number}")


def _number(row: PaperNumber) -> str:
    return composed(row.series, row.year, row.serial)


def composed(series: str, year: int, serial: int) -> str:
    """Return a document number as it is printed."""
    return f"{series}〔{year}〕第{serial:04d}号"


def issued_numbers(bodies: Iterable[bytes]) -> set[tuple[str, str]]:
    """Return each number that entries issued, with the proceeding it was allotted in."""
    entries = [read(body) for body in bodies]
    issued = [
        (entry["proceeding"], entry["event"]["paper"])
        for entry in entries
        if entry["event"]["kind"] == "paper.issued"
    ]
    return {(paper.get("of") or place, _whole(paper["number"])) for place, paper in issued}


def _whole(number: str) -> str:
    """Return a number; a part of a dossier bears the number of its index."""
    return number.split("之", maxsplit=1)[0]


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
