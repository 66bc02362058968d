"""Personal signatures, and keys in files, tokens and at others: checked by foreign tools."""

import io
import json
import shutil
import subprocess
import threading
from base64 import b64decode
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import orjson
import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from pyhanko.sign.timestamps import TimestampRequestError
from typer.testing import CliRunner

import cli
from clitools.errors import CommandError
from documents import pdf
from documents.html import html
from documents.keys import Keys
from documents.papers import record
from documents.pki import DevelopmentAuthority
from documents.sign import Hand, Seal, Sealer
from documents.signers import SignerError, Sm2Signer, sm2_holds
from documents.verdict import Issued, compare, report
from documents.verify import verify
from documents.verifying.trust import Trust
from tests.documents.samples import BODY, SAMPLES

DAY = date(2026, 11, 24)
OPINION = SAMPLES["re_review_opinion"]
TOKENS = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return DevelopmentAuthority(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def sheet():
    return pdf.lay_out(html(OPINION), orjson.dumps(record(OPINION)), DAY)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn")
    for name in (BODY.zh, *(who.name for who in OPINION.signatories)):
        draw = pdf.seal_pdf if name == BODY.zh else pdf.hand_pdf
        (folder / f"{name}.pdf").write_bytes(draw(name))
    return folder


def sealed_by(keys, sheet, drawn, *, hands=()):
    seal = Seal("c1", BODY.zh, drawn / f"{BODY.zh}.pdf")
    signing = [Hand(who, drawn / f"{who.name}.pdf") for who in hands]
    return Sealer(keys).seal(sheet, seal, signing)


@pytest.fixture(scope="module")
def signed(authority, sheet, drawn):
    return sealed_by(Keys(authority), sheet, drawn, hands=OPINION.signatories)


def test_persons_sign_in_their_places_for_their_acts(signed, sheet, authority):
    verdict = verify(signed, authority.trust())

    assert verdict, verdict.faults
    told = [(s.field, s.signer, s.reason) for s in verdict.signatures[1:]]
    names = enumerate(OPINION.signatories)
    assert told == [(f"Hand{n}", who.name, who.reason) for n, who in names]
    assert all(s.stamped_at for s in verdict.signatures)
    assert len(sheet.hands) == len(OPINION.signatories)
    assert len({place.box for place in sheet.hands}) == 3
    assert len(verdict.stamps) == 1  # one archive stamp over all of it


def test_a_personal_signature_stands_for_an_act_of_that_person(signed, authority):
    acts = frozenset((who.reason, who.name) for who in OPINION.signatories)
    head = OPINION.head
    answers = {}
    for known in (acts, acts - {min(acts)}, frozenset((r, "别人") for r, _ in acts)):
        verdict = verify(signed, authority.trust())
        issued = Issued(head.number, head.case, head.proceeding, OPINION.template, known)
        compare(verdict, issued)
        answers[known] = report(verdict)["checks"][-1]

    assert [a["name"] for a in answers.values()] == ["acts"] * 3
    assert [a["answer"] for a in answers.values()] == ["pass", "fail", "fail"]


def test_poppler_and_qpdf_accept_four_signatures(signed, authority, tmp_path):
    (tmp_path / "signed.pdf").write_bytes(signed)
    database = f"sql:{tmp_path}/nss"
    (tmp_path / "nss").mkdir()
    (tmp_path / "root.pem").write_bytes(authority.root.pem)
    new = ["certutil", "-N", "-d", database, "--empty-password"]
    trust = ["certutil", "-A", "-d", database, "-n", "root", "-t", "CT,C,C"]
    subprocess.run(new, check=True)
    subprocess.run([*trust, "-i", tmp_path / "root.pem"], check=True)

    arguments = ["pdfsig", "-nssdir", database, tmp_path / "signed.pdf"]
    said = subprocess.run(arguments, capture_output=True, text=True, check=False).stdout
    sound = subprocess.run(["qpdf", "--check", tmp_path / "signed.pdf"], check=False)

    assert said.count("Signature is Valid.") == 4, said
    assert said.count("Certificate is Trusted.") == 4
    assert sound.returncode == 0


def test_a_signature_that_is_taken_off_leaves_no_whole_paper(signed, authority):
    ends = [n for n in range(len(signed)) if signed[n : n + 5] == b"%%EOF"]
    for end in ends[:-1]:
        assert verify(signed[: end + 6], authority.trust()).answer.value != "pass"


def test_what_is_filled_in_after_the_last_signature_is_refused(signed, authority):
    with pikepdf.open(io.BytesIO(signed)) as document:
        document.Root.AcroForm.Fields[0].TU = pikepdf.String("别的")
        out = io.BytesIO()
        document.save(out)

    assert not verify(out.getvalue(), authority.trust())


@contextmanager
def told(authority, text):
    path = authority.folder / "signers.toml"
    path.write_text(text, "utf-8")
    try:
        yield
    finally:
        path.unlink()


def test_a_pkcs12_seals(authority, sheet, drawn):
    pair = authority.body("c9", "PKCS 12")
    (authority.folder / "c9.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"seal", pair.key, pair.certificate, None, BestAvailableEncryption(b"geheim")
        )
    )
    text = '[body.c1]\npkcs12 = "c9.p12"\npassphrase = "WORD"\nholder = "PKCS 12"\n'
    someone = text.replace("PKCS 12", "Someone")
    with (
        told(authority, someone),
        pytest.raises(SignerError, match="of PKCS 12, not Someone"),
    ):
        sealed_by(Keys(authority, {"WORD": "geheim"}), sheet, drawn)
    with told(authority, text):
        sealed = sealed_by(Keys(authority, {"WORD": "geheim"}), sheet, drawn)
        with pytest.raises(SignerError, match=r"c9\.p12"):
            sealed_by(Keys(authority, {"WORD": "x"}), sheet, drawn)
        with pytest.raises(SignerError, match="'WORD', which is not set"):
            sealed_by(Keys(authority, {}), sheet, drawn)

    (signature,) = verify(sealed, authority.trust()).signatures
    assert (signature.signer, signature.holds) == ("PKCS 12", True)


@pytest.mark.skipif(not TOKENS.exists(), reason="SoftHSM2 is not installed")
def test_a_key_that_never_leaves_its_token_seals(
    authority, sheet, drawn, tmp_path, monkeypatch
):
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm.conf").write_text(
        f"directories.tokendir = {tmp_path}/tokens\nlog.level = ERROR\n"
    )
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm.conf"))
    pair = authority.body("c8", "Token")
    key = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(key)
    (authority.folder / "c8-certificate.pem").write_bytes(pair.pem)
    token = ["--token", "office", "--pin", "1234"]
    util = "softhsm2-util"
    new = [util, "--init-token", "--free", "--label", "office", "--so-pin", "1234"]
    subprocess.run([*new, "--pin", "1234"], check=True)
    put = [util, "--import", tmp_path / "key.pem", "--label", "seal", "--id", "01"]
    subprocess.run([*put, *token], check=True)
    text = (
        f'[body.c1]\npkcs11 = "{TOKENS}"\ntoken = "office"\nlabel = "seal"\n'
        'pin = "PIN"\ncertificate = "c8-certificate.pem"\nholder = "Token"\n'
    )
    with told(authority, text):
        sealed = sealed_by(Keys(authority, {"PIN": "1234"}), sheet, drawn)
        (authority.folder / "signers.toml").write_text(text.replace("office", "nowhere"))
        with pytest.raises(SignerError, match="token nowhere"):
            sealed_by(Keys(authority, {"PIN": "1234"}), sheet, drawn)

    (signature,) = verify(sealed, authority.trust()).signatures
    assert (signature.signer, signature.holds) == ("Token", True)


@contextmanager
def time_stamps_by_openssl(authority, folder):
    """An RFC 3161 authority: openssl behind a server of its own."""
    pair = authority.time_stamping
    key = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(key)
    (folder / "tsa.pem").write_bytes(pair.pem)
    (folder / "chain.pem").write_bytes(authority.signing.pem + authority.root.pem)
    (folder / "serial").write_text("01")
    (folder / "tsa.cnf").write_text(
        f"[tsa]\ndefault_tsa = one\n[one]\nserial = {folder}/serial\n"
        f"signer_cert = {folder}/tsa.pem\nsigner_key = {folder}/key.pem\n"
        f"certs = {folder}/chain.pem\nsigner_digest = sha256\n"
        "default_policy = 1.2.3.4.1\ndigests = sha256\nordering = yes\ntsa_name = yes\n"
    )

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            (folder / "query").write_bytes(asked)
            reply = ["openssl", "ts", "-reply", "-config", folder / "tsa.cnf"]
            done = subprocess.run(
                [*reply, "-queryfile", folder / "query"], capture_output=True, check=True
            )
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(done.stdout)
            self.server.asked += 1

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.asked = 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def test_an_outside_authority_stamps_the_time(authority, sheet, drawn, tmp_path):
    with time_stamps_by_openssl(authority, tmp_path) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        with told(authority, f'[time_stamp]\nurl = "{address}"\n'):
            sealed = sealed_by(Keys(authority), sheet, drawn, hands=OPINION.signatories)
        asked = server.asked
    with (
        told(authority, f'[time_stamp]\nurl = "{address}"\n'),
        pytest.raises(TimestampRequestError, match=address),
    ):
        sealed_by(
            Keys(authority), sheet, drawn, hands=OPINION.signatories
        )  # it is gone now: no paper without a stamp

    verdict = verify(sealed, authority.trust())
    assert verdict, verdict.faults
    assert verdict.signatures[0].stamped_at
    assert asked >= 2


def test_a_time_stamper_is_trusted_for_time_and_for_nothing_else(
    authority, sheet, drawn, tmp_path
):
    outside = DevelopmentAuthority(tmp_path / "outside")
    (tmp_path / "served").mkdir()
    stampers = authority.folder / "trust" / "stampers"
    stampers.mkdir(parents=True)
    (stampers / "outside.pem").write_bytes(outside.root.pem)
    for stem in ("root", "signing"):
        one = outside.revocations()[stem == "signing"]
        (authority.folder / "trust" / f"outside-{stem}.crl").write_bytes(one)
    try:
        with time_stamps_by_openssl(outside, tmp_path / "served") as server:
            address = f"http://127.0.0.1:{server.server_port}/"
            with told(authority, f'[time_stamp]\nurl = "{address}"\n'):
                sealed = sealed_by(Keys(authority), sheet, drawn, hands=OPINION.signatories)

        verdict = verify(sealed, authority.trust())
        assert verdict, verdict.faults
        assert verdict.stamps[0].holds
        trust = Trust(authority.stampers(), authority.stampers())
        assert verify(sealed, Trust((outside.root.pem,), trust.stampers)).answer == "fail"
    finally:
        shutil.rmtree(authority.folder / "trust")


def test_papers_hold_after_their_bodys_key_is_changed(authority, sheet, drawn):
    before = sealed_by(Keys(authority), sheet, drawn, hands=OPINION.signatories)
    old = authority.body("c1", BODY.zh).certificate.serial_number

    retired = authority.retire("body", "c1")

    after = sealed_by(Keys(authority), sheet, drawn, hands=OPINION.signatories)
    assert authority.body("c1", BODY.zh).certificate.serial_number != old
    assert retired.exists()
    assert verify(before, authority.trust())
    assert verify(after, authority.trust())


def test_a_detached_sm2_signature_stands_beside_the_paper(tmp_path, signed):
    make = ["openssl", "genpkey", "-algorithm", "SM2", "-out", tmp_path / "sm2.pem"]
    subprocess.run(make, check=True, capture_output=True)
    signer = Sm2Signer(tmp_path / "sm2.pem")
    authority = DevelopmentAuthority(tmp_path)
    assert Sealer(Keys(authority)).detached("c1", signed) is None
    with told(authority, '[body.c1.sm2]\nkey = "sm2.pem"\n'):
        beside = orjson.loads(Sealer(Keys(authority)).detached("c1", signed))
    made = b64decode(beside["signature"])
    assert sm2_holds(beside["public_key"].encode(), signed, made)

    signature = signer.sign(signed)

    assert sm2_holds(signer.public_key, signed, signature)
    assert not sm2_holds(signer.public_key, signed + b" ", signature)
    assert not sm2_holds(signer.public_key, signed, signature[:-1] + b"\0")
    with pytest.raises(SignerError):
        Sm2Signer(tmp_path / "none.pem").sign(signed)


def test_who_has_nothing_of_ours_verifies_with_the_root_alone(
    signed, authority, tmp_path, monkeypatch
):
    monkeypatch.setenv("SHENBEI_HOME", str(tmp_path / "nothing"))
    (tmp_path / "paper.pdf").write_bytes(signed)
    (tmp_path / "root.pem").write_bytes(b"".join(authority.roots()))
    runner = CliRunner()

    def verified(roots):
        arguments = ["verify", str(tmp_path / "paper.pdf"), "--roots", str(roots), "--json"]
        return runner.invoke(cli.app, arguments)

    done = verified(tmp_path / "root.pem")
    report = json.loads(done.output)
    assert (done.exit_code, report["holds"], report["answer"]) == (0, True, "unknown")
    assert report["in_trail"] is None
    assert isinstance(verified(tmp_path / "paper.pdf").exception, CommandError)
    stranger = DevelopmentAuthority(tmp_path / "stranger")
    (tmp_path / "other.pem").write_bytes(stranger.root.pem)
    assert verified(tmp_path / "other.pem").exit_code == 1


def test_a_paper_cut_back_to_its_seal_says_who_has_not_signed(signed, authority):
    ends = [n + 6 for n in range(len(signed)) if signed[n : n + 5] == b"%%EOF"]

    whole, cut = (verify(data, authority.trust()) for data in (signed, signed[: ends[1]]))

    answers = [{check.name: check.answer.value for check in v.checks} for v in (whole, cut)]
    assert [told["hands"] for told in answers] == ["pass", "fail"]
    assert not cut
