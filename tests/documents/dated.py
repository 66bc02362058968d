"""Certificates, lists and time-stamps of any date, and small papers signed with them."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256

from asn1crypto import crl as asn1_crl
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.verifying.trust import Trust

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
T0 = datetime(2020, 1, 1, tzinfo=UTC)  # signed and stamped
NOW = datetime(2026, 11, 25, tzinfo=UTC)
FAR = datetime(2045, 1, 1, tzinfo=UTC)


@dataclass
class Pair:
    certificate: x509.Certificate
    key: object
    issuer: "Pair | None" = None

    @property
    def pem(self):
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def asn1(self):
        return asn1.Certificate.load(self.certificate.public_bytes(Encoding.DER))

    @property
    def chain(self):
        return [self, *(self.issuer.chain if self.issuer else ())]

    @property
    def asn1_key(self):
        return keys.PrivateKeyInfo.load(
            self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        )


def own_address(pair):
    return "http://x/" + pair.certificate.serial_number.to_bytes(20).hex()


def make(name, issuer=None, *, kind="leaf", since=T0 - 300 * DAY, until=FAR, key=None):
    key = key or (
        rsa.generate_private_key(65537, 2048)
        if kind == "tsa"
        else ec.generate_private_key(ec.SECP256R1())
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    ca = kind == "ca"
    by = issuer.key if issuer else key
    b = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(
            x509.KeyUsage(not ca, kind == "leaf", False, False, False, ca, ca, False, False),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), False
        )
    )
    if issuer:
        uri = x509.UniformResourceIdentifier(
            "http://x/" + issuer.certificate.serial_number.to_bytes(20).hex()
        )
        b = b.add_extension(
            x509.CRLDistributionPoints([x509.DistributionPoint([uri], None, None, None)]),
            False,
        )
    if kind == "tsa":
        b = b.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
    return Pair(b.sign(by, hashes.SHA256()), key, issuer)


def crl(
    issuer,
    revoked=(),
    *,
    at=T0 - HOUR,
    until=None,
    scope=None,
    delta=False,
    lost=None,
    key=None,
    reason=None,
):
    b = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at)
        .next_update(until or at + 30 * DAY)
        .add_extension(x509.CRLNumber(int(at.timestamp())), False)
    )
    if scope:
        b = b.add_extension(scope, True)
    if delta:
        b = b.add_extension(x509.DeltaCRLIndicator(1), True)
    for pair, when in revoked:
        e = (
            x509.RevokedCertificateBuilder()
            .serial_number(pair.certificate.serial_number)
            .revocation_date(when)
        )
        if lost:
            e = e.add_extension(x509.InvalidityDate(lost), False)
        if reason:
            e = e.add_extension(x509.CRLReason(reason), False)
        b = b.add_revoked_certificate(e.build())
    return b.sign(key or issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


class Liar(DummyTimeStamper):
    """Stamps something else than was asked: a token taken from another signature."""

    def _build_tst_info(self, message_imprint, dt, req):
        other = tsp.MessageImprint(
            {
                "hash_algorithm": message_imprint["hash_algorithm"],
                "hashed_message": sha256(b"other").digest(),
            }
        )
        return super()._build_tst_info(other, dt, req)


def stamper(pair, at, kind=DummyTimeStamper):
    store = SimpleCertificateStore.from_certs([p.asn1 for p in pair.chain])
    return kind(pair.asn1, pair.asn1_key, certs_to_embed=store, fixed_dt=at)


def plain():
    writer = PdfFileWriter(stream_xrefs=False)
    said = writer.add_object(generic.StreamObject(stream_data=b"q Q"))
    writer.insert_page(PageObject(contents=said, media_box=(0, 0, 200, 200)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def sign(pdf, field_name, pair, stamp, *, certify=False):
    meta = signers.PdfSignatureMetadata(
        field_name=field_name,
        certify=certify,
        md_algorithm="sha256",
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    signer = signers.SimpleSigner(
        pair.asn1,
        pair.asn1_key,
        SimpleCertificateStore.from_certs([p.asn1 for p in pair.chain[1:]]),
    )
    return signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, signer=signer, timestamper=stamp
    ).getvalue()


def keep(pdf, pairs, lists):
    out = io.BytesIO(pdf)
    DocumentSecurityStore.add_dss(
        out,
        None,
        certs=[p.asn1 for p in pairs],
        crls=[asn1_crl.CertificateList.load(c) for c in lists],
    )
    return out.getvalue()


def archive(pdf, pair, at):
    out = PdfTimeStamper(stamper(pair, at)).timestamp_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256"
    )
    return out.getvalue()


ROOT = make("root", kind="ca")
SIGN = make("signing", ROOT, kind="ca")
SROOT = make("stamping root", kind="ca")
BODY = make("body", SIGN)
HAND = make("hand", SIGN)
SHORT = make("short body", SIGN, until=T0 + 300 * DAY)
LATE = make("ended body", SIGN, until=T0 - DAY)
TSA = make("tsa", SROOT, kind="tsa")
TSA_SHORT = make("short tsa", SROOT, kind="tsa", until=T0 + 400 * DAY)
ARCH = make("archive tsa", SROOT, kind="tsa")
ARCH_SHORT = make("short archive tsa", SROOT, kind="tsa", until=T0 + 500 * DAY)
TRUST = Trust((ROOT.pem,), (SROOT.pem,))
CLEAN = (crl(ROOT), crl(SIGN), crl(SROOT))


def paper(body=BODY, tsa=TSA, arch=ARCH, lists=CLEAN, kind=DummyTimeStamper, again=()):
    pdf = sign(plain(), "Seal", body, stamper(tsa, T0, kind), certify=True)
    pdf = sign(pdf, "Hand0", HAND, stamper(tsa, T0, kind))
    pairs = {
        id(p): p
        for x in (body, HAND, tsa, arch or tsa, *(a for a, _ in again))
        for p in x.chain
    }
    if arch:  # what is kept is covered, or it is something that was appended
        pdf = keep(pdf, pairs.values(), lists)
        pdf = archive(pdf, arch, T0 + HOUR)
    for pair, at in again:
        pdf = archive(pdf, pair, at)
    return pdf


def lists(*more):
    return Trust((ROOT.pem,), (SROOT.pem,), more)


EVIL = ec.generate_private_key(ec.SECP256R1())


def idp(**k):
    return x509.IssuingDistributionPoint(
        **(
            {
                "full_name": None,
                "relative_name": None,
                "only_contains_user_certs": False,
                "only_contains_ca_certs": False,
                "only_some_reasons": None,
                "indirect_crl": False,
                "only_contains_attribute_certs": False,
            }
            | k
        )
    )


def inside(one):
    return paper(lists=(crl(ROOT), crl(SROOT), one))


@cache
def good():
    return paper()
