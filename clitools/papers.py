"""Verify papers from the command line."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from clitools.database import has_database, opened
from clitools.errors import CommandError
from documents.pki import DevelopmentAuthority
from documents.store import digest
from documents.verdict import Issued, compare, report
from documents.verify import verify
from records.papers import acts, paper_of_file, standing_of
from settings import Settings


async def verify_files(
    settings: Settings, files: Sequence[Path], trusted: Path | None = None
) -> list[dict[str, Any]]:
    """Return a report on each paper; without our database, whether it is ours is unknown.

    Args:
        settings: Where our own root and database are.
        files: The papers.
        trusted: Certificates (PEM) to trust instead of our root, for who has nothing of ours.
    """
    if missing := [str(file) for file in files if not file.is_file()]:
        raise CommandError(f"没有该文件 · no such file: {', '.join(missing)}")
    roots = _given(trusted) if trusted else _ours(settings)
    return [await _verify(settings, file, roots) for file in files]


def _ours(settings: Settings) -> Sequence[bytes]:
    try:
        return DevelopmentAuthority(settings.keys / "pki", may_make=False).roots()
    except FileNotFoundError:
        raise CommandError(
            f"{settings.keys / 'pki'} 中没有信任根 · no root.pem there: "
            "start the system once, lay it there, or give --roots"
        ) from None


def _given(trusted: Path) -> Sequence[bytes]:
    try:
        found = load_pem_x509_certificates(trusted.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"{trusted} 不是证书 · no certificates (PEM): {error}") from None
    return [certificate.public_bytes(Encoding.PEM) for certificate in found]


async def _verify(settings: Settings, file: Path, roots: Sequence[bytes]) -> dict[str, Any]:
    pdf = await asyncio.to_thread(file.read_bytes)
    verdict = await asyncio.to_thread(verify, pdf, roots)
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
