"""Verify a sealed paper, offline: integrity, chain, time, and what was changed since.

Poppler's `pdfsig` is blind to changes that a certification forbids; pyHanko's difference
analysis is not, so its verdict is the one given here.

Everything is judged at the earliest time it is proven to have been there: the last archive
time-stamp now, what it covers at its time, a signature at the time of its own time-stamp
(PAdES B-LTA, ETSI EN 319 142-1). A certificate that ended or was revoked later does no harm.
"""

# The library has no types of its own:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError

from audit.answers import Check
from documents.checks import answered, check
from documents.verdict import Signature, Stamp, Verdict, broken, hands
from documents.verifying.covering import (
    covers_all,
    covers_its_revision,
    end,
    holds_within,
    nothing_foreign,
    stands,
    unchanged,
)
from documents.verifying.judging import Judge, Judged, Proof
from documents.verifying.reading import Reader
from documents.verifying.revocation import Standing, worst
from documents.verifying.trust import Trust

RECORD: Final = "record.json"


@dataclass(frozen=True)
class _Paper:
    """A file with what is needed to judge it."""

    pdf: bytes
    reader: Reader
    vouched: frozenset[bytes]  # certificates that the file keeps, or the reader trusts
    judge: Judge


def verify(pdf: bytes, trust: Trust, now: datetime | None = None) -> Verdict:
    """Return the verdict on a PDF, trusting only the given roots.

    Args:
        pdf: The file.
        trust: Whom to trust, with lists that are newer than the paper.
        now: When the last archive time-stamp is judged; the present by default.
    """
    present = now or datetime.now(UTC)  # noqa: TID251 -- the library asked the clock before
    try:
        return asyncio.run(_verify(_paper(pdf, trust), present))
    except Exception as error:  # noqa: BLE001 -- a damaged file fails wherever its damage lies
        return broken(str(error))


async def _verify(paper: _Paper, now: datetime) -> Verdict:
    verdict = Verdict()
    stamps = paper.reader.embedded_timestamp_signatures
    proofs = await _proofs(paper, stamps, now)
    verdict.stamps = [Stamp(str(proof.at), holds=proof.holds) for proof in proofs]
    # Whether the last authority was revoked since, only who has today's lists can tell.
    standings = [proof.standing for proof in proofs[:-1]]
    certified: bool | None = None
    for n, embedded in enumerate(paper.reader.embedded_regular_signatures):
        # What came after a certification is told once, from there to the end of the file.
        embedded.compute_integrity_info(skip_diff=certified is not None)
        still = unchanged(embedded) if certified is None else certified
        if n == 0 and embedded.docmdp_level is not None:
            certified = still
        judged = await paper.judge.signature(embedded, _known(embedded, stamps, proofs, now))
        standings.append(judged.standing)
        verdict.signatures.append(_signature(embedded, judged, paper.pdf, still=still))
    earlier = [paper.pdf[: end(stamp)] for stamp in stamps[:-1]]
    verdict.revisions = [sha256(pdf).hexdigest() for pdf in reversed(earlier)]
    verdict.whole = covers_all(paper.reader, len(paper.pdf))
    verdict.record = _record(paper.reader)
    verdict.checks = _judged(verdict, worst(standings))
    return verdict


def _paper(pdf: bytes, trust: Trust) -> _Paper:
    reader = Reader(pdf)
    certificates, lists = _kept(reader)
    vouched = frozenset(one.dump() for one in (*certificates, *trust.stamping))
    return _Paper(pdf, reader, vouched, Judge(trust, certificates, lists))


def _kept(reader: PdfFileReader) -> tuple[list[x509.Certificate], list[bytes]]:
    """Return the certificates and the lists that a file keeps for later readers."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return [], []
    return list(store.load_certs()), [bytes(one.get_object().data) for one in store.crls]


async def _proofs(
    paper: _Paper, stamps: Sequence[EmbeddedPdfSignature], now: datetime
) -> list[Proof]:
    """Judge the archive time-stamps: the last now, each at the time that later ones prove."""
    proofs: list[Proof] = []
    for n in reversed(range(len(stamps))):
        known = _known(stamps[n], stamps[n + 1 :], proofs, now)
        proofs.insert(0, await _proof(paper, stamps[n], known))
    return proofs


async def _proof(paper: _Paper, stamp: EmbeddedPdfSignature, known: datetime) -> Proof:
    stamp.compute_integrity_info(skip_diff=True)  # type: ignore[no-untyped-call] # -- pyHanko
    told = await paper.judge.stamp(stamp.signed_data, stamp.compute_digest, known)
    whole = stands(stamp, paper.pdf) and covers_its_revision(stamp)
    own = nothing_foreign(stamp.signed_data, paper.vouched)
    return Proof(told.at, told.holds and whole and own, told.standing)


def _known(
    embedded: EmbeddedPdfSignature,
    stamps: Sequence[EmbeddedPdfSignature],
    proofs: Sequence[Proof],
    now: datetime,
) -> datetime:
    """Return the earliest time at which a time-stamp over a signature proves it was there."""
    pairs = zip(stamps, proofs, strict=True)
    over = (p.at for stamp, p in pairs if p.holds and holds_within(stamp, embedded))
    return min((now, *over))


def _judged(verdict: Verdict, standing: Standing) -> list[Check]:
    signatures, stamps = verdict.signatures, verdict.stamps
    same = all(signature.unchanged for signature in signatures) and verdict.whole
    stamped = all(signature.stamped_at for signature in signatures)
    checks = [
        check("readable", passed=True),
        check("signers", passed=bool(signatures)),
        check("integrity", passed=all(s.intact for s in signatures) if signatures else None),
        check("chain", passed=all(s.trusted for s in signatures) if signatures else None),
        check("times", passed=True if signatures and stamped else None),
        check("archive", passed=all(stamp.holds for stamp in stamps) if stamps else None),
        check("changes", passed=same if signatures else None),
    ]
    if signatures:
        checks.append(answered("revocation", standing.answer))
    signed, named = hands(verdict)
    if named:
        checks.append(check("hands", passed=signed >= named))
    return checks


def _record(reader: PdfFileReader) -> bytes | None:
    """Return the facts that a paper of ours carries; None where there are none."""
    files: Any = reader.root.get("/AF", ())
    for n in range(len(files)):
        file = files[n]  # an array gives what it refers to by place only
        if file.get("/UF", file.get("/F")) == RECORD:
            data: Any = file["/EF"]["/F"].data
            return bytes(data)
    return None


def _signature(
    embedded: EmbeddedPdfSignature, judged: Judged, pdf: bytes, *, still: bool
) -> Signature:
    subject: Any = judged.certificate.subject.native
    return Signature(
        field=str(embedded.field_name),
        reason=str(embedded.sig_object.get("/Reason", "")),
        signer=str(subject["common_name"]),
        signed_at=str(embedded.self_reported_timestamp or ""),
        stamped_at=str(judged.proof.at) if judged.proof else "",
        intact=judged.intact and stands(embedded, pdf),
        trusted=judged.trusted,
        unchanged=still and covers_its_revision(embedded),
        serial=f"{judged.certificate.serial_number:x}",
        fingerprint=sha256(judged.certificate.dump()).hexdigest(),
        revocation=judged.standing.answer,
        revoked_at=str(judged.standing.since or ""),
    )
