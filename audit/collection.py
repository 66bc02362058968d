"""A collection: all that a log holds of one institution, as a zip that another instance takes.

It is made of bundles, one for each case and one for the rows of the trail that are of no case,
so that each of them verifies alone; beside them lie the rows that no entry tells, and files.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.archive import contents
from audit.bundle import MANIFEST, listed, packed
from audit.notes import Verifier, sign_text, signed_text
from audit.opening import open_bundle
from audit.questions import Known

FORMAT: Final = "shenbei-institution"
VERSION: Final = 1
HEAD: Final = "institution.json"
BODIES: Final = "bodies.zip"
ROWS: Final = "rows.json"
NAME: Final = re.compile(
    r"README\.md|institution\.json|manifest\.txt|bodies\.zip|rows\.json"
    r"|cases/[A-Z]{2}-[0-9]{4}-[0-9]{6}\.zip|attachments/[0-9a-f]{64}"
)
_README: Final = """# 一家单位的全部记录 · All that a log holds of one institution

`cases/` 每件案件一个证据包，`bodies.zip` 是机构、人员、任职的记录；各自可以单独核验。
Each case is a bundle in `cases/`; `bodies.zip` holds what is told of bodies, people and roles.
Each verifies alone: `python verify.pyz cases/NUMBER.zip --log-key KEY`. `institution.json`
lists them all, `manifest.txt` is signed with the log's key, `rows.json` holds what no entry
tells.
"""


@dataclass(frozen=True)
class Collection:
    """What is exported of an institution, and what is taken over."""

    institution: str
    origin: str
    bodies: bytes
    """A bundle of the rows of the trail that are of no case."""
    cases: Mapping[str, bytes]
    """A bundle of each case, by number."""
    rows: Mapping[str, Any]
    """What no entry tells: rows by table."""
    attachments: Mapping[str, bytes] = field(default_factory=dict[str, bytes])


class CollectionError(ValueError):
    """The file is no collection, or something in it does not hold."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults[:10]))
        self.faults = faults


def pack(collection: Collection, key: Ed25519PrivateKey) -> bytes:
    """Return a collection as a zip, its parts listed and signed."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "institution": collection.institution,
        "origin": collection.origin,
        "cases": sorted(collection.cases),
    }
    parts = {
        "README.md": _README.encode(),
        HEAD: _json(head),
        BODIES: collection.bodies,
        ROWS: _json(collection.rows),
    }
    parts |= {f"cases/{number}.zip": data for number, data in collection.cases.items()}
    parts |= {f"attachments/{name}": data for name, data in collection.attachments.items()}
    parts[MANIFEST] = sign_text(listed(parts), _signed_as(collection.origin), key).encode()
    return packed(parts)


def open_collection(data: bytes, known: Known, now: datetime) -> Collection:
    """Return a collection in which everything holds.

    Args:
        data: The zip.
        known: The key of the log it comes from, from elsewhere, and who reads papers.
        now: The reader's clock.

    Raises:
        CollectionError: Something is wrong; all that is wrong is told.
    """
    try:
        parts = contents(data, NAME)
        head: dict[str, Any] = json.loads(parts[HEAD])
        found = _read(parts, head)
    except Exception as error:  # noqa: BLE001 -- a hostile file fails wherever it likes
        raise CollectionError([f"{type(error).__name__}: {error}"]) from None
    faults = [
        *_of_manifest(parts, known, found.origin),
        *_of_list(head, found),
        *_of_bundle(BODIES, found.bodies, known, now),
    ]
    for number, bundle in found.cases.items():
        faults += _of_bundle(number, bundle, known, now, number)
    faults += [
        f"attachments/{name}: other bytes than its name says"
        for name, attached in found.attachments.items()
        if sha256(attached).hexdigest() != name
    ]
    if faults:
        raise CollectionError(faults)
    return found


def _read(parts: Mapping[str, bytes], head: Mapping[str, Any]) -> Collection:
    if (head["format"], head["version"]) != (FORMAT, VERSION):
        raise ValueError(f"a collection of version {head['version']!r}, not {VERSION}")
    rows: dict[str, Any] = json.loads(parts[ROWS])
    if not all(isinstance(rows[name], dict) for name in ("tables", "digests", "media")):
        raise ValueError(f"{ROWS} is not of the form it says")
    return Collection(
        institution=str(head["institution"]),
        origin=str(head["origin"]),
        bodies=parts[BODIES],
        cases={n[6:20]: data for n, data in parts.items() if n.startswith("cases/")},
        rows=rows,
        attachments={n[12:]: d for n, d in parts.items() if n.startswith("attachments/")},
    )


def _of_manifest(parts: Mapping[str, bytes], known: Known, origin: str) -> list[str]:
    text = parts.get(MANIFEST, b"").decode(errors="replace")
    for key in known.log:
        signer = Verifier(_signed_as(origin), key.kind, key.raw)
        if key.name == origin and signed_text(text, signer) == listed(parts):
            return []
    return ["the list of parts is not signed by the log, or a part is not as it says"]


def _of_list(head: Mapping[str, Any], found: Collection) -> list[str]:
    if head.get("cases") != sorted(found.cases):
        return ["there are other cases than the head tells"]
    return []


def _of_bundle(
    name: str, data: bytes, known: Known, now: datetime, number: str = ""
) -> list[str]:
    opened = open_bundle(data, known, now)
    whole = {check.name: check.answer.value for check in opened.checks}.get("whole")
    if not opened or opened.notes:  # a paper that is missing is noted, too
        return [f"{name}: {note}" for note in opened.notes] or [f"{name}: it does not hold"]
    if opened.case != number or (number and whole != "pass"):
        return [f"{name}: it is not the whole of that case"]
    return []


def _signed_as(origin: str) -> str:
    return f"{origin}/institution"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
