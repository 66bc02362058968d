"""Verify bundles from the command line, as the stand-alone verifier does."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from audit.notes import NOTE, KeyTextError, read_verifier, verifier
from audit.opening import open_bundle
from audit.questions import Known
from clitools.errors import CommandError
from clitools.standalone import papers, report, stamps
from documents.pki import DevelopmentAuthority
from settings import Settings

NO_ORIGIN = "不知是谁的日志：请以 --log-key 给出其公钥 · of no known log: give its --log-key"


def is_bundle(file: Path) -> bool:
    """Tell whether a file is a zip."""
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        return stream.read(2) == b"PK"


def verify_bundle(settings: Settings, file: Path, log_keys: list[str]) -> dict[str, Any]:
    """Return a report on a bundle; where our own keys lie, they are what it is checked with.

    Raises:
        CommandError: A key of the log is none.
    """
    try:
        keys = [read_verifier(text) for text in log_keys]
    except KeyTextError as error:
        raise CommandError(f"不是日志公钥 · no key of a log: {error}") from None
    roots = None
    if not keys and (settings.keys / "log.pem").exists():
        own = settings.log_verifiers
        keys = [verifier(settings.origin, NOTE, key) for key in own]
        authority = DevelopmentAuthority(settings.keys / "pki", may_make=False)
        roots = b"".join((*authority.roots(), *authority.stampers()))
    known = Known(keys, settings.witnesses, papers(roots), stamps(roots))
    now = datetime.now(UTC)
    opened = open_bundle(file.read_bytes(), known, now)
    told = report(opened)
    wrong = [one["words"] for one in told["checks"] if one["answer"] == "fail"]
    unsure = [] if opened or wrong else [NO_ORIGIN]
    counts = f"{told['entries']} 条 entries · {told['papers']} 件 papers"
    return told | {
        "file": str(file),
        "faults": [*wrong, *unsure, *told["notes"]],
        "summary": f"{opened.case} · {counts}",
    }
