"""The public register as open data: search, filings, entities, figures, exports, feeds."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from api import shapes
from api.deps import LanguageDep, Public, ServicesDep
from api.errors import MalformedError
from api.exports import csv_lines, json_lines, workbook
from api.feeds import atom, json_feed
from api.shapes import answers
from law.filing_number import FilingNumberError, near, parse
from law.words import Language, Words
from lists.entry import model_parts
from records.errors import NotFoundError
from records.register.reading import History, Holder, histories, holder, known_near, newest
from records.register.search import LARGEST_PAGE, PAGE, SearchError, search
from records.register.search import Query as Searched
from records.register.statistics import statistics

_MOST_KEY: Final = 2**31 - 1
router = APIRouter(
    prefix="/v1/register", tags=["register"], dependencies=[Depends(Public("register.read"))]
)
_CSV: Final = "text/csv; charset=utf-8"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


_JSONL: Final = "application/x-ndjson"
_ATOM: Final = "application/atom+xml"


def _of(kind: str) -> dict[int | str, dict[str, Any]]:
    """Describe an answer that is a file; 304 where the asker has it."""
    content = {kind.split(";", maxsplit=1)[0]: {"schema": {"type": "string"}}}
    return {200: {"content": content}, 304: {"description": "Not Modified"}}


Before = Annotated[int | None, Query(ge=1, le=_MOST_KEY)]


class Asked(BaseModel):
    """What is searched."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(default="", description="词，以空格分隔 · terms between spaces")
    kind: str = ""
    algorithm_class: str = Field(default="", alias="class")
    role: str = ""
    region: str = ""
    year: str = ""
    state: str = ""
    after: int | None = Field(default=None, ge=1, le=_MOST_KEY)
    lang: str = Field(default="", description="页面的语言 · language of the page")
    limit: int = Field(default=PAGE, ge=1, le=LARGEST_PAGE)

    @property
    def query(self) -> Searched:
        """The same for the register."""
        facets = {"kind": self.kind, "class": self.algorithm_class, "role": self.role}
        facets |= {"region": self.region, "year": self.year, "state": self.state}
        chosen = {facet: value for facet, value in facets.items() if value}
        return Searched(self.q, chosen, self.after, self.limit)


@router.get("/filings", responses=answers(shapes.Page))
async def find(what: Annotated[Asked, Query()], services: ServicesDep) -> dict[str, Any]:
    """Find filings, the newest first; `next` goes on after this page.

    Facets of a search are counted over its newest hits, at most 100 (`counted`); without a
    condition, over the whole register (null). Where not every hit was counted,
    `other_values` are those that further hits may have.
    """
    async with services.database.reading() as session:
        try:
            found = await search(session, what.query)
        except SearchError as error:
            raise MalformedError(error.words) from None
    return {
        "items": [dict(hit) for hit in found.hits],
        "next": found.after,
        "facets": found.facets,
        "counted": found.counted,
        "counted_every_hit": found.every,
        "other_values": found.others,
    }


@router.get("/filings/{number:path}", responses=answers(list[shapes.Told]))
async def filings_of(
    number: Annotated[str, Path(max_length=250)],
    services: ServicesDep,
    said: LanguageDep,
) -> list[dict[str, Any]]:
    """Return every filing that bears a number, with each list row that told it."""
    async with services.database.reading() as session:
        found = await histories(session, number)
    if not found:
        raise NotFoundError(_unknown(number))
    return [_history(one, said) for one in found]


def _history(one: History, said: Language) -> dict[str, Any]:
    return one.filing.model_dump(exclude={"text", "doubts"}) | {
        "doubts": [zh if said == "zh-CN" else en for zh, en in one.doubts],
        "history": [asdict(telling) for telling in one.tellings],
    }


@router.get("/entities/{key}", responses=answers(shapes.Holder))
async def entity(
    key: Annotated[int, Path(ge=1, le=_MOST_KEY)],
    services: ServicesDep,
    after: Annotated[int | None, Query(ge=1, le=_MOST_KEY)] = None,
) -> dict[str, Any]:
    """Return an entity: its names over time and its filings, the newest first."""
    async with services.database.reading() as session:
        found: Holder | None = await holder(session, key, after)
    if found is None:
        raise NotFoundError(_unknown(str(key)))
    return {
        **found.entity.model_dump(),
        "names": [name.model_dump(include={"name", "published"}) for name in found.names],
        "filings": [f.model_dump(exclude={"text", "doubts"}) for f in found.filings],
        "total": found.total,
        "next": found.after,
    }


@router.get("/numbers/{text}", responses=answers(shapes.Diagnosis))
async def doctor(
    text: Annotated[str, Path(max_length=250)],
    services: ServicesDep,
    said: LanguageDep,
) -> dict[str, Any]:
    """Explain a filing number, say what speaks against it, propose near ones that exist."""
    async with services.database.reading() as session:
        return await diagnosis(session, text, said)


async def diagnosis(session: AsyncSession, text: str, said: Language) -> dict[str, Any]:
    """Return what a number says and what the register knows of it."""
    listed = await histories(session, text)
    known = await known_near(session, text)
    told, speaking = _explained(text)
    parts = [
        {"name": name.say(said), "text": part, "meaning": meaning.say(said)}
        for name, part, meaning in told
    ]
    doubts = [words.say(said) for words in speaking]
    doubts += [zh if said == "zh-CN" else en for one in listed for zh, en in one.doubts]
    return {
        "text": text,
        "parts": parts,
        "doubts": list(dict.fromkeys(doubts)),
        "listed": len(listed),
        "near_listed": list(known),
        "near": list(near(text)),
    }


def _explained(text: str) -> tuple[Sequence[tuple[Words, str, Words]], Sequence[Words]]:
    """Return the parts of a number, and what speaks against it."""
    if parts := model_parts(text):
        return parts, ()
    try:
        number = parse(text)
    except FilingNumberError as error:
        return (), (error.words,)
    return number.parts(), number.doubts()


@router.get("/statistics")
async def figures(services: ServicesDep) -> dict[str, dict[str, int]]:
    """Return the register in figures: by month, year, kind, class, role, region, state."""
    async with services.database.reading() as session:
        return await statistics(session)


@router.get("/export.csv", responses=_of(_CSV))
async def export_csv(services: ServicesDep) -> StreamingResponse:
    """Return all filings as CSV in UTF-8 with a byte-order mark."""
    return StreamingResponse(csv_lines(services.database), headers=_named("csv", _CSV))


@router.get("/export.jsonl", responses=_of(_JSONL))
async def export_json_lines(services: ServicesDep) -> StreamingResponse:
    """Return all filings, one JSON document a line."""
    headers = _named("jsonl", _JSONL)
    return StreamingResponse(json_lines(services.database), headers=headers)


@router.get("/export.xlsx", responses=_of(_XLSX))
async def export_workbook(services: ServicesDep) -> StreamingResponse:
    """Return all filings as a workbook."""
    return StreamingResponse(workbook(services.database), headers=_named("xlsx", _XLSX))


@router.get("/feed.atom", responses=_of(_ATOM))
async def feed_atom(services: ServicesDep, before: Before = None) -> Response:
    """Return what was added, changed and cancelled last, as an Atom feed (RFC 4287)."""
    async with services.database.reading() as session:
        rows = await newest(session, before)
    return Response(atom(rows, services.public_url), media_type=_ATOM)


@router.get("/feed.json")
async def feed_json(services: ServicesDep, before: Before = None) -> dict[str, Any]:
    """Return the same as a JSON Feed (version 1.1)."""
    async with services.database.reading() as session:
        return json_feed(await newest(session, before), services.public_url)


def _named(ending: str, kind: str) -> dict[str, str]:
    name = f'attachment; filename="shenbei-register.{ending}"'
    return {"Content-Disposition": name, "Content-Type": kind}


def _unknown(what: str) -> Words:
    return Words(f"登记簿没有「{what}」", f"the register has no {what}")
