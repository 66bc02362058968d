"""The trail of a case: its entries, and for each the proof that the signed tree holds it."""

import asyncio
from base64 import b64encode
from dataclasses import asdict, replace
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import PlainTextResponse
from pydantic import AwareDatetime
from sqlmodel.ext.asyncio.session import AsyncSession

from api.deps import NeedsCase, ServicesDep, Standing
from api.errors import PrerequisiteError
from api.reading import Reads
from api.services import Services
from api.views import hidden_kinds
from audit.bundle import Bundle, Trusted, pack
from audit.event import moment, read
from audit.notes import NOTE, verifier
from audit.proof import LogProof, encoded
from law.words import Words
from records import trail
from records.bundles import Wanted, gather, papers_of
from records.checkpoints import cosigned, publish
from records.errors import NotFoundError
from records.feed import ballots_of, vote_is_open
from records.folding import event_schema
from records.history import as_of, powers
from records.reading import acted, proceedings
from records.tables import Event
from records.trail import LAST

router = APIRouter(prefix="/v1/cases/{number}", tags=["trail"])
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 9000
StandingDep = Annotated[Standing, Depends(NeedsCase("trail.read"))]
Index = Annotated[int, Path(ge=0, le=LAST)]


@router.get("/trail")
async def read_trail(
    standing: StandingDep,
    services: ServicesDep,
    after: Annotated[int, Query(ge=-1, le=LAST)] = -1,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Return the case's entries in order; `body` is what was hashed, `next` pages on.

    The body of a ballot is null until its vote has an outcome.
    """
    async with services.database.reading() as session:
        rows = await trail.events_of_case(session, standing.case.number, after, limit)
        sealed = await _sealed_ballots(session, standing.case.number)
    items = [
        {
            "index": row.index,
            "body": None if (row.proceeding, row.kind) in sealed else orjson.loads(row.body),
            "leaf": row.leaf.hex(),
        }
        for row in rows
    ]
    return {"items": items, "next": rows[-1].index if len(rows) == limit else None}


@router.get("/trail/{index}/proof")
async def prove(index: Index, standing: StandingDep, services: ServicesDep) -> dict[str, Any]:
    """Return an entry's bytes and the proof that the signed tree holds them (RFC 6962)."""
    row, proof, (size, root) = await _proved(services, standing, index)
    return {
        "index": index,
        "size": size,
        "root": root,
        "entry": b64encode(row.body).decode(),
        "proof": encoded(proof.hashes),
        "checkpoint": proof.note,
    }


@router.get("/trail/{index}/tlog-proof", response_class=PlainTextResponse)
async def prove_as_text(index: Index, standing: StandingDep, services: ServicesDep) -> str:
    """Return the same as a C2SP tlog-proof, which others' tools read."""
    _, proof, _ = await _proved(services, standing, index)
    return proof.text


@router.get("/as-of")
async def read_as_of(
    standing: StandingDep, services: ServicesDep, at: AwareDatetime
) -> dict[str, Any]:
    """Return the case as it stood at a second, and who could see and do what then.

    Votes that have no outcome today are told without their ballots.
    """
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise NotFoundError(Words("当时还没有记录", "the case had no entry then"))
    number = standing.case.number
    async with services.database.reading() as session:
        stood = await as_of(session, number, moment(at))
        if not stood.entries:
            raise NotFoundError(Words("当时还没有记录", "the case had no entry then"))
        could = await powers(session, stood, services.access)
        sealed = {place for place, _ in await _sealed_ballots(session, number)}
    told: dict[str, Any] = asdict(stood) | {"powers": asdict(could)}
    for one in told["proceedings"]:
        if one["id"] in sealed:
            one["state"].pop("ballots", None)
    return told


@router.get("/bundle", response_class=Response)
async def export_bundle(
    standing: Annotated[Standing, Depends(Reads("trail.read", "bundle"))],
    services: ServicesDep,
) -> Response:
    """Return the case as a zip that verifies offline: entries, proofs, words, papers, keys."""
    number = standing.case.number
    hidden = {row.id: hidden_kinds(row, standing.relations) for row in standing.proceedings}
    wanted = Wanted(number, hidden=hidden)
    async with services.database.writing() as session:
        note = await publish(session, services.log, services.now())
        note = await cosigned(session, note)
        bundle = await gather(session, wanted, note, _trusted(services), event_schema())
        # A bundle leaves nothing out, so it waits until ballots may be seen.
        open_votes = filter(vote_is_open, await proceedings(session, number))
        if any(orjson.loads(row.state)["ballots"] for row in open_votes):
            raise PrerequisiteError(Words("表决尚未结束", "a vote has no outcome yet"))
    return await _packed(services, bundle, number)


@router.get("/receipts/{request}/bundle", response_class=Response)
async def export_receipt(
    request: Annotated[str, Path(pattern="^[0-9a-f]{32}$")],
    standing: Annotated[Standing, Depends(NeedsCase("receipt.read"))],
    services: ServicesDep,
) -> Response:
    """Return one's own act as a zip that verifies offline, also a ballot of an open vote.

    It proves to the one who acted that the act stands in the signed tree, and what it said.
    """
    number = standing.case.number
    async with services.database.writing() as session:
        rows = await acted(session, request)
        if not any(_is_of(row, standing) for row in rows):
            raise NotFoundError(Words("没有你的该项办理", "there is no such act of yours"))
        note = await publish(session, services.log, services.now())
        note, wanted = await cosigned(session, note), Wanted(number, act=request)
        bundle = await gather(session, wanted, note, _trusted(services), event_schema())
    return await _packed(services, bundle, f"{number}-{request[:8]}")


def _is_of(row: Event, standing: Standing) -> bool:
    actor: dict[str, str] = read(row.body)["actor"]
    own = (standing.person.id, standing.person.party, standing.case.number)
    return (actor["person"], actor["body"], row.case_number) == own


async def _packed(services: Services, bundle: Bundle, name: str) -> Response:
    papers = {paper: await services.papers.get(paper) for paper in papers_of(bundle)}
    whole = replace(bundle, papers=papers)
    data = await asyncio.to_thread(pack, whole, services.log.origin, services.log.key)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.zip"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type="application/zip", headers=headers)


def _trusted(services: Services) -> Trusted:
    log = [verifier(services.log.origin, NOTE, key) for key in services.log_verifiers()]
    return services.trust().sent_along(log, services.witnesses())


async def _proved(
    services: Services, standing: Standing, index: int
) -> tuple[Event, LogProof, tuple[int, str]]:
    async with services.database.writing() as session:
        row = await _entry(session, standing, index)
        note = await publish(session, services.log, services.now())
        _, size, root = note.split("\n")[:3]
        hashes = await trail.inclusion(session, index, int(size))
    return row, LogProof(index, hashes, note), (int(size), root)


async def _entry(session: AsyncSession, standing: Standing, index: int) -> Event:
    rows = await trail.events_of_case(session, standing.case.number, index - 1, 1)
    if not rows or rows[0].index != index:
        raise NotFoundError(Words("本案没有该记录", "the case has no such entry"))
    sealed = await _sealed_ballots(session, standing.case.number)
    if (rows[0].proceeding, rows[0].kind) in sealed:
        raise PrerequisiteError(Words("表决尚未结束", "the vote has no outcome yet"))
    return rows[0]


async def _sealed_ballots(session: AsyncSession, number: str) -> set[tuple[str, str]]:
    """Return (proceeding, kind of its ballots) of every vote that has no outcome yet.

    It is asked after the entries were read: a ballot that is shown was counted by then.
    """
    return {
        (row.id, ballots_of(row.procedure))
        for row in await proceedings(session, number)
        if vote_is_open(row)
    }
