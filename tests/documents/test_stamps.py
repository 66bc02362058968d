"""A checkpoint's time-stamp holds for our verifier and for openssl, or it is not believed."""

import asyncio
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.answers import Answer
from audit.bundle import STAMP
from audit.opening import open_bundle
from clitools.standalone import stamps
from documents.keys import Keys
from documents.lasting import Lasting
from documents.pki import DevelopmentAuthority
from documents.verifying.token import judge_token
from documents.verifying.trust import Trust
from tests.audit import test_bundle as bundles

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = DevelopmentAuthority(tmp_path_factory.mktemp("pki"))
    for stem, told in zip(("root", "signing"), made.revocations(), strict=True):
        (made.folder / f"{stem}.crl").write_bytes(told)
    return made


@pytest.fixture(scope="module")
def data():
    return b"log.test\n3\nAAAA\n\n\xe2\x80\x94 log.test BBBB\n"


@pytest.fixture(scope="module")
def token(authority, data):
    return asyncio.run(Lasting(Keys(authority)).stamp(data))


def judged(token, data, authority, now=NOW):
    return judge_token(token, data, authority.trust(), now)


def test_a_token_holds_under_a_trusted_root_only(authority, data, token, tmp_path):
    stranger = DevelopmentAuthority(tmp_path)

    assert judged(token, data, authority) is Answer.PASS
    assert judged(token, data, stranger) is Answer.UNKNOWN
    assert judged(token, data + b" ", authority) is Answer.FAIL
    assert judged(token, data, authority, NOW + timedelta(days=9999)) is Answer.UNKNOWN
    without_lists = Trust(authority.roots(), authority.stampers())
    assert judge_token(token, data, without_lists, NOW) is Answer.UNKNOWN


def test_no_changed_byte_of_a_token_passes(authority, data, token):
    assert judged(token, data, authority) is Answer.PASS
    passed = [
        place
        for place in range(len(token))
        if judged(_flipped(token, place, 1 << place % 8), data, authority) is Answer.PASS
    ]
    assert passed == []
    for other in (b"", token[:-1], token + b"\0", token + token, b"\x30\x80" + token[4:]):
        assert judged(other, data, authority) is not Answer.PASS


def _flipped(token, place, flip):
    changed = bytearray(token)
    changed[place] ^= flip
    return bytes(changed)


def test_openssl_accepts_the_token_as_the_readme_says(authority, data, token, tmp_path):
    (tmp_path / "checkpoint.txt").write_bytes(data + b"\xe2\x80\x94 witness.test CCCC\n")
    (tmp_path / "checkpoint.tsr").write_bytes(token)
    (tmp_path / "ROOT.pem").write_bytes(authority.root.pem)
    head = subprocess.run(
        ["head", "-n", "5", "checkpoint.txt"], cwd=tmp_path, capture_output=True, check=True
    )
    (tmp_path / "note.txt").write_bytes(head.stdout)
    asked = ["-token_in", "-in", "checkpoint.tsr", "-CAfile", "ROOT.pem"]

    def verified(file):
        done = subprocess.run(
            ["openssl", "ts", "-verify", *asked, "-data", file],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        return done.returncode == 0

    assert verified("note.txt")
    assert not verified("checkpoint.txt")


@pytest.fixture
def stamped(authority):
    """A bundle whose checkpoint bears a time-stamp, with its authority's certificates."""
    plain = bundles.bundle()
    note = "".join(plain.checkpoint.splitlines(keepends=True)[:5])
    token = asyncio.run(Lasting(Keys(authority)).stamp(note.encode()))
    trusted = replace(
        plain.trusted, stampers=authority.root.pem, lists=authority.revocations()
    )
    return bundles.zipped(replace(plain, stamp=token, trusted=trusted))


def told(data, roots, **changes):
    known = replace(bundles.KNOWN, stamps=stamps(roots), **changes)
    return {check.name: check.answer for check in open_bundle(data, known, bundles.NOW).checks}


def test_a_bundle_tells_of_its_checkpoints_time_stamp(authority, stamped):
    assert told(stamped, authority.root.pem)["stamp"] is Answer.PASS
    assert told(stamped, None)["stamp"] is Answer.UNKNOWN  # its own roots vouch for nobody
    without_the_library = open_bundle(stamped, bundles.KNOWN, bundles.NOW)
    assert without_the_library
    assert bundles.answers(without_the_library)["stamp"] == "unknown"
    assert "stamp" not in told(bundles.zipped(bundles.bundle()), authority.root.pem)


def test_a_stamp_of_another_note_fails(authority, stamped, token):
    other = replace(bundles.bundle(), stamp=token)

    found = told(bundles.zipped(other), authority.root.pem)

    assert (found["stamp"], found["manifest"]) == (Answer.FAIL, Answer.PASS)


def test_a_stamp_that_was_changed_or_taken_away_is_found(authority, stamped):
    for change in (
        lambda parts: [(n, _flipped(d, 200, 1) if n == STAMP else d) for n, d in parts],
        lambda parts: [(n, b"" if n == STAMP else d) for n, d in parts],
        lambda parts: [(n, d) for n, d in parts if n != STAMP],
    ):
        found = told(bundles.rezipped(stamped, change), authority.root.pem)
        assert found["manifest"] is Answer.FAIL
        assert found.get("stamp") is not Answer.PASS
