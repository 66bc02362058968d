"""What is asked of the contents of a bundle: order and times, words, papers."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, cast

from audit.answers import Answer, Check, worst
from audit.bundle import CHECKPOINT, SIGNERS, STAMP, STAMPERS, WORDS
from audit.checkpoint import as_stored
from audit.notes import Verifier
from audit.replies import replied, reply
from cases.kinds import TITLES
from cases.text import commitment

AHEAD: Final = timedelta(minutes=5)
"""What the clock of who packed may be fast."""
Papers = Callable[[bytes, Mapping[str, bytes]], Answer]
"""Answers whether a paper's signatures hold, with the certificates and lists of the bundle."""

Stamps = Callable[[bytes, bytes, Mapping[str, bytes]], Answer]
"""Answers whether a time-stamp token is over some bytes and holds, with the same."""


@dataclass
class Opened:
    """What was found in a bundle; falsy when anything is wrong, or its log is not known."""

    checks: list[Check] = field(default_factory=list[Check])
    case: str = ""
    entries: int = 0
    size: int = 0
    """Of the tree that the checkpoint signs."""
    signer: Verifier | None = None
    """The key that opened the checkpoint."""
    witnesses: list[str] = field(default_factory=list[str])
    papers: int = 0
    notes: list[str] = field(default_factory=list[str])
    """What exactly is wrong, by entry and file."""

    def __bool__(self) -> bool:
        return self.consistent and any(
            check.name == "log_key" and check.answer is Answer.PASS for check in self.checks
        )

    @property
    def consistent(self) -> bool:
        """Tell whether nothing is wrong; who made it is another question."""
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
    stamps: Stamps | None = None


def ask_kinds(told: Mapping[int, Mapping[str, Any]], found: Opened) -> None:
    """Ask whether this tool knows what each entry tells; a newer log may tell more.

    What nobody here can read may undo what the other entries say, so it holds nothing.
    """
    new = {str(entry["event"]["kind"]) for entry in told.values()} - TITLES.keys()
    found.notes += [
        f"entries of the kind {kind[:80]} are newer than this tool" for kind in new
    ]
    found.say("kinds", passed=not new)


def ask_sequence(
    told: Mapping[int, Mapping[str, Any]],
    head: Mapping[str, Any],
    found: Opened,
    now: datetime,
) -> None:
    """Ask whether each proceeding counts 1, 2, 3 to the end that the head tells, in time.

    The entries of one act count on from where the head says that they begin.
    """
    act, after = head.get("act"), head.get("after", 0)
    last: dict[str, tuple[int, datetime]] = {}
    wrong: list[str] = []
    for index, entry in told.items():
        proceeding, seq = str(entry["proceeding"]), entry["seq"]
        at = datetime.fromisoformat(str(entry["at"]))
        before, then = last.get(proceeding, (after if act else 0, at))
        if act and entry["request"] != act:
            wrong.append(f"entry {index} is of another act")
        if seq != before + 1:
            wrong.append(f"entry {index}: {proceeding} goes from {before} to {seq}")
        if at < then or at > now + AHEAD:
            wrong.append(f"entry {index}: {entry['at']} is before the last, or to come")
        if entry["case"] != found.case:
            wrong.append(f"entry {index} is of case {entry['case']}")
        last[proceeding] = (seq, at)
    if head.get("proceedings") != {proceeding: seq for proceeding, (seq, _) in last.items()}:
        wrong.append("the head tells of other proceedings, or of another end of one")
    found.notes += wrong
    found.say("sequence", passed=bool(told) and not wrong)


def ask_words(parts: Mapping[str, bytes], entries: Mapping[int, bytes], found: Opened) -> None:
    """Ask whether disclosed words are those that the entries commit to."""
    told_words: Any = json.loads(parts.get(WORDS, b"[]"))
    if not isinstance(told_words, list):
        raise TypeError(f"{WORDS} is no list")
    words = cast("list[dict[str, Any]]", told_words)
    wrong: list[str] = []
    for word in words:
        told = commitment(str(word["path"]), str(word["salt"]), str(word["value"]))
        body = entries.get(int(word["index"]), b"")
        if told != word["commitment"] or f'"{told}"'.encode() not in body:
            wrong.append(f"entry {word['index']}: other words than committed to")
    found.notes += wrong
    found.say("words", passed=not wrong if words else None)


def ask_papers(
    parts: Mapping[str, bytes],
    told: Mapping[int, Mapping[str, Any]],
    known: Known,
    found: Opened,
    *,
    whole: bool,
) -> None:
    """Ask whether the papers are those that the entries issued, and their signatures hold.

    Only a bundle that says to be a part of the case may leave one out.
    """
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
    found.say("papers", passed=_all_there(wrong, missing, issued, whole=whole))
    if there:
        found.checks.append(_signatures(parts, there, known, found))


def _all_there(
    wrong: Sequence[str], missing: Sequence[str], issued: set[str], *, whole: bool
) -> bool | None:
    if wrong or (missing and whole):
        return False
    return None if missing or not issued else True


def ask_stamp(parts: Mapping[str, bytes], known: Known, found: Opened) -> None:
    """Ask whether the time-stamp of the checkpoint, if there is one, holds."""
    if (token := parts.get(STAMP)) is None:
        return
    note = as_stored(parts[CHECKPOINT].decode()).encode()
    answer = Answer.UNKNOWN
    if known.stamps is not None:
        answer = known.stamps(token, note, _trust(parts))
    found.checks.append(replied("stamp", answer))


def _trust(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    return {n: d for n, d in parts.items() if n in {SIGNERS, STAMPERS} or n.endswith(".crl")}


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
    trust = _trust(parts)
    answers = {name: known.papers(pdf, trust) for name, pdf in there.items()}
    found.notes += [
        f"paper {name}: its signatures do not hold"
        for name, answer in answers.items()
        if answer is Answer.FAIL
    ]
    failed = Answer.FAIL in answers.values()
    sure = all(answer is Answer.PASS for answer in answers.values())
    return reply("signatures", passed=False if failed else True if sure else None)
