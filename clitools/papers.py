"""Verify papers from the command line."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from documents.pki import DevelopmentAuthority
from documents.store import digest
from documents.verify import verify
from records.database import Database
from records.migrate import is_current
from records.papers import paper_by_hash
from settings import Settings


async def verify_files(settings: Settings, files: Sequence[Path]) -> list[dict[str, Any]]:
    """Return a report on each paper; without our database, whether it is ours is unknown."""
    root = DevelopmentAuthority(
        settings.keys / "pki", may_make=settings.may_make_keys
    ).root.pem
    return [await _verify(settings, file, root) for file in files]


async def _verify(settings: Settings, file: Path, root: bytes) -> dict[str, Any]:
    pdf = await asyncio.to_thread(file.read_bytes)
    verdict = await asyncio.to_thread(verify, pdf, [root])
    faults = [f"{fault.zh} · {fault.en}" for fault in verdict.faults]
    number, known = await _known(settings, digest(pdf))
    if known is False:
        faults.append("轨迹中没有该文件的哈希 · the trail does not hold this file's hash")
    signers = "、".join(signature.signer for signature in verdict.signatures)
    return {
        "holds": not faults,
        "file": str(file),
        "number": number,
        "in_trail": known,
        "sha256": digest(pdf),
        "signatures": [vars(signature) for signature in verdict.signatures],
        "faults": faults,
        "summary": f"{number or file.name} · {signers}",
    }


async def _known(settings: Settings, sha256: str) -> tuple[str | None, bool | None]:
    if settings.database.startswith("sqlite") and not (settings.home / "shenbei.db").exists():
        return None, None
    if not is_current(settings.database):
        return None, None
    database = Database(settings.database)
    async with database.reading() as session:
        paper = await paper_by_hash(session, sha256)
    await database.close()
    return (paper.number if paper else None), paper is not None
