"""Open to everybody: the signed checkpoint, the trust root, and the check of a paper."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Path, Query
from fastapi.responses import PlainTextResponse
from sqlmodel.ext.asyncio.session import AsyncSession

from api.deps import LanguageDep, Public, ServicesDep
from api.errors import MalformedError
from api.services import Services
from audit.checkpoint import Checkpoint, CheckpointError, read_body, verifier_key
from audit.event import moment
from audit.notes import cosignatures
from audit.proof import encoded
from cases.errors import NotEntitledError
from documents.html import title
from documents.store import digest
from documents.verdict import Issued, Verdict, compare, report
from law.words import Language, Words
from records import trail
from records.checkpoints import cosigned, keep, newest, publish
from records.errors import NotFoundError
from records.papers import acts, paper_by_code, paper_of_file, standing_of
from records.tables import Checkpoint as CheckpointRow
from records.tables import Cosignature, Paper

router = APIRouter(prefix="/v1", tags=["proof"])
_AHEAD: Final = 300  # seconds that a witness's clock may be fast
CODE: Final = re.compile("[0-9A-Fa-f]{4}(-?[0-9A-Fa-f]{4}){3}")


@router.get(
    "/trail/checkpoint",
    response_class=PlainTextResponse,
    dependencies=[Depends(Public("trail.checkpoint"))],
)
async def read_checkpoint(services: ServicesDep) -> str:
    """Return the newest state of the trail as a signed note (C2SP tlog-checkpoint)."""
    async with services.database.reading() as session:
        if (note := await newest(session, services.log)) is not None:
            return await cosigned(session, note)
    async with services.database.writing() as session:
        return await publish(session, services.log, services.now())


@router.post(
    "/trail/cosignatures", status_code=201, dependencies=[Depends(Public("trail.cosign"))]
)
async def take_cosignature(
    note: Annotated[str, Body(media_type="text/plain", max_length=10_000)],
    services: ServicesDep,
) -> dict[str, Any]:
    """Take the line of a witness we know under a checkpoint of ours (C2SP cosignature/v1)."""
    seen = cosignatures(note, services.witnesses())
    try:
        checkpoint = read_body(note, services.log.origin)
    except CheckpointError as error:
        raise MalformedError(Words("不是检查点", str(error))) from None
    if not seen:
        raise NotEntitledError(
            Words("不是已登记见证人的副署", "no line of a witness that is known here")
        )
    latest = int(services.now().timestamp()) + _AHEAD
    if any(one.at > latest for one in seen):
        raise MalformedError(Words("副署时间未到", "a cosignature of a time to come"))
    async with services.database.writing() as session:
        await _demand_ours(session, checkpoint)
        for one in seen:
            row = Cosignature(
                size=checkpoint.size,
                witness=one.witness,
                line=one.line,
                made_at=moment(datetime.fromtimestamp(one.at, UTC)),
            )
            await keep(session, row)
    return {"size": checkpoint.size, "witnesses": sorted({one.witness for one in seen})}


async def _demand_ours(session: AsyncSession, checkpoint: Checkpoint) -> None:
    kept = await session.get(CheckpointRow, checkpoint.size)
    if kept is None or not kept.note.startswith(checkpoint.body):
        raise NotFoundError(Words("没有签发过该检查点", "no such checkpoint was signed here"))


@router.get("/trail/consistency", dependencies=[Depends(Public("trail.checkpoint"))])
async def prove_consistency(
    services: ServicesDep,
    first: Annotated[int, Query(ge=1)],
    size: Annotated[int, Query(ge=1)],
) -> dict[str, Any]:
    """Return the proof that the tree of one size extends that of a smaller (RFC 6962)."""
    async with services.database.reading() as session:
        head = await trail.head(session)
        if not first <= size <= head.size:
            raise NotFoundError(
                Words(
                    f"轨迹现有 {head.size} 条，没有 {first} 到 {size} 的证明",
                    f"the trail has {head.size} entries: no proof from {first} to {size}",
                )
            )
        hashes = await trail.consistency(session, first, size)
    return {"first": first, "size": size, "proof": encoded(hashes)}


@router.get(
    "/trail/key",
    response_class=PlainTextResponse,
    dependencies=[Depends(Public("trail.checkpoint"))],
)
async def read_key(services: ServicesDep) -> str:
    """Return the keys that check checkpoints, a line each, the present one first."""
    keys = services.log_verifiers()
    return "".join(f"{verifier_key(services.log.origin, key)}\n" for key in keys)


@router.get(
    "/trust/root.pem",
    response_class=PlainTextResponse,
    dependencies=[Depends(Public("paper.verify"))],
)
async def read_root(services: ServicesDep) -> str:
    """Return the certificates that signatures on papers chain to."""
    trust = services.trust()
    return b"".join(dict.fromkeys((*trust.signers, *trust.stampers))).decode()


@router.post("/verify", dependencies=[Depends(Public("paper.verify"))])
async def verify_paper(
    pdf: Annotated[bytes, Body(media_type="application/pdf")],
    services: ServicesDep,
    said: LanguageDep,
) -> dict[str, Any]:
    """Verify a paper: each check ends in pass, fail or unknown, with words.

    The worst of them is the `answer`; `holds` is true when nothing failed.
    """
    verdict, issued = await verified(services, pdf)
    return report(verdict, said) | {
        "in_trail": issued is not None,
        "number": issued.number if issued else None,
        "sha256": digest(pdf),
    }


@router.get("/verify/{code}", dependencies=[Depends(Public("paper.verify"))])
async def paper_under(
    code: Annotated[str, Path(pattern=f"^(?:{CODE.pattern})$", max_length=19)],
    services: ServicesDep,
    said: LanguageDep,
) -> dict[str, str]:
    """Return what was issued under the code that stands on a paper."""
    issued = await issued_under(services, code, said)
    if issued is None:
        raise NotFoundError(Words("没有以该查验码签发的文书", "no paper bears that code"))
    return issued


async def issued_under(services: Services, code: str, said: Language) -> dict[str, str] | None:
    """Return kind, number, issuer, moment and hash of the paper with a code."""
    async with services.database.reading() as session:
        found = await paper_by_code(session, code)
    if found is None:
        return None
    paper, party = found
    return {
        "title": title(paper.template).say(said),
        "number": paper.number,
        "issuer": Words(party.name, party.name_en).say(said),
        "issued_at": paper.issued_at,
        "sha256": paper.sha256,
        "version": str(paper.version),
        "standing": standing_of(paper),
    }


async def _issued(session: AsyncSession, paper: Paper) -> Issued:
    return Issued(
        paper.number,
        paper.case_number,
        paper.of,
        paper.template,
        await acts(session, paper),
        standing_of(paper),
    )


async def verified(services: Services, pdf: bytes) -> tuple[Verdict, Issued | None]:
    """Return the verdict on a file, compared with the trail, and what the trail says of it."""
    verdict = await services.press.verify(pdf, services.trust())
    async with services.database.reading() as session:
        paper = await paper_of_file(session, digest(pdf), verdict.revisions)
        issued = None if paper is None else await _issued(session, paper)
    compare(verdict, issued)
    return verdict, issued
