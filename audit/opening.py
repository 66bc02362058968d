"""Open a bundle of a stranger and answer, offline, what holds of it: never a traceback.

Only the standard library and `cryptography` are needed. Whether the signatures on its papers
hold is asked of whoever can read them, where somebody can.
"""

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

from audit import merkle
from audit.archive import ArchiveError, contents, read_file
from audit.bundle import (
    CHECKPOINT,
    FORMAT,
    HEAD,
    LOG_KEYS,
    MANIFEST,
    VERSION,
    WITNESS_KEYS,
    listed,
    manifest_name,
)
from audit.checkpoint import Checkpoint, CheckpointError, open_note
from audit.notes import (
    NOTE,
    KeyTextError,
    Verifier,
    cosignatures,
    read_verifier,
    signed_text,
)
from audit.proof import ProofError, read_proof
from audit.questions import (
    AHEAD,
    Known,
    Opened,
    ask_kinds,
    ask_papers,
    ask_sequence,
    ask_stamp,
    ask_words,
)

_ENTRY_VERSION: Final = 1
_CASE: Final = re.compile("[A-Z]{2}-[0-9]{4}-[0-9]{6}")


def open_bundle(data: bytes, known: Known, now: datetime) -> Opened:
    """Return what holds of a bundle.

    Args:
        data: The zip.
        known: Keys from elsewhere; without any, those in the bundle are used, and said so.
        now: The reader's clock; an entry of the future is refused.
    """
    found = Opened()
    try:
        _open(data, known, now, found)
    except (ArchiveError, _BrokenError) as error:
        found.say("readable", passed=False, note=str(error))
    except Exception as error:  # noqa: BLE001 -- a hostile file fails wherever it likes
        found.say("readable", passed=False, note=f"{type(error).__name__}: {error}")
    return found


def open_file(file: Path, known: Known, now: datetime) -> Opened:
    """Return what holds of a bundle in a file; see `open_bundle`.

    Raises:
        OSError: The file cannot be read.
    """
    try:
        data = read_file(file)
    except ArchiveError as error:
        found = Opened()
        found.say("readable", passed=False, note=str(error))
        return found
    return open_bundle(data, known, now)


class _BrokenError(ValueError):
    """The bundle is not of the form it says."""


def _open(data: bytes, known: Known, now: datetime, found: Opened) -> None:
    parts = contents(data)
    head = _object(parts, HEAD)
    if head.get("format") != FORMAT or head.get("version") != VERSION:
        raise _BrokenError(f"a bundle of version {head.get('version')!r}, not {VERSION}")
    case = str(head.get("case", ""))
    if not _CASE.fullmatch(case) and (case or not head.get("body")):
        raise _BrokenError("the head names no case")
    found.case = case
    found.say("readable", passed=True)
    checkpoint = _checkpoint(parts, known, found, now)
    entries = _entries(parts)
    found.entries = len(entries)
    if checkpoint is not None:
        found.size = checkpoint.size
        if head.get("size") != checkpoint.size:
            raise _BrokenError("the head tells of another checkpoint")
        ask_stamp(parts, known, found)
        _proofs(parts, entries, checkpoint, found)
    told = {index: _entry(index, body) for index, body in entries.items()}
    ask_kinds(told, found)
    ask_sequence(told, head, found, now)
    whole = head.get("whole") is True and "act" not in head
    found.say("whole", passed=True if whole else None)
    ask_words(parts, entries, found)
    ask_papers(parts, told, known, found, whole=whole)


def _checkpoint(
    parts: Mapping[str, bytes], known: Known, found: Opened, now: datetime
) -> Checkpoint | None:
    note = parts[CHECKPOINT].decode()
    own = _keys(parts.get(LOG_KEYS, b""))
    keys = [one for one in (known.log or own) if one.kind == NOTE]
    found.say("log_key", passed=True if known.log else None)
    signed = signed_by(note, keys)
    found.say("checkpoint", passed=signed is not None)
    if signed is None:
        names = ", ".join(sorted({one.name for one in keys}))
        found.notes.append(f"no key of {names or 'any log'} opens the checkpoint")
        return None
    found.signer, opened = signed
    found.say("manifest", passed=_is_listed(parts, opened.origin, keys))
    keys_of_witnesses = known.witnesses or _keys(parts.get(WITNESS_KEYS, b""))
    latest = (now + AHEAD).timestamp()
    seen = {c.witness for c in cosignatures(note, keys_of_witnesses) if c.at <= latest}
    found.witnesses = sorted(seen)
    # Only of witnesses whose keys the reader has himself can it be believed.
    found.say("witnesses", passed=bool(seen) if known.witnesses else None)
    return opened


def signed_by(note: str, keys: Iterable[Verifier]) -> tuple[Verifier, Checkpoint] | None:
    """Return which of some keys signed a checkpoint, and what it says; None: none did."""
    for one in keys:
        with suppress(CheckpointError):
            return one, open_note(note, one.name, one.key)
    return None


def _is_listed(parts: Mapping[str, bytes], origin: str, keys: Iterable[Verifier]) -> bool:
    """Tell whether the parts are as a list says that the log signed.

    Any key of the log will do: a checkpoint that a witness cosigned may be older than the
    key of today, which signs the list.
    """
    text, wanted = parts.get(MANIFEST, b"").decode(), listed(parts)
    signers = [Verifier(manifest_name(origin), NOTE, k.raw) for k in keys if k.name == origin]
    return any(signed_text(text, signer) == wanted for signer in signers)


def _keys(text: bytes) -> list[Verifier]:
    try:
        return [read_verifier(line) for line in text.decode().splitlines() if line.strip()]
    except KeyTextError as error:
        raise _BrokenError(str(error)) from None


def _entries(parts: Mapping[str, bytes]) -> dict[int, bytes]:
    return {
        int(name[8:20]): body
        for name, body in sorted(parts.items())
        if name.startswith("entries/")
    }


def _proofs(
    parts: Mapping[str, bytes],
    entries: Mapping[int, bytes],
    checkpoint: Checkpoint,
    found: Opened,
) -> None:
    note, wrong = parts[CHECKPOINT].decode(), list[str]()
    for index, body in entries.items():
        try:
            proof = read_proof(parts[f"proofs/{index:012d}.tlog-proof"].decode())
        except (KeyError, ProofError, UnicodeDecodeError) as error:
            wrong.append(f"entry {index}: its proof is missing or broken ({error})")
            continue
        place = (merkle.leaf(body), proof.index, checkpoint.size)
        holds = proof.index == index and proof.note == note
        if not holds or not merkle.verify_inclusion(*place, proof.hashes, checkpoint.root):
            wrong.append(f"entry {index} is not proven under this checkpoint")
    proofs = {name for name in parts if name.startswith("proofs/")}
    for name in proofs - {f"proofs/{index:012d}.tlog-proof" for index in entries}:
        wrong.append(f"{name} belongs to no entry")
    found.notes += wrong
    found.say("entries", passed=bool(entries) and not wrong)


def _entry(index: int, body: bytes) -> Mapping[str, Any]:
    entry = _parsed(body, f"entry {index}")
    canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if canonical.encode() != body or entry.get("v") is True:
        raise _BrokenError(f"entry {index} is not written as entries are")
    if entry.get("v") != _ENTRY_VERSION:
        raise _BrokenError(
            f"entry {index} is of version {entry.get('v')!r}: newer than this tool"
        )
    return entry


def _object(parts: Mapping[str, bytes], name: str) -> Mapping[str, Any]:
    if name not in parts:
        raise _BrokenError(f"{name} is missing")
    return _parsed(parts[name], name)


def _no_number(told: str) -> Any:
    raise ValueError(f"{told} is no number of ours")


def _parsed(body: bytes, name: str) -> Mapping[str, Any]:
    try:
        told: Any = json.loads(body, parse_float=_no_number, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _BrokenError(f"{name} is not JSON") from None
    if not isinstance(told, dict):
        raise _BrokenError(f"{name} is no object")
    return cast("dict[str, Any]", told)
