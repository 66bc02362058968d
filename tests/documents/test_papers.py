"""Papers: filled, set, sealed, and checked by tools that others wrote."""

import asyncio
import io
import re
import subprocess
from dataclasses import replace
from datetime import date
from random import Random

import orjson
import pikepdf
import pytest
from asn1crypto import cms
from jinja2 import UndefinedError
from pyhanko.pdf_utils.reader import PdfFileReader
from weasyprint.urls import FatalURLFetchingError

from documents import fonts, pdf, store
from documents.checks import Answer
from documents.html import TEMPLATES, html
from documents.keys import Keys
from documents.papers import PAPERS, DecisionLetter, Head, record
from documents.pki import DevelopmentAuthority
from documents.press import Press
from documents.sign import Hand, Seal, Sealer
from documents.verdict import Issued, Verdict, compare, report
from documents.verify import verify
from documents.verifying.trust import Trust
from law.finding import Reason
from law.parameters import cite
from law.words import Words
from tests.documents.samples import GOLDEN, SAMPLES
from tests.documents.vera import failures

DAY = date(2026, 11, 24)
BODY = Words("首善大学科技伦理审查委员会", "Ethics committee of Shoushan University")
GROUND = Reason(Words("到会委员最低人数", "quorum"), cite("ethics_measures_2023", 14))
HEAD = Head(
    number="伦审字〔2026〕第0001号",
    case="BJ-2026-000001",
    proceeding="ethics-review/BJ-2026-000001/1",
    issuer=BODY,
    addressee=Words("首善大学", "Shoushan University"),
    project="镕喆堃祎㙍䶮——问答模型",
    issued_on=DAY,
    verify_at="https://shenbei.test/verify/3F9A-77C0-1B2E-84D5",
)
LETTER = DecisionLetter(
    head=HEAD,
    outcome=Words("批准", "approved"),
    accepted_on=DAY,
    due_on=date(2026, 12, 24),
    late=False,
    present=6,
    needed=4,
    tally=((Words("批准", "approved"), 5), (Words("不予批准", "not approved"), 1)),
    opinion=Words("同意", "agree"),
    reasons=("<script>alert(1)</script>", "{{ 7*7 }}"),
    grounds=(GROUND,),
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return DevelopmentAuthority(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def sheet():
    return pdf.lay_out(html(LETTER), orjson.dumps(record(LETTER)), DAY)


@pytest.fixture(scope="module")
def stamp(tmp_path_factory):
    file = tmp_path_factory.mktemp("seal") / "seal.pdf"
    file.write_bytes(pdf.seal_pdf(BODY.zh))
    return file


@pytest.fixture(scope="module")
def hand(tmp_path_factory):
    file = tmp_path_factory.mktemp("hand") / "hand.pdf"
    file.write_bytes(pdf.hand_pdf("王镕"))
    return file


@pytest.fixture(scope="module")
def sealed(authority, sheet, stamp):
    return Sealer(Keys(authority)).seal(sheet, Seal("c1", BODY.zh, stamp))


def text_of(data):
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True
    )
    return done.stdout.decode()


@pytest.fixture(scope="module", params=sorted(PAPERS))
def paper(request):
    return SAMPLES[request.param]


@pytest.fixture(scope="module")
def laid(paper):
    return pdf.lay_out(html(paper), orjson.dumps(record(paper)), DAY)


def test_there_is_a_sample_and_a_template_of_every_paper():
    templates = {path.stem for path in (TEMPLATES / "papers").glob("*.html")}

    assert set(SAMPLES) == set(PAPERS) == templates - {"base", "parts"}
    series = [kind.series for kind in PAPERS.values()]
    assert len(series) == len(set(series))


def test_every_paper_is_filled_as_it_was_looked_at(paper):
    golden = GOLDEN / f"{paper.template}.html"

    assert html(paper) == golden.read_text("utf-8"), "run python -m tests.documents.samples"


def test_every_paper_is_set_in_our_font_with_its_number_on_each_page(paper, laid):
    pages = [page.replace("\n", "") for page in text_of(laid.pdf).split("\f")[:-1]]
    fonts = subprocess.run(["pdffonts", "-"], input=laid.pdf, capture_output=True, check=True)

    assert 1 <= len(pages) <= 3
    assert all(paper.head.number in page and paper.head.case in page for page in pages)
    assert paper.head.issuer.zh in pages[0]
    assert re.search(rf"—\s*{len(pages)}\s*—", pages[-1])
    assert "本文书以电子签名签发" in pages[laid.seal.page]  # the seal never stands alone
    names = [line.split()[0] for line in fonts.stdout.decode().splitlines()[2:]]
    assert {name.split("+")[1] for name in names} <= {"Song", "Song-Bold"}
    for ground in paper.grounds:
        assert ground.citation.words.zh in "".join(pages)


def test_every_paper_carries_its_facts(paper, laid):
    with pikepdf.open(io.BytesIO(laid.pdf)) as document:
        inside = orjson.loads(document.attachments["record.json"].get_file().read_bytes())

    assert inside == record(paper)


def test_every_paper_conforms_before_and_after_sealing(
    paper, laid, authority, stamp, hand, tmp_path
):
    (tmp_path / "laid.pdf").write_bytes(laid.pdf)
    hands = [Hand(who, hand) for who in paper.signatories]
    done = Sealer(Keys(authority)).seal(laid, Seal("c1", BODY.zh, stamp), hands)
    (tmp_path / "sealed.pdf").write_bytes(done)

    for flavour in ("3a", "ua1"):
        assert failures(tmp_path / "laid.pdf", flavour) == {}
        assert failures(tmp_path / "sealed.pdf", flavour) == {}
    assert verify(done, authority.trust()), paper.template


@pytest.mark.parametrize("name", ["decision_letter", "minutes", "safety_report"])
def test_long_and_empty_parts_still_make_a_paper(name):
    long = "长" * 3000
    changes = {
        "decision_letter": {"reasons": (long, *["短"] * 60)},
        "minutes": {"discussion": (), "recused": (), "votes": (), "minority": ()},
        "safety_report": {"conclusion": long},
    }
    paper = replace(SAMPLES[name], **changes[name])

    assert "2026年11月24日" in text_of(pdf.lay_out(html(paper), b"{}", DAY).pdf)


def test_the_validator_finds_what_is_wrong(sheet, tmp_path):
    with pikepdf.open(io.BytesIO(sheet.pdf)) as document:
        del document.Root.MarkInfo
        document.save(tmp_path / "broken.pdf")

    assert failures(tmp_path / "broken.pdf", "ua1")
    assert failures(tmp_path / "broken.pdf", "3a")


@pytest.mark.parametrize("character", ["𠮷", "😀", "\u0e01"])
def test_a_character_that_our_font_lacks_stops_the_paper_by_its_name(character):
    page = html(LETTER).replace("批准", f"批{character}准", 1)

    if not fonts.missing(character):
        pytest.fail(f"{character} is drawn; choose another")
    with pytest.raises(pdf.GlyphError, match=f"U\\+{ord(character):04X}"):
        pdf.lay_out(page, b"{}", DAY)


def test_words_of_people_stay_words():
    page = html(LETTER)

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7*7 }}" in page


def test_a_missing_name_is_an_error():
    with pytest.raises(UndefinedError):
        html(Broken())


class Broken:
    template = "decision_letter"
    head = HEAD


def test_case_number_stands_on_every_page_and_fonts_are_embedded(sheet):
    pages = text_of(sheet.pdf).split("\f")[:-1]
    fonts = subprocess.run(["pdffonts", "-"], input=sheet.pdf, capture_output=True, check=True)

    assert len(pages) >= 2
    assert all("BJ-2026-000001" in page for page in pages)
    assert "镕喆堃祎㙍䶮" in "".join(pages).replace("\n", "")
    names = [line.split()[0] for line in fonts.stdout.decode().splitlines()[2:]]
    assert {name.split("+")[1] for name in names} == {"Song", "Song-Bold"}


def test_the_seal_stands_beside_text_not_alone(sheet):
    pages = text_of(sheet.pdf).split("\f")

    assert "2026年11月24日" in pages[sheet.seal.page]
    assert "本文书以电子签名签发" in pages[sheet.seal.page].replace("\n", "")


def test_the_same_paper_is_the_same_bytes(sheet):
    assert pdf.lay_out(html(LETTER), orjson.dumps(record(LETTER)), DAY).pdf == sheet.pdf


def test_the_record_travels_inside(sheet):
    with pikepdf.open(io.BytesIO(sheet.pdf)) as document:
        inside = orjson.loads(document.attachments["record.json"].get_file().read_bytes())
        part = document.open_metadata()["pdfaid:part"]

    assert inside == record(LETTER)
    assert inside["outcome"] == {"zh": "批准", "en": "approved"}
    assert part == "3"


@pytest.mark.parametrize(
    "hostile",
    [
        '<img src="file:///etc/passwd">',
        '<img src="http://127.0.0.1:1/x.png">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<link rel="stylesheet" href="http://127.0.0.1:1/x.css">',
        '<p style="background:url(file:///etc/passwd)">x</p>',
        '<object data="file:///etc/passwd"></object>',
        '<img src="asset:../settings.py">',
    ],
)
def test_nothing_is_fetched_but_named_assets(hostile):
    page = html(LETTER).replace("<body>", f"<body>{hostile}")

    with pytest.raises(FatalURLFetchingError):
        pdf.lay_out(page, b"{}", DAY)


def test_a_page_without_a_place_for_the_seal_is_refused():
    with pytest.raises(ValueError, match="seal"):
        pdf.lay_out("<p>x</p>", b"{}", DAY)


def test_the_sealed_paper_verifies(sealed, authority):
    verdict = verify(sealed, authority.trust())

    assert verdict, verdict.faults
    (signature,) = verdict.signatures
    assert (signature.signer, signature.holds) == (BODY.zh, True)
    assert signature.stamped_at


HEAD_IN_TRAIL = (HEAD.number, HEAD.case, HEAD.proceeding, "decision_letter", frozenset())


@pytest.mark.parametrize(
    ("issued", "trail", "answers"),
    [
        (HEAD_IN_TRAIL, True, ("pass", "pass", "pass")),
        (("伦审字〔2026〕第0002号", *HEAD_IN_TRAIL[1:]), True, ("pass", "fail", "fail")),
        ((*HEAD_IN_TRAIL[:3], "minutes", frozenset()), True, ("pass", "fail", "fail")),
        (None, True, ("fail", "unknown", "fail")),
        (None, False, ("unknown", "unknown", "unknown")),
    ],
)
def test_a_paper_is_compared_with_the_trail(sealed, authority, issued, trail, answers):
    verdict = verify(sealed, authority.trust())

    compare(verdict, Issued(*issued) if issued else None, trail=trail)

    told = report(verdict, "en")
    found = {check["name"]: check["answer"] for check in told["checks"]}
    assert (found["trail"], found["record"], told["answer"]) == answers
    rest = {name: found[name] for name in found if name not in {"trail", "record"}}
    assert set(rest.values()) == {"pass"}
    assert told["holds"] is ("fail" not in answers)


def test_a_record_that_is_missing_or_broken_is_not_the_trails():
    for record_inside in (None, b"", b"[]", b'{"head": 1}', b"{"):
        verdict = Verdict(record=record_inside)

        compare(verdict, Issued(*HEAD_IN_TRAIL))

        assert [check.answer.value for check in verdict.checks] == ["pass", "fail", "pass"]


def test_poppler_accepts_it_with_our_root(sealed, authority, tmp_path):
    report = pdfsig(sealed, authority, tmp_path)

    assert "Signature is Valid." in report
    assert "Certificate is Trusted." in report
    assert "Total document signed" in report


def test_it_carries_what_later_readers_need(sealed, authority):
    verdict = verify(sealed, authority.trust())
    with pikepdf.open(io.BytesIO(sealed)) as document:
        kept = document.Root.DSS

        assert len(kept.CRLs) == 2
        assert len(kept.Certs) >= 3
    assert [stamp.holds for stamp in verdict.stamps] == [True]
    assert verdict.whole


def test_qpdf_finds_it_sound(sealed, tmp_path):
    (tmp_path / "sealed.pdf").write_bytes(sealed)
    arguments = ["qpdf", "--check", tmp_path / "sealed.pdf"]
    done = subprocess.run(arguments, capture_output=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_openssl_verifies_the_signature_over_the_bytes_it_covers(sealed, authority, tmp_path):
    (embedded,) = PdfFileReader(io.BytesIO(sealed)).embedded_regular_signatures
    first, length, second, rest = (int(n) for n in embedded.byte_range)
    covered = sealed[first : first + length] + sealed[second : second + rest]
    (tmp_path / "covered").write_bytes(covered)
    (tmp_path / "forged").write_bytes(covered.replace(b"Seal", b"Deal", 1))
    (tmp_path / "cms").write_bytes(embedded.signed_data.dump())
    content = cms.ContentInfo.load(bytes(embedded.pkcs7_content)).dump()
    (tmp_path / "cms").write_bytes(content)
    (tmp_path / "root.pem").write_bytes(authority.root.pem)

    assert "successful" in openssl(tmp_path, "covered")
    assert "successful" not in openssl(tmp_path, "forged")


def openssl(folder, covered):
    done = subprocess.run(
        (
            "openssl cms -verify -inform DER -in cms -binary -CAfile root.pem -purpose any "
            f"-out /dev/null -content {covered}"
        ).split(),
        cwd=folder,
        capture_output=True,
        check=False,
        text=True,
    )
    return done.stdout + done.stderr


def test_each_of_two_hundred_flipped_bits_is_found(sealed, authority):
    chance = Random(20261124)
    missed = []
    for place in chance.sample(range(len(sealed)), 200):
        broken = bytearray(sealed)
        broken[place] ^= 1 << chance.randrange(8)
        if verify(bytes(broken), authority.trust()):
            missed.append(place)

    assert missed == []


def test_a_changed_byte_is_refused_by_us_and_by_poppler(sealed, authority, tmp_path):
    signed = sealed.index(b"/Contents <")
    for place in (200, len(sealed) // 3, signed - 50, len(sealed) - 40):
        broken = bytearray(sealed)
        broken[place] ^= 1

        assert not verify(bytes(broken), authority.trust()), place
        # Our mark is over everything; the seal below it does not cover what came after it.
        told = pdfsig(bytes(broken), authority, tmp_path)
        assert told.count("Signature is Valid.") < 2, place


def test_an_appended_change_is_refused(sealed, authority):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed)) as document:
        document.docinfo["/Title"] = "forged"
        document.save(out)
    appended = sealed + b"\n%appended\n"

    assert not verify(out.getvalue(), authority.trust())
    assert not verify(appended, authority.trust())


def test_another_root_does_not_trust_it(sealed, tmp_path):
    stranger = DevelopmentAuthority(tmp_path).root.pem

    verdict = verify(sealed, Trust((stranger,), (stranger,)))

    assert [s.trusted for s in verdict.signatures] == [False]
    assert not verdict


@pytest.mark.parametrize("data", [b"", b"no pdf", b"%PDF-1.7\n", b"PK\x03\x04" * 50])
def test_what_is_no_sealed_pdf_is_refused(data, authority):
    assert not verify(data, authority.trust())


def test_an_unsigned_paper_is_refused(sheet, authority):
    verdict = verify(sheet.pdf, authority.trust())

    assert verdict.faults[0].en == "no signature"
    unknown = {check.name for check in verdict.checks if check.answer is Answer.UNKNOWN}
    assert unknown == {"integrity", "chain", "times", "archive", "changes"}


def test_certificates_are_made_once_and_kept_private(authority, tmp_path):
    one = DevelopmentAuthority(tmp_path / "keys")
    other = DevelopmentAuthority(tmp_path / "keys")

    assert one.body("c1", "甲").pem == other.body("c1", "甲").pem
    assert {p.stat().st_mode & 0o077 for p in (tmp_path / "keys").iterdir()} == {0}


async def test_the_press_sets_seals_and_reads_in_its_own_process(sealed, authority):
    press = Press()
    try:
        sheet = await press.lay_out(html(SAMPLES["re_review_opinion"]), b"{}", DAY)
        stamp = await press.seal_pdf(BODY.zh)
        verdict = await press.verify(sealed, authority.trust())
    finally:
        press.close()

    assert sheet.pdf.startswith(b"%PDF")
    assert stamp.startswith(b"%PDF")
    assert verdict


@pytest.mark.parametrize("secret", [None, b"k" * 32])
async def test_papers_are_stored_once_by_hash(tmp_path, secret):
    papers = store.open_files(tmp_path, secret)

    digest = await papers.put(b"paper")

    place = tmp_path / store.path(digest)
    first = place.read_bytes()
    assert (b"paper" in first) is (secret is None)
    assert await papers.put(b"paper") == digest
    assert place.read_bytes() == first
    assert await papers.get(digest) == b"paper"
    place.write_bytes(b"forged" * 9)
    with pytest.raises(ValueError, match=r"do not (match|open)"):
        await papers.get(digest)
    with pytest.raises(FileNotFoundError):
        await papers.get("0" * 64)


async def test_what_belongs_to_a_file_lies_beside_it(tmp_path):
    papers = store.open_files(tmp_path, b"k" * 32)
    name = await papers.put(b"paper")

    await papers.lay(name, b"signature", "sig")

    assert await papers.beside(name, "sig") == b"signature"
    assert await papers.get(name) == b"paper"
    with pytest.raises(FileNotFoundError):
        await papers.beside(name, "other")


async def test_a_sealed_file_opens_with_its_key_and_under_its_name_only(tmp_path):
    papers = store.open_files(tmp_path, b"k" * 32)
    one, other = await papers.put(b"one"), await papers.put(b"other")

    with pytest.raises(ValueError, match="do not open"):
        await store.open_files(tmp_path, b"l" * 32).get(one)
    (tmp_path / store.path(one)).write_bytes((tmp_path / store.path(other)).read_bytes())
    with pytest.raises(ValueError, match="do not open"):
        await papers.get(one)


def pdfsig(data, authority, tmp_path):
    """Return what Debian's pdfsig says, trusting our root."""
    trust = tmp_path / "nss"
    if not trust.exists():
        trust.mkdir()
        root = tmp_path / "root.pem"
        root.write_bytes(authority.root.pem)
        database = f"sql:{trust}"
        run(["certutil", "-N", "-d", database, "--empty-password"])
        run(["certutil", "-A", "-d", database, "-n", "root", "-t", "C,C,C", "-i", str(root)])
    path = tmp_path / "paper.pdf"
    path.write_bytes(data)
    done = subprocess.run(
        ["pdfsig", "-nssdir", str(trust), str(path)], capture_output=True, check=False
    )
    return done.stdout.decode(errors="replace")


def run(command):
    subprocess.run(command, check=True, capture_output=True)


async def test_a_good_paper_is_not_blamed_for_the_reader_another_file_broke(sealed, authority):
    press = Press()
    try:
        good = asyncio.create_task(press.verify(sealed, authority.trust()))
        await asyncio.sleep(0.3)
        for process in list(press._pool._processes.values()):
            process.kill()

        verdict = await good
    finally:
        press.close()

    assert verdict
