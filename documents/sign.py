"""Seal a paper: PAdES B-LTA, a certification signature that allows no further change.

What a later reader needs is inside: certificates, revocation lists, and over it all a document
time-stamp, after which nothing follows that is not signed.
"""

# The library has no types of its own:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import io
from functools import cache
from pathlib import Path
from typing import Any, Final

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import SimpleSigner, timestamps
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, TimestampDSSContentSettings
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.pki import DevelopmentAuthority, Pair
from documents.press import Sheet
from documents.ua import place_fields

FIELD: Final = "Seal"
_LISTS_BEFORE_STAMP: Final = DSSContentSettings(
    include_vri=False,
    next_ts_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
)


class Sealer:
    """Seals papers for bodies with certificates of an authority."""

    def __init__(self, authority: DevelopmentAuthority) -> None:
        self._authority = authority

    def seal(self, sheet: Sheet, body: tuple[str, str], stamp: Path) -> bytes:
        """Return the paper signed and stamped.

        Args:
            sheet: The set paper with the place of its seal.
            body: Id and name of the body that seals.
            stamp: File with the body's round seal as PDF.
        """
        pair = self._authority.body(*body)
        signer = SimpleSigner(
            signing_cert=_certificate(pair),
            signing_key=_key(pair),
            cert_registry=_chain(self._authority),
        )
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            subfilter=SigSeedSubFilter.PADES,
            md_algorithm="sha256",
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            name=body[1],
            reason="签发 Issued",
            embed_validation_info=True,
            use_pades_lta=True,
            validation_context=_context(self._authority),
            dss_settings=_LISTS_BEFORE_STAMP,
        )
        place = SigFieldSpec(
            FIELD,
            on_page=sheet.page,
            box=sheet.box,
            readable_field_name=f"{body[1]}印章 Seal",
        )
        pdf_signer = PdfSigner(
            metadata,
            signer=signer,
            timestamper=_time_stamper(self._authority),
            stamp_style=_stamp_style(stamp),
        )
        writer = IncrementalPdfFileWriter(io.BytesIO(sheet.pdf))
        place_fields(writer, [place])
        out = pdf_signer.sign_pdf(writer, existing_fields_only=True)
        return bytes(out.getbuffer())


def _context(authority: DevelopmentAuthority) -> ValidationContext:
    return ValidationContext(
        trust_roots=[_certificate(authority.root)],
        other_certs=[_certificate(authority.signing)],
        crls=list(authority.revocations()),
        allow_fetching=False,
        revocation_mode="hard-fail",
    )


@cache
def _chain(authority: DevelopmentAuthority) -> SimpleCertificateStore:
    store: SimpleCertificateStore = SimpleCertificateStore.from_certs(  # type: ignore[no-untyped-call] # -- asn1crypto
        [_certificate(authority.signing), _certificate(authority.root)]
    )
    return store


def _certificate(pair: Pair) -> x509.Certificate:
    certificate: Any = x509.Certificate.load(pair.certificate.public_bytes(Encoding.DER))
    return certificate


def _key(pair: Pair) -> keys.PrivateKeyInfo:
    der = pair.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    key: Any = keys.PrivateKeyInfo.load(der)
    return key


@cache
def _time_stamper(authority: DevelopmentAuthority) -> timestamps.TimeStamper:
    """Stamp with the built-in authority: a real RFC 3161 token, by a development key."""
    pair = authority.time_stamping
    return timestamps.DummyTimeStamper(
        _certificate(pair),
        _key(pair),
        certs_to_embed=_chain(authority),
    )


def _stamp_style(stamp: Path) -> StaticStampStyle:
    # Never kept: it remembers the objects of the first paper it was drawn in.
    return StaticStampStyle.from_pdf_file(str(stamp), border_width=0, background_opacity=0.85)
