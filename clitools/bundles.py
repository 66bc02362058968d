"""Verify bundles from the command line, as the stand-alone verifier does."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from audit.notes import KeyTextError, read_verifier
from audit.opening import open_bundle
from audit.questions import Known
from clitools.errors import CommandError
from clitools.standalone import papers, report


def is_bundle(file: Path) -> bool:
    """Tell whether a file is a zip."""
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        return stream.read(2) == b"PK"


def verify_bundle(file: Path, log_keys: list[str]) -> dict[str, Any]:
    """Return a report on a bundle.

    Raises:
        CommandError: A key of the log is none.
    """
    try:
        keys = [read_verifier(text) for text in log_keys]
    except KeyTextError as error:
        raise CommandError(f"不是日志公钥 · no key of a log: {error}") from None
    now = datetime.now(UTC)
    opened = open_bundle(file.read_bytes(), Known(log=keys, papers=papers()), now)
    told = report(opened)
    counts = f"{told['entries']} 条 entries · {told['papers']} 件 papers"
    return told | {
        "file": str(file),
        "faults": [one["words"] for one in told["checks"] if one["answer"] == "fail"]
        + told["notes"],
        "summary": f"{opened.case} · {counts} · {told['answer']}",
    }
