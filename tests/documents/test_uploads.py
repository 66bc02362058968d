"""Hostile and benign files, built here; each code a refusal may have is provoked."""

import io
import pickle
import struct
import time
import zipfile
import zlib
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from pikepdf import Array, Dictionary, Encryption, Name, ObjectStreamMode, Pdf, String
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from documents import pdf as setting
from documents import uploads
from documents.keys import Keys
from documents.papers import Signatory
from documents.pki import DevelopmentAuthority
from documents.press import Enclosed
from documents.sign import Hand, Seal, Sealer
from documents.uploads import (
    CSV,
    DOCX,
    ENDINGS,
    JPEG,
    PDF,
    PNG,
    TEXT,
    XLSX,
    Found,
    UploadError,
)
from documents.uploads.inspect import inspect
from law.words import Words
from tests.shared import shared


def refused(data, name):
    with pytest.raises(UploadError) as caught:
        inspect(data, name)
    error = caught.value
    assert error.words.zh
    assert error.words.en
    assert "{" not in str(tuple(error.words))
    return error.code.removeprefix("upload.")


# PDF -------------------------------------------------------------------------------------


def pdf(change=None, **told):
    made = Pdf.new()
    made.add_blank_page(page_size=(200, 200))
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out, **told)
    return out.getvalue()


def raw(*objects, extra=b""):
    """Write a PDF by hand: objects from number 3 on; nothing is cleaned up."""
    first = (
        b"<</Type/Catalog/Pages 2 0 R%s>>" % extra,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    )
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>"
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate((*first, page, *objects), 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\n" % (len(places) + 1)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % table


def stream(data, told=b"/Filter/FlateDecode"):
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (told, len(data), data)


def js():
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def appended(data, number, body):
    """Append a revision that replaces one object."""
    place, before = len(data), int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(data)
    size = int(data.rsplit(b"/Size ", 1)[1].split(b"/")[0])
    return data + (
        b"xref\n%d 1\n%010d 00000 n \ntrailer<</Size %d/Root 1 0 R/Prev %d>>\n"
        b"startxref\n%d\n%%%%EOF\n" % (number, place, size, before, table)
    )


def action(kind, **more):
    return lambda p: p.Root.__setitem__("/OpenAction", Dictionary(S=Name(kind), **more))


def annotation(**told):
    def change(p):
        box = Array([0, 0, 9, 9])
        p.pages[0].Annots = Array(
            [p.make_indirect(Dictionary(Type=Name.Annot, Rect=box, **told))]
        )

    return change


def with_names(tree, leaf):
    def change(p):
        p.Root.Names = Dictionary({tree: Dictionary(Names=Array([String("a"), leaf]))})

    return change


def with_field(p):
    field = Dictionary(FT=Name.Tx, T=String("a"), AA=Dictionary(K=js()))
    p.Root.AcroForm = Dictionary(Fields=Array([p.make_indirect(field)]))


def with_attachment(name, data):
    return lambda p: p.attachments.__setitem__(name, data)


def with_xfa(p):
    p.Root.AcroForm = Dictionary(Fields=Array([]), XFA=p.make_stream(b"<xdp/>"))


ACTIVE = [
    ("pdf_javascript", action("/JavaScript", JS=String("x"))),
    ("pdf_javascript", with_names("/JavaScript", js())),
    ("pdf_javascript", lambda p: p.Root.__setitem__("/AA", Dictionary(WC=js()))),
    ("pdf_javascript", lambda p: p.pages[0].__setitem__("/AA", Dictionary(O=js()))),
    ("pdf_javascript", annotation(Subtype=Name.Link, A=js())),
    ("pdf_javascript", annotation(Subtype=Name.Link, A=Dictionary(S=Name.URI, Next=js()))),
    ("pdf_javascript", with_field),
    ("pdf_launch", action("/Launch", F=String("calc.exe"))),
    ("pdf_submit", action("/SubmitForm", F=String("http://x"))),
    ("pdf_import", action("/ImportData", F=String("x.fdf"))),
    ("pdf_remote", action("/GoToR", F=String("x.pdf"), D=Array([0, Name.Fit]))),
    ("pdf_remote", action("/GoToE", D=Array([0, Name.Fit]))),
    ("pdf_media", action("/Rendition", OP=0)),
    ("pdf_media", annotation(Subtype=Name.RichMedia)),
    ("pdf_media", annotation(Subtype=Name.Movie)),
    ("pdf_media", annotation(Subtype=Name.Sound)),
    ("pdf_media", annotation(Subtype=Name("/3D"))),
    ("pdf_media", annotation(Subtype=Name.Screen)),
    ("pdf_xfa", with_xfa),
    ("pdf_files", with_attachment("a.exe", b"MZ")),
    ("pdf_files", with_attachment("a.json", b"{}")),
    ("pdf_files", with_attachment("record.json", b"MZ")),
    ("pdf_files", annotation(Subtype=Name.FileAttachment)),
]


@pytest.mark.parametrize("mode", [ObjectStreamMode.disable, ObjectStreamMode.generate])
@pytest.mark.parametrize(("code", "change"), ACTIVE)
def test_what_acts_is_refused_wherever_it_stands(code, change, mode):
    assert refused(pdf(change, object_stream_mode=mode), "a.pdf") == code


@pytest.mark.parametrize(
    ("code", "objects"),
    [
        ("pdf_javascript", [b"<</S/JavaScript/JS(x)>>"]),  # nothing refers to it
        ("pdf_javascript", [b"<</S/J#61vaScript/#4aS(x)>>"]),
        ("pdf_javascript", [b"<</S 5 0 R>>", b"/J#61vaScript"]),
        ("pdf_launch", [b"<</A/Type/S/Launch>>"]),
        ("pdf_javascript", [b"[[[<</A[<</S/JavaScript>>]>>]]]"]),
        ("pdf_javascript", [stream(b"", b"/A<</S/JavaScript>>")]),
        ("pdf_remote", [stream(b"", b"/F(secret.txt)")]),
        ("pdf_files", [stream(b"MZ", b"/Type/EmbeddedFile")]),
    ],
)
def test_disguise_is_seen_through(code, objects):
    assert refused(raw(*objects), "a.pdf") == code


@pytest.mark.parametrize(
    "objects",
    [
        [b"(a text on /S /JavaScript and /Launch)"],
        [b"<</S/URI/URI(https://x.test/JS)>>"],
        [b"<</Title(/JavaScript)>>"],
    ],
)
def test_words_are_no_actions(objects):
    assert inspect(raw(*objects), "a.pdf") == Found(PDF, 1)


def test_what_a_later_revision_hides_is_seen():
    hidden = appended(raw(b"<</S/JavaScript/JS(x)>>"), 4, b"<</S/URI/URI(x)>>")
    assert refused(hidden, "a.pdf") == "pdf_javascript"
    fine = appended(raw(b"<</S/URI/URI(a)>>"), 4, b"<</S/URI/URI(b)>>")
    assert inspect(fine, "a.pdf") == Found(PDF, 1)


@pytest.mark.parametrize("owner", ["", "secret"])
@pytest.mark.parametrize("user", ["", "secret"])
@pytest.mark.parametrize("revision", [3, 4, 6])
def test_encryption_is_refused_even_with_an_empty_password(owner, user, revision):
    rules = Encryption(owner=owner, user=user, R=revision, metadata=revision > 3)
    if revision == 3:
        rules = Encryption(owner=owner, user=user, R=3, metadata=False, aes=False)
    assert refused(pdf(encryption=rules), "a.pdf") == "pdf_encrypted"


def test_encryption_by_another_library():
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(pdf())))
    writer.encrypt("owner", "")
    out = io.BytesIO()
    writer.write(out)
    assert refused(out.getvalue(), "a.pdf") == "pdf_encrypted"


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.replace(b"startxref\n", b"startxref\n9"),
        lambda d: d.replace(b" 00000 n", b"1 0000 n", 1),
        lambda d: d[: len(d) // 2] + b"%%EOF",
        lambda d: d.replace(b"%%EOF", b""),
        lambda d: d.replace(b"/Root", b"/Toor"),
        lambda d: d.replace(b"2 0 obj", b"7 0 obj"),
    ],
)
def test_damage_is_not_repaired(change):
    good = raw()
    assert inspect(good, "a.pdf") == Found(PDF, 1)
    assert refused(change(good), "a.pdf") == "pdf_damaged"


def test_doubled_keys_and_no_pages_are_damage():
    assert refused(raw(b"<</S/JavaScript/S/URI>>"), "a.pdf") == "pdf_damaged"
    assert (
        refused(raw().replace(b"[3 0 R]/Count 1", b"[]/Count 0     "), "a.pdf")
        == "pdf_damaged"
    )


def test_two_files_in_one_are_refused():
    packed = archive({"a": b"b"})
    good = raw()
    for made in (b"GIF89a" + good, b"\n" + good, good + b"MZ", good + packed):
        assert refused(made, "a.pdf") == "polyglot"
    # an archive within, whose comment is the rest of the PDF
    within = raw(stream(packed, b"")).replace(b"PK\x05\x06", b"PK\x05\x06")
    at = within.index(b"PK\x05\x06") + 20
    within = within[:at] + struct.pack("<H", len(within) - at - 2) + within[at + 2 :]
    assert zipfile.is_zipfile(io.BytesIO(within))
    assert refused(within, "a.pdf") == "polyglot"


def test_too_many_objects_pages_and_revisions():
    many = raw(*[b"null"] * 400_001)
    assert refused(many, "a.pdf") == "pdf_too_much"
    kids = b"3 0 R " * 3001
    pages = raw().replace(b"[3 0 R]/Count 1", b"[%s]/Count 3001" % kids)
    assert refused(pages, "a.pdf") in {"pdf_damaged", "pdf_too_much"}
    assert refused(pdf(lambda p: [p.add_blank_page() for _ in range(3000)]), "a.pdf") == (
        "pdf_too_much"
    )
    revised = raw(b"1")
    for _ in range(65):
        revised = appended(revised, 4, b"1")
    assert refused(revised, "a.pdf") == "pdf_too_much"


def zeros(size):
    packing, block = zlib.compressobj(9), bytes(1 << 20)
    made = b"".join(packing.compress(block) for _ in range(size >> 20))
    return made + packing.flush()


def object_stream_bomb(size, entries=b""):
    packed = zeros(size)
    body = raw(stream(packed, b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode"))
    head = body[: body.index(b"xref\n0")]
    places = [head.index(b"%d 0 obj" % n) for n in range(1, 5)]
    rows = [(0, 0, 0), *((1, place, 0) for place in places), (2, 4, 0), (1, len(head), 0)]
    table = b"".join(struct.pack(">BIB", *row) for row in rows)
    told = b"/Type/XRef/Size 7/W[1 4 1]/Root 1 0 R"
    return head + b"6 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        stream(table, told),
        len(head),
    )


def test_bombs_are_not_unpacked():
    big = zeros(100 << 20)
    twice = stream(zlib.compress(zlib.compress(b"")), b"/Filter[/FlateDecode/FlateDecode]")
    assert refused(raw(stream(big)), "a.pdf") == "bomb"
    assert refused(raw(twice), "a.pdf") == "bomb"
    assert refused(object_stream_bomb(100 << 20), "a.pdf") == "bomb"
    huge = b"/Subtype/Image/Width 100000/Height 100000/Filter/FlateDecode"
    assert refused(raw(stream(zlib.compress(b""), huge)), "a.pdf") == "bomb"
    part = zeros(60 << 20)
    assert refused(raw(*[stream(part)] * 20), "a.pdf") == "bomb"
    assert inspect(raw(stream(zeros(20 << 20))), "a.pdf").pages == 1
    run = b"\x81\0" * (1 << 20)
    assert refused(raw(stream(run, b"/Filter/RunLengthDecode")), "a.pdf") == "pdf_damaged"


@pytest.mark.parametrize("opening", [b"[", b"<</A"])
def test_deep_nesting_is_damage(opening):
    closing = b"]" if opening == b"[" else b">>"
    for depth in (600, 300_000):
        deep = opening * depth + b" 1 " + closing * depth
        assert refused(raw(deep), "a.pdf") in {"pdf_damaged", "bomb"}


def test_a_plain_paper_a_link_and_a_web_pdf_are_accepted():
    import weasyprint  # noqa: PLC0415 -- slow to load, for this test alone

    made = weasyprint.HTML(string="<p>你好 <a href='https://x.test'>链接</a></p>").write_pdf()
    assert inspect(made, "纸.pdf") == Found(PDF, 1)
    link = annotation(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://x")))
    assert inspect(pdf(link), "A.PDF") == Found(PDF, 1)
    assert inspect(pdf(linearize=True), "a.pdf") == Found(PDF, 1)


def test_a_paper_of_our_own_is_accepted_sealed_and_signed(tmp_path):

    html = (
        "<html lang=zh><title>决定</title><p>同意</p><div id=seal style='height:42mm'>章</div>"
        "<div id=hand-1 style='height:11mm'>签</div></html>"
    )
    sheet = setting.lay_out(html, b'{"a": 1}', date(2026, 11, 24))
    stamp, drawn = tmp_path / "s.pdf", tmp_path / "h.pdf"
    stamp.write_bytes(setting.seal_pdf("委员会"))
    drawn.write_bytes(setting.hand_pdf("王镕"))
    who = Signatory(
        person="p1", name="王镕", role=Words("主任", "chair"), act="x", event="0" * 64
    )
    sealer = Sealer(Keys(DevelopmentAuthority(tmp_path / "pki")))
    signed = sealer.seal(sheet, Seal("c1", "委员会", stamp), [Hand(who, drawn)])
    assert inspect(signed, "a.pdf") == Found(PDF, 1)
    enclosed = [Enclosed("x.pdf", b"%PDF-", "x")]
    dossier = setting.lay_out(html, b"{}", date(2026, 11, 24), enclosed)
    assert refused(dossier.pdf, "a.pdf") == "pdf_files"


# Images ----------------------------------------------------------------------------------


def image(kind, size=(40, 30), mode="RGB", **told):
    out = io.BytesIO()
    Image.new(mode, size, 128).save(out, kind, **told)
    return out.getvalue()


def chunk(kind, body):
    return (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    )


def png(width, height, body):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", body), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_plain_images_are_accepted():
    for mode in ("1", "L", "P", "RGB", "RGBA", "I;16"):
        assert inspect(image("PNG", mode=mode), "a.png") == Found(PNG)
    for told in ({}, {"progressive": True}, {"comment": b"x"}, {"dpi": (300, 300)}):
        assert inspect(image("JPEG", **told), "a.jpeg") == Found(JPEG)
    assert inspect(image("JPEG", mode="CMYK") + b"\0\0", "a.JPG") == Found(JPEG)


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.png"), ("JPEG", "a.jpg")])
def test_images_broken_followed_or_too_large(kind, name):
    good = image(kind)
    assert refused(good[:-20], name) == "image_broken"
    assert refused(good[:9], name) == "image_broken"
    assert refused(good + b"<script>", name) == "image_trailing"
    assert refused(good + good, name) == "image_trailing"
    assert refused(good + archive({"a": b"b"}), name) == "polyglot"
    assert refused(image(kind, (8100, 8000), "L"), name) == "image_pixels"


def test_pngs_that_lie():
    assert refused(png(60_000, 60_000, zeros(1 << 20)), "a.png") == "image_pixels"
    assert refused(png(9, 9, b"junk"), "a.png") == "image_broken"
    wrong = bytearray(image("PNG"))
    wrong[-20] ^= 1
    assert refused(bytes(wrong), "a.png") == "image_broken"
    text = chunk(b"zTXt", b"a\0\0" + zeros(100 << 20))
    good = image("PNG")
    assert refused(good[:33] + text + good[33:], "a.png") == "image_broken"


def test_a_jpeg_of_endless_scans_is_a_bomb():
    good = image("JPEG", progressive=True)
    at = good.index(b"\xff\xda")
    endless = good[:at] + good[at:-2] * 30 + good[-2:]
    assert refused(endless, "a.jpg") == "bomb"


def test_an_archive_within_a_jpeg():
    good, packed = image("JPEG"), bytearray(archive({"a": b"b"}))
    packed[-2:] = struct.pack("<H", len(good) - 2)
    part = b"\xff\xfe" + struct.pack(">H", len(packed) + 2) + bytes(packed)
    assert refused(good[:2] + part + good[2:], "a.jpg") == "polyglot"


# Office ----------------------------------------------------------------------------------

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def archive(files, packing=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def docx(more=None, types="", main=_MAIN, document="<w:document xmlns:w='w'/>", rels=""):
    kinds = (
        '<?xml version="1.0"?><Types xmlns="t">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="bin" ContentType="application/octet-stream"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/>{types}</Types>'
    )
    own = f"<Relationships>{rels}</Relationships>"
    files = {"[Content_Types].xml": kinds, "word/_rels/document.xml.rels": own}
    return archive(files | {"word/document.xml": document} | (more or {}))


def relation(kind, target="http://x.test", mode='TargetMode="External"'):
    return f'<Relationship Id="r" Type="{_RELS}/{kind}" Target="{target}" {mode}/>'


def workbook():
    out, book = io.BytesIO(), openpyxl.Workbook()
    book.active["A1"] = "算法"
    book.active["A1"].hyperlink = "https://x.test"
    book.save(out)
    return out.getvalue()


def test_plain_office_files_are_accepted():
    assert inspect(docx(rels=relation("hyperlink")), "a.docx") == Found(DOCX)
    assert inspect(docx({"word/media/a.png": b"x"}), "a.docx") == Found(DOCX)
    assert inspect(workbook(), "a.xlsx") == Found(XLSX)


def test_official_lists_are_accepted():
    for path in shared("official-lists").glob("*.docx"):
        assert inspect(path.read_bytes(), path.name) == Found(DOCX)


_VBA = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
_ACTIVE = (
    '<Override PartName="/word/activeX/a.xml" '
    'ContentType="application/vnd.ms-office.activeX+xml"/>'
)
_ENTITY = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("office_macro", {"types": _VBA, "more": {"word/x.bin": b"x"}}),
        ("office_macro", {"main": "application/vnd.ms-word.document.macroEnabled.main+xml"}),
        ("office_macro", {"rels": relation("vbaProject", mode="")}),
        ("office_embedded", {"more": {"word/vbaProject.bin": b"x"}}),
        ("office_embedded", {"more": {"word/embeddings/oleObject1.bin": b"x"}}),
        ("office_embedded", {"more": {"word/embeddings/a.docx": b"PK"}}),
        ("office_embedded", {"more": {"word/x.exe": b"MZ"}}),
        ("office_embedded", {"types": _ACTIVE, "more": {"word/activeX/a.xml": "<a/>"}}),
        ("office_embedded", {"rels": relation("aFChunk", "a.html", "")}),
        ("office_embedded", {"rels": relation("oleObject", "a.bin", "")}),
        ("office_external", {"rels": relation("attachedTemplate")}),
        ("office_external", {"rels": relation("image")}),
        ("office_external", {"rels": relation("frame")}),
        (
            "office_external",
            {
                "document": "<a:d xmlns:a='w'><a:instrText>DDE</a:instrText>"
                "<a:instrText xml:space='preserve'>AUTO c</a:instrText></a:d>"
            },
        ),
        ("office_external", {"document": "<w:f xmlns:w='w' w:instr=' INCLUDETEXT x'/>"}),
        ("office_external", {"document": "<instrText>&#68;DEAUTO c</instrText>"}),
        ("office_external", {"document": "<instrText><![CDATA[DDEAUTO c]]></instrText>"}),
        ("office_external", {"document": "<instrText>DDE<!-- x -->AUTO c</instrText>"}),
        ("office_external", {"document": "<a><delInstrText>DDE</delInstrText></a>"}),
        (
            "office_external",
            {"more": {"doc/x.xml": "<instrText>DDE</instrText>".encode("utf-16")}},
        ),
        ("office_external", {"rels": relation("externalLink", "a.xml", "")}),
        ("office_external", {"rels": relation("connections", "a.xml", "")}),
        ("office_entities", {"document": _ENTITY}),
        ("office_entities", {"more": {"word/other.xml": _ENTITY}}),
        ("office_entities", {"more": {"word/16.xml": _ENTITY.encode("utf-16")}}),
        ("office_entities", {"more": {"word/_rels/x.rels": _ENTITY}}),
        ("office_path", {"more": {"../a.xml": "<a/>"}}),
        ("office_path", {"more": {"/a.xml": "<a/>"}}),
        ("office_path", {"more": {"word\\a.xml": "<a/>"}}),
        ("office_path", {"more": {"c:a.xml": "<a/>"}}),
        ("office_path", {"more": {"word/./a.xml": "<a/>"}}),
        ("office_path", {"more": {"Word/Document.xml": "<a/>"}}),
        ("office_broken", {"document": "<a>"}),
        ("bomb", {"more": {"word/a.xml": b"<a>" + b" " * (100 << 20)}}),
        ("bomb", {"more": {f"word/{n}.xml": "<a/>" for n in range(2000)}}),
        ("bomb", {"rels": relation("hyperlink", mode='TargetMode="External"') * 100_000}),
        ("unknown_type", {"main": "application/xml"}),
    ],
)
def test_office_files_that_do_more_are_refused(code, told):
    assert refused(docx(**told), "a.docx") == code


@pytest.mark.parametrize(
    "cell", ["=cmd|'/c calc'!A0", "1,\"=cmd|'/c calc'!A0\"", "x;@SUM(1)|a!b", "-2|x!y"]
)
def test_a_cell_that_calls_a_program_is_refused(cell):
    assert refused(f"a,b\n{cell}\n".encode(), "a.csv") == "text_command"
    if cell[0] in "=-":
        assert refused(f"\ufeff{cell}\n".encode(), "a.csv") == "text_command"


@pytest.mark.parametrize(
    "text",
    [
        b"a,b\n=1+2,3|4\n",
        b"-5,a|b,wow!\n",
        b"x,@user said a|b and hi!\n",
        b'",=' * 20_000,
        b"\n" * 100_000,
    ],
    ids=range(5),
)
def test_cells_that_only_look_like_commands_are_accepted_soon(text):
    begun = time.process_time()
    assert inspect(text, "a.csv").media == CSV
    assert time.process_time() - begun < 5  # a square would be minutes


def field(*instructions):
    """Return a document with one field, its instruction in parts."""
    parts = "".join(f"<w:instrText>{one}</w:instrText>" for one in instructions)
    begin, end = (f"<w:fldChar w:fldCharType='{kind}'/>" for kind in ("begin", "end"))
    return f"<w:d xmlns:w='w'>{begin}{parts}{end}</w:d>"


@pytest.mark.parametrize(
    ("told", "fetches"),
    [
        (["HYPERLINK &quot;http://a/link/dde&quot;"], False),
        (["REF link_1"], False),
        ([" D", "DE c"], True),
        (["IMPORT &quot;http://x&quot;"], True),
        (["RD &quot;x&quot;"], True),
        (["INCLUDE", "PICTURE x"], True),
    ],
)
def test_a_field_fetches_by_its_first_word(told, fetches):
    data = docx(document=field(*told))

    if fetches:
        assert refused(data, "a.docx") == "office_external"
    else:
        assert inspect(data, "a.docx").media == DOCX


def test_office_archives_that_are_broken_hidden_or_locked():
    good = docx()
    assert refused(good[:-30], "a.docx") == "office_broken"
    assert refused(good + b"MZ", "a.docx") in {"polyglot", "office_broken"}
    assert refused(archive({"a": b"b"}), "a.docx") == "unknown_type"
    locked = bytearray(good)
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(locked), "a.docx") == "office_encrypted"
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500)
    assert refused(ole, "a.docx") == "office_old"
    assert (
        refused(ole + "EncryptedPackage".encode("utf-16-le"), "a.docx") == "office_encrypted"
    )


# Text ------------------------------------------------------------------------------------


def test_plain_text_is_accepted():
    assert inspect("编号,名称\r\n1,问渠\t𠮷\n".encode(), "a.csv") == Found(CSV)
    assert inspect(b"\xef\xbb\xbfabc", "a.txt") == Found(TEXT)


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("empty", b""),
        ("text_nul", b"a\0b"),
        ("text_control", b"a\x1b[31mb"),
        ("text_control", "a\x85b".encode()),
        ("text_encoding", "编号，名称".encode("gb18030")),
        ("text_encoding", "编号".encode("utf-16")),
        ("unknown_type", b"\xff\xff\x00\x01"),
        ("unknown_type", b"\x7fELF\xff\x02\x01"),
    ],
)
def test_other_text_is_refused(code, data):
    assert refused(data, "a.txt") == code


def test_the_encoding_is_named():
    with pytest.raises(UploadError, match="GB 18030"):
        inspect("编号，名称".encode("gbk"), "a.csv")


# All -------------------------------------------------------------------------------------


def test_sizes_endings_and_kinds():
    with pytest.raises(UploadError) as caught:
        inspect(b"a" * (2 << 20), "a.txt", largest=1 << 20)
    assert caught.value.code == "upload.too_large"
    for name in ("a.exe", "a", "pdf", "a.pdf.html", "a.", ""):
        assert refused(b"abc", name) == "unknown_type"
    made = {"pdf": raw(), "png": image("PNG"), "jpg": image("JPEG"), "docx": docx()}
    made |= {"xlsx": workbook(), "csv": b"a,b", "txt": b"a"}
    for ending in made:
        for other, data in made.items():
            if other != ending and {other, ending} != {"csv", "txt"}:
                assert refused(data, f"a.{ending}") == "wrong_ending"
    assert set(ENDINGS.values()) == set(made)


def test_a_refusal_crosses_processes():
    error = uploads.refusal("wrong_ending", "PDF")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (again.code, again.words) == (error.code, error.words)


def test_every_code_is_provoked_here():
    source = Path(__file__).read_text("utf-8").replace("upload.", "")
    assert [code for code in uploads._WORDS if f'"{code}"' not in source] == []
