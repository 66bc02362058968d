"""Verify a paper from the command line."""

from pathlib import Path
from typing import Any

from documents.pki import DevelopmentAuthority
from documents.store import digest
from documents.verify import verify
from records.database import Database
from records.migrate import is_current
from records.papers import paper_by_hash
from settings import Settings


async def verify_file(settings: Settings, file: Path) -> dict[str, Any]:
    """Return the report on a paper; without our database, whether it is ours is unknown."""
    pdf = file.read_bytes()
    root = DevelopmentAuthority(settings.keys / "pki").root.certificate
    verdict = verify(pdf, [root])
    faults = [f"{fault.zh} · {fault.en}" for fault in verdict.faults]
    number, known = await _known(settings, digest(pdf))
    if known is False:
        faults.append(
            "轨迹中没有该文件的哈希 · the trail does not hold this file's hash"
        )
    signers = "、".join(signature.signer for signature in verdict.signatures)
    return {
        "holds": not faults,
        "number": number,
        "in_trail": known,
        "sha256": digest(pdf),
        "signatures": [vars(signature) for signature in verdict.signatures],
        "faults": faults,
        "summary": f"{number or file.name} · {signers}",
    }


async def _known(settings: Settings, sha256: str) -> tuple[str | None, bool | None]:
    if (
        settings.database.startswith("sqlite")
        and not (settings.home / "shenbei.db").exists()
    ):
        return None, None
    if not is_current(settings.database):
        return None, None
    database = Database(settings.database)
    async with database.reading() as session:
        paper = await paper_by_hash(session, sha256)
    await database.close()
    return (paper.number if paper else None), paper is not None
