"""Verify a sealed paper, offline: integrity, chain, time, and what was changed since.

Poppler's `pdfsig` is blind to changes that a certification forbids; pyHanko's difference
analysis is not, so its verdict is the one given here.
"""

# The library has no types of its own:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from asn1crypto import cms, x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    validate_pdf_signature,
    validate_pdf_timestamp,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.status import (
    DocumentTimestampStatus,
    PdfSignatureStatus,
    SignatureCoverageLevel,
)
from pyhanko_certvalidator import ValidationContext

from documents.checks import Check, check
from documents.verdict import Signature, Stamp, Verdict, broken, hands

RECORD: Final = "record.json"
_PARTS: Final = 4  # of a byte range: what stands before a signature, and after it
_HEXADECIMAL: Final = re.compile(rb"<([0-9a-f]+|[0-9A-F]+)>")
# Validation material and time-stamps may follow a signature, nothing else (ETSI EN 319 142-1).
_HARMLESS: Final = frozenset({ModificationLevel.NONE, ModificationLevel.LTA_UPDATES})


def verify(pdf: bytes, roots: Sequence[bytes]) -> Verdict:
    """Return the verdict on a PDF, trusting only the given roots (certificates in PEM)."""
    verdict = Verdict()
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        context = _context(roots)
        signatures = reader.embedded_regular_signatures
        for embedded in signatures:
            # What came after a certification is told once, from there to the end of the file.
            known = (
                verdict.signatures[0].unchanged if _certified(signatures, verdict) else None
            )
            status = validate_pdf_signature(
                embedded, context, context, skip_diff=known is not None
            )
            unchanged = _unchanged(status) if known is None else known
            unchanged = unchanged and _covers_its_revision(status)
            one = _signature(embedded, status, padded=_padded(embedded, pdf))
            verdict.signatures.append(replace(one, unchanged=unchanged))
        for stamp in reader.embedded_timestamp_signatures:
            told = validate_pdf_timestamp(stamp, context)
            whole = _padded(stamp, pdf) and _nothing_foreign(stamp, reader, roots)
            verdict.stamps.append(_stamp(told, padded=whole))
        earlier = [_end(stamp) for stamp in reader.embedded_timestamp_signatures[:-1]]
        verdict.revisions = [sha256(pdf[:end]).hexdigest() for end in reversed(earlier)]
        verdict.whole = _covers_all(reader, len(pdf))
        verdict.record = _record(reader)
    except Exception as error:  # noqa: BLE001 -- a damaged file fails wherever its damage lies
        return broken(str(error))
    verdict.checks = _judged(verdict)
    return verdict


def _context(roots: Sequence[bytes]) -> ValidationContext:
    return ValidationContext(trust_roots=[_asn1(root) for root in roots], allow_fetching=False)


def _covers_all(reader: PdfFileReader, length: int) -> bool:
    """Tell whether nothing follows the last signature or time-stamp."""
    last = reader.embedded_signatures[-1:]
    for embedded in last:
        embedded.compute_integrity_info(skip_diff=True)
        ends = _end(embedded) == length
        return ends and embedded.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return False


def _end(embedded: EmbeddedPdfSignature) -> int:
    """Return where in the file what a signature covers ends."""
    span: Any = embedded.byte_range
    return int(span[2]) + int(span[3])


def _judged(verdict: Verdict) -> list[Check]:
    signatures, stamps = verdict.signatures, verdict.stamps
    unchanged = all(signature.unchanged for signature in signatures) and verdict.whole
    stamped = all(signature.stamped_at for signature in signatures)
    checks = [
        check("readable", passed=True),
        check("signers", passed=bool(signatures)),
        check("integrity", passed=all(s.intact for s in signatures) if signatures else None),
        check("chain", passed=all(s.trusted for s in signatures) if signatures else None),
        check("times", passed=True if signatures and stamped else None),
        check("archive", passed=all(stamp.holds for stamp in stamps) if stamps else None),
        check("changes", passed=unchanged if signatures else None),
    ]
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


def _padded(embedded: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Tell whether the room kept for a signature holds it, then zeros, and nothing else.

    The room is looked at as it stands in the file: a hexadecimal string would forgive a space
    or a letter in the other case.
    """
    span: Any = embedded.byte_range
    if len(span) != _PARTS or int(span[0]) != 0:
        return False
    room = pdf[int(span[0]) + int(span[1]) : int(span[2])]
    if not _HEXADECIMAL.fullmatch(room):
        return False
    kept = bytes.fromhex(room[1:-1].decode())
    if kept != embedded.pkcs7_content:  # the library read another signature than stands there
        return False
    signature = cms.ContentInfo.load(kept).dump()
    return kept.startswith(signature) and not kept[len(signature) :].strip(b"\0")


def _nothing_foreign(
    stamp: EmbeddedPdfSignature, reader: PdfFileReader, roots: Sequence[bytes]
) -> bool:
    """Tell whether a time-stamp holds no certificate that the file does not vouch for.

    Nothing signs what a signature carries beside itself, and nothing later covers the last
    time-stamp: its certificates must be those kept before it, byte by byte.
    """
    kept = DocumentSecurityStore.read_dss(reader).load_certs()
    known = {certificate.dump() for certificate in kept} | {_asn1(r).dump() for r in roots}
    signed: Any = stamp.signed_data
    digest = stamp.signer_info["digest_algorithm"].dump()
    return (
        {choice.chosen.dump() for choice in signed["certificates"]} <= known
        and [one.dump() for one in signed["digest_algorithms"]] == [digest]
        and not signed["crls"].native
        and not stamp.signer_info["unsigned_attrs"].native
    )


def _signature(
    embedded: EmbeddedPdfSignature, status: PdfSignatureStatus, *, padded: bool
) -> Signature:
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.valid and stamp.trusted
    subject: Any = status.signing_cert.subject.native
    return Signature(
        field=str(embedded.field_name),
        reason=str(embedded.sig_object.get("/Reason", "")),
        signer=str(subject["common_name"]),
        signed_at=str(status.signer_reported_dt or ""),
        stamped_at=str(stamp.timestamp) if stamp is not None and stamped else "",
        intact=bool(status.intact and status.valid and padded),
        trusted=bool(status.trusted),
        unchanged=False,  # until it is told
    )


def _certified(signatures: Sequence[EmbeddedPdfSignature], verdict: Verdict) -> bool:
    """Tell whether the first signature was judged already, and is a certification."""
    return bool(verdict.signatures) and signatures[0].docmdp_level is not None


def _covers_its_revision(status: PdfSignatureStatus | DocumentTimestampStatus) -> bool:
    """Tell whether a signature covers all of the file as it was when it was made."""
    covered = status.coverage
    return covered is not None and covered >= SignatureCoverageLevel.ENTIRE_REVISION


def _unchanged(status: PdfSignatureStatus) -> bool:
    """Tell whether nothing came later but what keeps, or what the certification allows."""
    if status.modification_level is ModificationLevel.FORM_FILLING:
        return bool(status.docmdp_ok)
    return status.modification_level in _HARMLESS


def _stamp(status: DocumentTimestampStatus, *, padded: bool) -> Stamp:
    holds = status.intact and status.valid and status.trusted and padded
    holds = holds and _covers_its_revision(status)
    return Stamp(str(status.timestamp), holds=bool(holds))


def _asn1(pem: bytes) -> x509.Certificate:
    der = load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    loaded: Any = x509.Certificate.load(der)
    return loaded
