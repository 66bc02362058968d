"""Whether a time-stamp token (RFC 3161) is of some bytes and signed by who it says."""

# The library has no types of its own:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from hashlib import new, sha256
from typing import Any

from asn1crypto import cms
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    validate_sig_integrity,
)


def is_of(token: bytes, data: bytes) -> bool:
    """Tell whether a token holds the imprint of some bytes, under the certificate it carries.

    Whether that certificate is to be trusted is asked elsewhere, of whoever has the roots.
    """
    try:
        return _holds(token, data)
    except Exception:  # noqa: BLE001 -- a damaged token fails wherever its damage lies
        return False


def _holds(token: bytes, data: bytes) -> bool:
    content: Any = cms.ContentInfo.load(token, strict=True)
    signed = content["content"]
    told = signed["encap_content_info"]["content"]
    imprint = told.parsed["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        return False
    signer: Any = extract_signer_info(signed)
    certificate: Any = extract_certs_for_validation(signed).signer_cert
    digest = new(signer["digest_algorithm"]["algorithm"].native, bytes(told)).digest()
    intact, valid = validate_sig_integrity(signer, certificate, "tst_info", digest)
    whole = imprint["hashed_message"].native == sha256(data).digest() and intact and valid
    return whole and "time_stamping" in certificate.extended_key_usage_value.native
