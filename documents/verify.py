"""Verify a sealed paper, offline: integrity, chain, time, and what was changed since.

Poppler's `pdfsig` is blind to changes that a certification forbids; pyHanko's difference
analysis is not, so its verdict is the one given here.
"""

# The library has no types of its own:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import io
from collections.abc import Sequence
from typing import Any

from asn1crypto import cms, x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from documents.verdict import Signature, Verdict
from law.words import Words


def verify(pdf: bytes, roots: Sequence[bytes]) -> Verdict:
    """Return the verdict on a PDF, trusting only the given roots (certificates in PEM)."""
    verdict = Verdict()
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        for embedded in signatures:
            context = ValidationContext(
                trust_roots=[_asn1(root) for root in roots], allow_fetching=False
            )
            status = validate_pdf_signature(embedded, context, context)
            verdict.signatures.append(_signature(status, padded=_padded(embedded)))
    except Exception as error:  # noqa: BLE001 -- a damaged file fails wherever its damage lies
        verdict.faults.append(
            Words(f"文件无法读取或者已损坏（{error}）", f"unreadable or damaged ({error})")
        )
        return verdict
    _judge(verdict)
    return verdict


def _judge(verdict: Verdict) -> None:
    if not verdict.signatures:
        verdict.faults.append(Words("没有电子签名", "no signature"))
    for signature in verdict.signatures:
        if not signature.intact:
            verdict.faults.append(Words("签名后内容被改动", "changed after signing"))
        if not signature.trusted:
            verdict.faults.append(
                Words("签名证书不在信任范围内", "the signer's certificate is not trusted")
            )
        if not signature.unchanged:
            verdict.faults.append(
                Words(
                    "签名后附加了不允许的修改",
                    "a change was appended that is not allowed",
                )
            )


def _padded(embedded: EmbeddedPdfSignature) -> bool:
    """Tell whether nothing but zeros follows the signature in the room kept for it."""
    room = bytes(embedded.pkcs7_content)
    return not room[len(cms.ContentInfo.load(room).dump()) :].strip(b"\0")


def _signature(status: PdfSignatureStatus, *, padded: bool) -> Signature:
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.valid and stamp.trusted
    subject: Any = status.signing_cert.subject.native
    return Signature(
        signer=str(subject["common_name"]),
        signed_at=str(status.signer_reported_dt or ""),
        stamped_at=str(stamp.timestamp) if stamp is not None and stamped else "",
        intact=bool(status.intact and status.valid and padded),
        trusted=bool(status.trusted),
        unchanged=status.modification_level is ModificationLevel.NONE
        and status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
    )


def _asn1(pem: bytes) -> x509.Certificate:
    der = load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    loaded: Any = x509.Certificate.load(der)
    return loaded
