"""Open to everybody: the signed checkpoint, the trust root, and the check of a paper."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from fastapi.responses import PlainTextResponse

from api.deps import LanguageDep, Public, ServicesDep
from audit.checkpoint import verifier_key
from documents.store import digest
from records.checkpoints import newest, publish
from records.papers import paper_by_hash

router = APIRouter(prefix="/v1", tags=["proof"])


@router.get(
    "/trail/checkpoint",
    response_class=PlainTextResponse,
    dependencies=[Depends(Public("trail.checkpoint"))],
)
async def read_checkpoint(services: ServicesDep) -> str:
    """Return the newest state of the trail as a signed note (C2SP tlog-checkpoint)."""
    async with services.database.reading() as session:
        if (note := await newest(session)) is not None:
            return note
    async with services.database.writing() as session:
        return await publish(session, services.origin, services.log_key, services.now())


@router.get(
    "/trail/key",
    response_class=PlainTextResponse,
    dependencies=[Depends(Public("trail.checkpoint"))],
)
async def read_key(services: ServicesDep) -> str:
    """Return the key that checks checkpoints, as note verifiers read it."""
    return verifier_key(services.origin, services.log_key.public_key()) + "\n"


@router.get(
    "/trust/root.pem",
    response_class=PlainTextResponse,
    dependencies=[Depends(Public("paper.verify"))],
)
async def read_root(services: ServicesDep) -> str:
    """Return the certificates that signatures on papers chain to."""
    return b"".join(services.roots()).decode()


@router.post("/verify", dependencies=[Depends(Public("paper.verify"))])
async def verify_paper(
    pdf: Annotated[bytes, Body(media_type="application/pdf")],
    services: ServicesDep,
    said: LanguageDep,
) -> dict[str, Any]:
    """Verify a paper: signature, chain, changes, and whether the trail holds its hash."""
    verdict = await services.press.verify(pdf, services.roots())
    async with services.database.reading() as session:
        paper = await paper_by_hash(session, digest(pdf))
    return {
        "holds": bool(verdict) and paper is not None,
        "signatures": [vars(signature) for signature in verdict.signatures],
        "faults": [fault.say(said) for fault in verdict.faults],
        "in_trail": paper is not None,
        "number": paper.number if paper else None,
        "sha256": digest(pdf),
    }
