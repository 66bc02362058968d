"""Verify papers from the command line."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clitools.database import has_database, opened
from clitools.errors import CommandError
from documents.pki import DevelopmentAuthority
from documents.store import digest
from documents.verdict import Issued, compare, report
from documents.verify import verify
from documents.verifying.trust import Trust, trusted
from records.papers import acts, paper_of_file, standing_of
from settings import Settings


async def verify_files(
    settings: Settings, files: Sequence[Path], roots: Path | None = None
) -> list[dict[str, Any]]:
    """Return a report on each paper; without our database, whether it is ours is unknown.

    Args:
        settings: Where our own root and database are.
        files: The papers.
        roots: Certificates (PEM) to trust instead of our root, for who has nothing of ours.
    """
    if missing := [str(file) for file in files if not file.is_file()]:
        raise CommandError(f"没有该文件 · no such file: {', '.join(missing)}")
    trust = _given(roots) if roots else _ours(settings)
    return [await _verify(settings, file, trust) for file in files]


def _ours(settings: Settings) -> Trust:
    try:
        return DevelopmentAuthority(settings.keys / "pki", may_make=False).trust()
    except FileNotFoundError:
        raise CommandError(
            f"{settings.keys / 'pki'} 中没有信任根 · no root.pem there: "
            "start the system once, lay it there, or give --roots"
        ) from None


def _given(roots: Path) -> Trust:
    try:
        found = [roots.read_bytes()]
        return trusted(found, found, ())
    except (OSError, ValueError) as error:
        raise CommandError(f"{roots} 不是证书 · no certificates (PEM): {error}") from None


async def _verify(settings: Settings, file: Path, trust: Trust) -> dict[str, Any]:
    pdf = await asyncio.to_thread(file.read_bytes)
    verdict = await asyncio.to_thread(verify, pdf, trust)
    issued, known = await _known(settings, digest(pdf), verdict.revisions)
    compare(verdict, issued, trail=known is not None)
    number = issued.number if issued else None
    signers = "、".join(signature.signer for signature in verdict.signatures)
    return report(verdict) | {
        "file": str(file),
        "number": number,
        "in_trail": known,
        "sha256": digest(pdf),
        "summary": f"{number or file.name} · {signers}",
    }


async def _known(
    settings: Settings, sha256: str, earlier: Sequence[str]
) -> tuple[Issued | None, bool | None]:
    if not has_database(settings):
        return None, None
    async with opened(settings) as database, database.reading() as session:
        paper = await paper_of_file(session, sha256, earlier)
        if paper is None:
            return None, False
        signed_for = await acts(session, paper)
    told = (paper.number, paper.case_number, paper.of, paper.template)
    return Issued(*told, signed_for, standing_of(paper)), True
