"""A forger without a key: what is appended must not pass, however the sums are made to fit."""

import io
import re

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.lasting import _certificate, _key
from documents.pki import DevelopmentAuthority
from documents.verify import verify


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return DevelopmentAuthority(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def genuine(authority):
    writer = PdfFileWriter(stream_xrefs=False)
    said = writer.add_object(generic.StreamObject(stream_data=b"q Q % REJECTED"))
    writer.insert_page(PageObject(contents=said, media_box=(0, 0, 200, 200)))
    plain = io.BytesIO()
    writer.write(plain)
    pair = authority.body("c1", "Committee")
    chain = [_certificate(authority.signing), _certificate(authority.root)]
    signer = signers.SimpleSigner(
        _certificate(pair), _key(pair), SimpleCertificateStore.from_certs(chain)
    )
    metadata = signers.PdfSignatureMetadata(
        field_name="Seal",
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm="sha256",
    )
    appended = IncrementalPdfFileWriter(io.BytesIO(plain.getvalue()))
    return signers.sign_pdf(appended, metadata, signer=signer).getvalue()


def forged(genuine):
    """Append another page text, and the signature once more as a literal padded to fit."""
    reader = PdfFileReader(io.BytesIO(genuine))
    (seal,) = reader.embedded_signatures
    spans = [int(n) for n in seal.byte_range]
    signature = seal.sig_field.raw_get("/V").reference.idnum
    said = reader.root["/Pages"]["/Kids"][0].raw_get("/Contents").reference.idnum
    start = re.search(rb"%d 0 obj" % signature, genuine).start()
    kept = genuine[start : genuine.index(b"endobj", start) + 6]
    first = kept.index(b"<", kept.index(b"/Contents"))
    last = kept.index(b">", first) + 1
    cms = seal.pkcs7_content
    before = reader.xrefs.get_startxref_for_revision(reader.xrefs.total_revisions - 1)

    def build(padding):
        file = genuine + b"\n"
        one = len(file)
        text = b"q Q % APPROVED forged"
        file += b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
            said,
            len(text),
            text,
        )
        two = len(file)
        literal = b"".join(b"\\%03o" % byte for byte in cms) + b"\0" * padding
        file += kept[:first] + b"(" + literal + b")" + kept[last:] + b"\n"
        table = len(file)
        file += b"xref\n"
        for number, place in sorted([(said, one), (signature, two)]):
            file += b"%d 1\n%010d 00000 n \n" % (number, place)
        size, root = int(reader.trailer["/Size"]), reader.root_ref.idnum
        return file + (
            b"trailer\n<</Size %d /Root %d 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
            % (size, root, before, table)
        )

    padding = 0
    for _ in range(50):
        file = build(padding)
        over = len(file) - (spans[1] + spans[3] + 2 * (len(cms) + padding) + 2)
        if over == 0:
            return file
        padding += over if over > 0 else -1
    raise AssertionError("the sums do not fit")


def test_a_forgery_whose_sums_fit_is_refused(genuine, authority):
    assert verify(genuine, authority.trust())
    file = forged(genuine)
    page = PdfFileReader(io.BytesIO(file)).root["/Pages"]["/Kids"][0]
    assert b"APPROVED" in page["/Contents"].data  # readers would show it

    assert not verify(file, authority.trust())
