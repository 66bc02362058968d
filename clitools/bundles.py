"""Verify bundles from the command line, as the stand-alone verifier does."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from audit.notes import NOTE, KeyTextError, Verifier, read_verifier, verifier
from audit.opening import open_bundle, open_file
from audit.questions import Known, Opened
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
        keys, roots = _own(settings)
    known = Known(keys, settings.witnesses, papers(roots), stamps(roots))
    return _told(open_file(file, known, datetime.now(UTC))) | {"file": str(file)}


def opened_here(settings: Settings, data: bytes, now: datetime) -> dict[str, Any]:
    """Return a report on a bundle of ours, checked with our own keys."""
    keys, roots = _own(settings)
    known = Known(keys, settings.witnesses, papers(roots), stamps(roots))
    return _told(open_bundle(data, known, now))


def _own(settings: Settings) -> tuple[list[Verifier], bytes]:
    keys = [verifier(settings.origin, NOTE, key) for key in settings.log_verifiers]
    authority = DevelopmentAuthority(settings.keys / "pki", may_make=False)
    return keys, b"".join((*authority.roots(), *authority.stampers()))


def _told(opened: Opened) -> dict[str, Any]:
    told = report(opened)
    wrong = [one["words"] for one in told["checks"] if one["answer"] == "fail"]
    unsure = [] if opened or wrong else [NO_ORIGIN]
    counts = f"{told['entries']} 条 entries · {told['papers']} 件 papers"
    return told | {
        "faults": [*wrong, *unsure, *told["notes"]],
        "summary": f"{opened.case} · {counts}",
    }
