"""Sign and seal a paper: PAdES B-LTA, a certification that allows nothing but signing.

The body's seal certifies, the persons sign after it. What a later reader needs is inside:
certificates, revocation lists, and over it all a document time-stamp, after which nothing
follows that is not signed.
"""

# The library has no types of its own:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import io
import logging
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers import Signer as PdfLibrarySigner
from pyhanko.sign.signers.pdf_signer import DSSContentSettings
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.keys import Keys
from documents.lasting import LISTS_FIRST, Lasting
from documents.papers import Signatory
from documents.press import Place, Sheet
from documents.signers import SM2, Signer
from documents.ua import place_fields
from documents.verdict import HAND

# The library warns that nothing is fetched, at each signature: that is on purpose.
logging.getLogger("pyhanko.sign.signers.pdf_signer").setLevel(logging.ERROR)
FIELD: Final = "Seal"
_LISTS_BEFORE_STAMP: Final = DSSContentSettings(
    include_vri=False,
    next_ts_settings=LISTS_FIRST,
)
_ROOM: Final = 512  # bytes of the longest signature of ours, RSA of 4096 bits


@dataclass(frozen=True)
class Seal:
    """A body that seals: id, name, and the file with its round seal as PDF."""

    body: str
    name: str
    stamp: Path


@dataclass(frozen=True)
class Hand:
    """A person who signs, by an act of theirs, and the file with their drawn name."""

    signatory: Signatory
    stamp: Path


class Sealer:
    """Seals papers for bodies, and signs them for the persons whose acts they rest on."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._lasting = Lasting(keys)

    def renew(self, paper: bytes) -> bytes:
        """Return a paper with one more archive time-stamp; see `documents.lasting`."""
        return self._lasting.renew(paper)

    def detached(self, body: str, paper: bytes) -> bytes | None:
        """Return a body's SM2 signature over a finished paper with its key, as JSON.

        None for a body that has no such key.
        """
        signer = self._keys.sm2(body)
        if signer is None:
            return None
        told = {
            "algorithm": SM2,
            "public_key": signer.public_key.decode(),
            "signature": b64encode(signer.sign(paper)).decode(),
        }
        return orjson.dumps(told)

    def seal(self, sheet: Sheet, seal: Seal, hands: Sequence[Hand] = ()) -> bytes:
        """Return the paper sealed by a body and signed by persons.

        Args:
            sheet: The set paper with its places.
            seal: Who seals.
            hands: Who signs, in the order of the places; the reason of each signature names
                the event of the trail by which that person acted.
        """
        writer = IncrementalPdfFileWriter(io.BytesIO(sheet.pdf))
        place_fields(
            writer,
            [
                _spec(FIELD, f"{seal.name}印章 Seal", sheet.seal),
                *(
                    _spec(_hand(n), f"{hand.signatory.name}签名 Signature", sheet.hands[n])
                    for n, hand in enumerate(hands)
                ),
            ],
        )
        told: dict[str, Any] = {
            "field_name": FIELD,
            "name": seal.name,
            "reason": "签发 Issued",
        }
        allowed = MDPPerm.FILL_FORMS if hands else MDPPerm.NO_CHANGES
        told |= {"certify": True, "docmdp_permissions": allowed}
        signer = self._keys.signer("body", seal.body, seal.name)
        out = self._signed(writer, (signer, seal.stamp), told, last=not hands)
        for n, hand in enumerate(hands):
            who = hand.signatory
            told = {"field_name": _hand(n), "name": who.name, "reason": who.reason}
            signer = self._keys.signer("person", who.person, who.name)
            writer = IncrementalPdfFileWriter(io.BytesIO(out))
            last = n == len(hands) - 1
            out = self._signed(writer, (signer, hand.stamp), told, last=last)
        return out

    def _signed(
        self,
        writer: IncrementalPdfFileWriter,
        who: tuple[Signer, Path],
        told: dict[str, Any],
        *,
        last: bool,
    ) -> bytes:
        """Sign one field; the last signature is followed by what is kept for later readers."""
        signer, stamp = who
        if last:
            told |= {"embed_validation_info": True, "use_pades_lta": True}
            told |= {"validation_context": self._lasting.context()}
            told |= {"dss_settings": _LISTS_BEFORE_STAMP}
        metadata = PdfSignatureMetadata(
            subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", **told
        )
        out = PdfSigner(
            metadata,
            signer=_Asked(signer, self._lasting.chain),
            timestamper=self._lasting.time_stamper,
            stamp_style=_stamp_style(stamp),
        ).sign_pdf(writer, existing_fields_only=True)
        return bytes(out.getbuffer())


class _Asked(PdfLibrarySigner):
    """Lets the PDF library sign with a signer of ours."""

    def __init__(self, signer: Signer, chain: SimpleCertificateStore) -> None:
        certificate: Any = x509.Certificate.load(signer.certificate)
        super().__init__(signing_cert=certificate, cert_registry=chain)
        self._signer = signer

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002 -- its signature
    ) -> bytes:
        """Return the signature over data, or as much room as one takes."""
        if digest_algorithm != "sha256":
            raise ValueError(f"papers are signed over SHA-256, not {digest_algorithm}")
        return bytes(_ROOM) if dry_run else self._signer.sign(data)


def _hand(n: int) -> str:
    return f"{HAND}{n}"


def _spec(name: str, told: str, place: Place) -> SigFieldSpec:
    return SigFieldSpec(name, on_page=place.page, box=place.box, readable_field_name=told)


def _stamp_style(stamp: Path) -> StaticStampStyle:
    # Never kept: it remembers the objects of the first paper it was drawn in.
    return StaticStampStyle.from_pdf_file(str(stamp), border_width=0, background_opacity=0.85)
