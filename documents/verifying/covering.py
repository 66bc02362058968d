"""What a signature covers of a file, and what stands in the room kept for it."""

# The library has no types of its own:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import re
from typing import Any, Final

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

_PARTS: Final = 4  # of a byte range: what stands before a signature, and after it
_HEXADECIMAL: Final = re.compile(rb"<([0-9a-f]+|[0-9A-F]+)>")
# Validation material and time-stamps may follow a signature, nothing else (ETSI EN 319 142-1).
_HARMLESS: Final = frozenset({ModificationLevel.NONE, ModificationLevel.LTA_UPDATES})
_FORMS: Final = {
    "/Sig": {"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"},
    "/DocTimeStamp": {"/ETSI.RFC3161"},
}


def end(embedded: EmbeddedPdfSignature) -> int:
    """Return where in the file what a signature covers ends."""
    span: Any = embedded.byte_range
    return int(span[2]) + int(span[3])


def holds_within(stamp: EmbeddedPdfSignature, embedded: EmbeddedPdfSignature) -> bool:
    """Tell whether a time-stamp covers a signature with all that it covers.

    By the bytes: an object that is said to be of an early revision may stand anywhere.
    """
    span: Any = stamp.byte_range
    return int(span[0]) == 0 and end(embedded) <= int(span[1])


def covers_all(reader: PdfFileReader, length: int) -> bool:
    """Tell whether nothing follows the last signature or time-stamp, which was looked at."""
    last = reader.embedded_signatures[-1:]
    return any(
        end(one) == length and one.coverage is SignatureCoverageLevel.ENTIRE_FILE
        for one in last
    )


def covers_its_revision(embedded: EmbeddedPdfSignature) -> bool:
    """Tell whether a signature covers all of the file as it was when it was made."""
    covered = embedded.coverage
    return covered is not None and covered >= SignatureCoverageLevel.ENTIRE_REVISION


def unchanged(embedded: EmbeddedPdfSignature) -> bool:
    """Tell whether nothing came later but what keeps, or what the certification allows."""
    found = embedded.diff_result
    if not isinstance(found, DiffResult):  # something that nothing explains
        return False
    if found.modification_level is ModificationLevel.FORM_FILLING:
        return bool(embedded.summarise_integrity_info()["docmdp_ok"])
    return found.modification_level in _HARMLESS


def stands(embedded: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Tell whether a signature is of a form we know, and alone in the room kept for it."""
    told: Any = embedded.sig_object
    known = told.get("/SubFilter") in _FORMS.get(embedded.sig_object_type, ())
    return known and _padded(embedded, pdf)


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


def nothing_foreign(stamp: cms.SignedData, kept: frozenset[bytes]) -> bool:
    """Tell whether a time-stamp holds no certificate that nothing else vouches for.

    Nothing signs what a signature carries beside itself, and nothing later covers the last
    time-stamp: its certificates must be those kept before it, byte by byte.
    """
    signed: Any = stamp
    (signer,) = signed["signer_infos"]
    digest = signer["digest_algorithm"].dump()
    certificates = [choice.chosen for choice in signed["certificates"]]
    return (
        {one.dump() for one in certificates} <= kept
        and [one.dump() for one in signed["digest_algorithms"]] == [digest]
        and _names_as_written(signer["sid"], certificates)
        and not signed["crls"].native
        and not signer["unsigned_attrs"].native
    )


def _names_as_written(signer: cms.SignerIdentifier, certificates: list[Any]) -> bool:
    """Tell whether who signed is named as the certificate has it: names forgive their case."""
    told: Any = signer
    if told.name != "issuer_and_serial_number":
        return True
    return told.chosen["issuer"].dump() in {one.issuer.dump() for one in certificates}
