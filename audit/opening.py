"""Open a bundle of a stranger and answer, offline, what holds of it: never a traceback.

Only the standard library and `cryptography` are needed. Whether the signatures on its papers
hold is asked of whoever can read them, where somebody can.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, cast

from audit import merkle
from audit.answers import Answer, Check, worst
from audit.archive import ArchiveError, contents
from audit.bundle import (
    CHECKPOINT,
    FORMAT,
    HEAD,
    LOG_KEYS,
    MANIFEST,
    SIGNERS,
    STAMPERS,
    VERSION,
    WITNESS_KEYS,
    WORDS,
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
from audit.replies import reply
from cases.text import commitment

_ENTRY_VERSION: Final = 1
Papers = Callable[[bytes, Mapping[str, bytes]], Answer]
"""Answers whether a paper's signatures hold, with the certificates and lists of the bundle."""


@dataclass
class Opened:
    """What was found in a bundle; falsy when anything is wrong."""

    checks: list[Check] = field(default_factory=list[Check])
    case: str = ""
    entries: int = 0
    size: int = 0
    """Of the tree that the checkpoint signs."""
    witnesses: list[str] = field(default_factory=list[str])
    papers: int = 0
    notes: list[str] = field(default_factory=list[str])
    """What exactly is wrong, by entry and file."""

    def __bool__(self) -> bool:
        return bool(self.checks) and self.answer is not Answer.FAIL

    @property
    def answer(self) -> Answer:
        """All answers taken together."""
        return worst(check.answer for check in self.checks)

    def say(self, name: str, *, passed: bool | None, note: str = "") -> None:
        """Answer a question; what is wrong exactly is noted beside."""
        self.checks.append(reply(name, passed=passed))
        if note:
            self.notes.append(note)


@dataclass(frozen=True)
class Known:
    """What the reader has from elsewhere, and who reads papers for him."""

    log: Sequence[Verifier] = ()
    witnesses: Sequence[Verifier] = ()
    papers: Papers | None = None


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
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        found.say("readable", passed=False, note=f"{type(error).__name__}: {error}")
    return found


class _BrokenError(ValueError):
    """The bundle is not of the form it says."""


def _open(data: bytes, known: Known, now: datetime, found: Opened) -> None:
    parts = contents(data)
    head = _object(parts, HEAD)
    if head.get("format") != FORMAT or head.get("version") != VERSION:
        raise _BrokenError(f"a bundle of version {head.get('version')!r}, not {VERSION}")
    found.case = str(head.get("case", ""))
    found.say("readable", passed=True)
    checkpoint = _checkpoint(parts, known, found)
    entries = _entries(parts)
    found.entries = len(entries)
    if checkpoint is not None:
        found.size = checkpoint.size
        _proofs(parts, entries, checkpoint, found)
    told = {index: _entry(index, body) for index, body in entries.items()}
    _sequence(told, found, now)
    _words(parts, entries, found)
    _papers(parts, told, known, found)


def _checkpoint(parts: Mapping[str, bytes], known: Known, found: Opened) -> Checkpoint | None:
    note = parts[CHECKPOINT].decode()
    own = _keys(parts.get(LOG_KEYS, b""))
    keys = [one for one in (known.log or own) if one.kind == NOTE]
    found.say("log_key", passed=True if known.log else None)
    for one in keys:
        try:
            opened = open_note(note, one.name, one.key)
        except CheckpointError as error:
            found.notes.append(f"{one.name}: {error}")
            continue
        found.say("checkpoint", passed=True)
        own_list = Verifier(manifest_name(one.name), NOTE, one.raw)
        told = signed_text(parts.get(MANIFEST, b"").decode(), own_list)
        found.say("manifest", passed=told == listed(parts))
        witnesses = known.witnesses or _keys(parts.get(WITNESS_KEYS, b""))
        found.witnesses = [seen.witness for seen in cosignatures(note, witnesses)]
        found.say("witnesses", passed=True if found.witnesses else None)
        return opened
    found.say("checkpoint", passed=False)
    return None


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
    found.say("entries", passed=not wrong if entries else None)


def _entry(index: int, body: bytes) -> Mapping[str, Any]:
    entry = _parsed(body, f"entry {index}")
    if entry.get("v") != _ENTRY_VERSION:
        raise _BrokenError(
            f"entry {index} is of version {entry.get('v')!r}: newer than this tool"
        )
    return entry


def _sequence(told: Mapping[int, Mapping[str, Any]], found: Opened, now: datetime) -> None:
    """Ask whether each proceeding counts 1, 2, 3 in the tree's order, and time never flees."""
    last: dict[str, tuple[int, datetime]] = {}
    wrong: list[str] = []
    for index, entry in told.items():
        proceeding, seq = str(entry["proceeding"]), int(entry["seq"])
        at = datetime.fromisoformat(str(entry["at"]))
        before, then = last.get(proceeding, (0, at))
        if seq != before + 1:
            wrong.append(f"entry {index}: {proceeding} goes from {before} to {seq}")
        if at < then or at > now:
            wrong.append(f"entry {index}: {entry['at']} is before the last, or to come")
        if entry["case"] != found.case:
            wrong.append(f"entry {index} is of case {entry['case']}")
        last[proceeding] = (seq, at)
    found.notes += wrong
    found.say("sequence", passed=not wrong if told else None)


def _words(parts: Mapping[str, bytes], entries: Mapping[int, bytes], found: Opened) -> None:
    """Ask whether disclosed words are those that the entries commit to."""
    words = json.loads(parts.get(WORDS, b"[]"))
    wrong: list[str] = []
    for word in words:
        told = commitment(str(word["path"]), str(word["salt"]), str(word["value"]))
        body = entries.get(int(word["index"]), b"")
        if told != word["commitment"] or f'"{told}"'.encode() not in body:
            wrong.append(f"entry {word['index']}: other words than committed to")
    found.notes += wrong
    found.say("words", passed=not wrong if words else None)


def _papers(
    parts: Mapping[str, bytes],
    told: Mapping[int, Mapping[str, Any]],
    known: Known,
    found: Opened,
) -> None:
    issued = set(_issued(told.values()))
    there = {name[7:71]: data for name, data in parts.items() if name.startswith("papers/")}
    wrong = [
        f"paper {name}: its bytes are others, or no entry issued it"
        for name, data in there.items()
        if name not in issued or sha256(data).hexdigest() != name
    ]
    missing = [
        f"paper {name} was issued and is not in the bundle" for name in issued - there.keys()
    ]
    found.papers = len(there)
    found.notes += [*wrong, *missing]
    whole = None if missing or not issued else True
    found.say("papers", passed=False if wrong else whole)
    if there:
        found.checks.append(_signatures(parts, there, known, found))


def _issued(entries: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for entry in entries:
        event = entry["event"]
        if event["kind"] == "paper.issued":
            yield str(event["paper"]["sha256"])


def _signatures(
    parts: Mapping[str, bytes], there: Mapping[str, bytes], known: Known, found: Opened
) -> Check:
    if known.papers is None:
        return reply("signatures", passed=None)
    trust = {n: d for n, d in parts.items() if n in {SIGNERS, STAMPERS} or n.endswith(".crl")}
    answers = {name: known.papers(pdf, trust) for name, pdf in there.items()}
    found.notes += [
        f"paper {name}: its signatures do not hold"
        for name, answer in answers.items()
        if answer is Answer.FAIL
    ]
    failed = Answer.FAIL in answers.values()
    sure = all(answer is Answer.PASS for answer in answers.values())
    return reply("signatures", passed=False if failed else True if sure else None)


def _object(parts: Mapping[str, bytes], name: str) -> Mapping[str, Any]:
    if name not in parts:
        raise _BrokenError(f"{name} is missing")
    return _parsed(parts[name], name)


def _parsed(body: bytes, name: str) -> Mapping[str, Any]:
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise _BrokenError(f"{name} is not JSON") from None
    if not isinstance(told, dict):
        raise _BrokenError(f"{name} is no object")
    return cast("dict[str, Any]", told)
