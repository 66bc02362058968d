"""What the verification of a paper found, as answers a clerk understands."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

import orjson

from audit.answers import Answer, Check, worst
from documents.checks import NAMES, check, standing
from law.words import Language, Words

HAND: Final = "Hand"  # the fields of personal signatures begin so


@dataclass(frozen=True)
class Signature:
    """What was found of one signature."""

    field: str
    signer: str
    reason: str  # what the signer bound it to
    signed_at: str  # as the signer's clock said
    stamped_at: str  # by the time-stamp authority; empty: none that is trusted
    intact: bool
    trusted: bool
    unchanged: bool
    serial: str  # of the certificate, hexadecimal
    fingerprint: str  # SHA-256 of the certificate
    revocation: Answer  # before the time the signature is judged at
    revoked_at: str  # the first on its path, at whatever time; empty: none

    @property
    def holds(self) -> bool:
        """Tell whether all of it holds."""
        told = self.intact and self.trusted and self.unchanged
        return told and self.revocation is not Answer.FAIL


@dataclass(frozen=True)
class Stamp:
    """What was found of one archive time-stamp over the whole file before it."""

    at: str
    holds: bool


@dataclass(frozen=True)
class Issued:
    """What the trail says of a paper with the hash of the file."""

    number: str
    case: str
    proceeding: str
    template: str
    acts: frozenset[tuple[str, str]]  # what persons did there: reason and name, as signed
    standing: Literal["current", "replaced", "withdrawn"] = "current"


@dataclass
class Verdict:
    """What a verification found; falsy when anything is wrong."""

    signatures: list[Signature] = field(default_factory=list[Signature])
    stamps: list[Stamp] = field(default_factory=list[Stamp])
    whole: bool = False  # nothing follows the last signature or time-stamp
    record: bytes | None = None  # the facts that travel inside
    revisions: list[str] = field(default_factory=list[str])
    """SHA-256 of the file as it was before its archive was renewed, newest first."""
    checks: list[Check] = field(default_factory=list[Check])

    def __bool__(self) -> bool:
        return bool(self.signatures) and not self.faults

    @property
    def faults(self) -> list[Words]:
        """What is wrong."""
        return [check.words for check in self.checks if check.answer is Answer.FAIL]

    @property
    def answer(self) -> Answer:
        """The answers taken together: the worst of them."""
        return worst(check.answer for check in self.checks)


def broken(why: str) -> Verdict:
    """Return the verdict on a file that cannot be read."""
    words = Words(f"文件无法读取或者已损坏（{why}）", f"unreadable or damaged ({why})")
    return Verdict(checks=[Check("readable", Answer.FAIL, words)])


def compare(verdict: Verdict, issued: Issued | None, *, trail: bool = True) -> None:
    """Add how the paper compares with the trail.

    Args:
        verdict: What the file itself shows.
        issued: What the trail says of a paper with this file's hash.
        trail: There is a trail here.
    """
    known = issued is not None if trail else None
    same = None if issued is None else _same(verdict.record, issued)
    verdict.checks += [check("trail", passed=known), check("record", passed=same)]
    if issued is not None:
        verdict.checks.append(standing(issued.standing))
    if signed := [s for s in verdict.signatures if s.field.startswith(HAND)]:
        claimed = {(hand.reason, hand.signer) for hand in signed}
        acted = None if issued is None else claimed <= issued.acts
        verdict.checks.append(check("acts", passed=acted))


def hands(verdict: Verdict) -> tuple[int, int]:
    """Return how many persons signed, and how many the record inside names."""
    signed = sum(one.field.startswith(HAND) for one in verdict.signatures)
    try:
        told = orjson.loads(verdict.record or b"{}")
        return signed, len(told.get("signatories", ()))
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        return signed, 0


def _same(record: bytes | None, issued: Issued) -> bool:
    try:
        told = orjson.loads(record or b"")
        head = told["head"]
        return (head["number"], head["case"], head["proceeding"], told["template"]) == (
            issued.number,
            issued.case,
            issued.proceeding,
            issued.template,
        )
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return False


def report(verdict: Verdict, said: Language | None = None) -> dict[str, Any]:
    """Return a verdict as plain data; in both languages unless one is asked for."""

    def in_words(words: Words) -> str:
        return f"{words.zh} · {words.en}" if said is None else words.say(said)

    return {
        "holds": bool(verdict),
        "answer": verdict.answer.value,
        "checks": [
            {
                "name": one.name,
                "title": in_words(NAMES[one.name]),
                "answer": one.answer.value,
                "words": in_words(one.words),
            }
            for one in verdict.checks
        ],
        "signatures": [vars(signature) for signature in verdict.signatures],
        "stamps": [vars(stamp) for stamp in verdict.stamps],
        "faults": [in_words(fault) for fault in verdict.faults],
    }
