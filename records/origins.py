"""The proofs that came with entries of another log, kept beside our own."""

from collections import defaultdict
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Text
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit import merkle
from audit.checkpoint import Checkpoint, CheckpointError, open_note
from audit.event import read
from audit.notes import read_verifier
from audit.proof import ProofError, read_proof
from records.tables import Event

_PAGE = 1000


class OriginProof(SQLModel, table=True):
    """Where an entry stood in the log it comes from, proven by a checkpoint of that log."""

    __tablename__ = "origin_proof"  # pyright: ignore[reportAssignmentType]
    index: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    origin: str  # name of that log
    place: int  # index there
    proof: str = Field(sa_type=Text)  # C2SP tlog-proof


async def broken_proofs(session: AsyncSession) -> list[str]:
    """Return the entries of other logs whose proof there does not hold, or is missing."""
    imported = select(Event.body).where(col(Event.kind) == "trail.imported")
    told = [read(body)["event"] for body in (await session.exec(imported)).all()]
    keys = defaultdict[str, list[Ed25519PublicKey]](list)
    for event in told:  # a log may have changed its key between two exports
        keys[event["origin"]].append(read_verifier(event["log_key"]).key)

    @cache
    def signed(note: str, origin: str) -> Checkpoint:
        return open_note(note, origin, *keys[origin])

    faults: list[str] = []
    last, counted = -1, 0
    chosen = (
        select(OriginProof, Event.body)
        .join(Event, col(Event.index) == col(OriginProof.index))
        .order_by(col(OriginProof.index))
        .limit(_PAGE)
    )
    while rows := (await session.exec(chosen.where(col(OriginProof.index) > last))).all():
        for row, body in rows:
            try:
                proof = read_proof(row.proof)
                tree = signed(proof.note, row.origin)
            except (ProofError, CheckpointError) as error:
                faults.append(f"entry {row.index}: its proof in another log: {error}")
                continue
            place = (merkle.leaf(body), row.place, tree.size)
            if not merkle.verify_inclusion(*place, proof.hashes, tree.root):
                faults.append(f"entry {row.index}: {row.origin} does not prove it")
        last, counted = rows[-1][0].index, counted + len(rows)
        session.expunge_all()
    wanted = sum(int(event["entries"]) for event in told)
    if counted != wanted:
        faults.append(f"{counted} proofs of other logs are kept, not {wanted}")
    return faults


async def proof_there(session: AsyncSession, index: int) -> str | None:
    """Return the proof of an entry in the log it comes from; None: it is ours."""
    row = await session.get(OriginProof, index)
    return None if row is None else row.proof
