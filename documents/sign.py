"""Seal a paper: PAdES B-T, a certification signature that allows no further change."""

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
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.pki import DevelopmentAuthority, Pair
from documents.press import Sheet

FIELD: Final = "Seal"


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
            new_field_spec=place,
        )
        out = pdf_signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(sheet.pdf)))
        return bytes(out.getbuffer())


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


@cache
def _stamp_style(stamp: Path) -> StaticStampStyle:
    return StaticStampStyle.from_pdf_file(str(stamp), border_width=0, background_opacity=0.85)
