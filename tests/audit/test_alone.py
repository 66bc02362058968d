"""The verifier as a program: what it ends with, and what it says."""

import json
import os
from threading import Thread

import pytest

from audit import archive
from clitools.bundles import verify_bundle
from clitools.errors import CommandError
from clitools.moving import import_institution
from clitools.standalone import main
from documents.pki import DevelopmentAuthority
from settings import Settings
from tests.audit.test_bundle import LOG, bundle, unknown_kind, zipped


@pytest.fixture
def file(tmp_path):
    """A good bundle in a file."""
    found = tmp_path / "bundle.zip"
    found.write_bytes(zipped(bundle()))
    return found


def ended(file, *more):
    return main([str(file), "--log-key", LOG.text, "--json", *more])


@pytest.mark.parametrize(
    "made", [bundle(unknown_kind()), bundle(papers={})], ids=["kind", "paper"]
)
def test_what_must_hold_and_does_not_ends_with_1(file, capsys, made):
    file.write_bytes(zipped(made))

    assert ended(file) == 1
    assert json.loads(capsys.readouterr().out)["holds"] is False


@pytest.mark.parametrize(
    "pem",
    [
        b"",
        b"nonsense",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"\xff" * 9,
    ],
)
def test_certificates_that_are_none_are_told_in_both_languages(file, tmp_path, capsys, pem):
    (tmp_path / "roots.pem").write_bytes(pem)

    assert ended(file, "--roots", str(tmp_path / "roots.pem")) == 2
    out, err = capsys.readouterr()
    assert not out
    assert "信任的证书" in err
    assert "the certificates to trust are no PEM" in err


def test_certificates_and_keys_are_read_or_told_of(file, tmp_path, capsys):
    (tmp_path / "roots.pem").write_bytes(DevelopmentAuthority(tmp_path / "pki").roots()[0])

    assert ended(file, "--roots", str(tmp_path / "roots.pem")) == 1  # the paper is none
    assert ended(file, "--roots", str(tmp_path / "none.pem")) == 2
    assert ended(file, "--witness-key", "nonsense") == 2
    assert capsys.readouterr().err.count("不能核验 · cannot verify") == 2


@pytest.fixture
def vast(file):
    """A file larger than any bundle, of which nothing but its length is on the disk."""
    os.truncate(file, 3 << 40)
    return file


def test_a_file_larger_than_any_bundle_is_refused_unread(vast, tmp_path, capsys):
    assert ended(vast) == 1
    (check,) = json.loads(capsys.readouterr().out)["checks"]
    assert (check["name"], check["answer"]) == ("readable", "fail")
    told = verify_bundle(Settings(home=tmp_path / "home", _env_file=None), vast, [LOG.text])
    assert not told["holds"]
    assert told["notes"] == ["more than a bundle may hold"]


def test_a_pipe_is_read_up_to_what_a_bundle_may_hold(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "_WHOLE", 10 - archive._MOST * archive._BESIDE)
    for size, taken in ((10, True), (11, False)):
        pipe = tmp_path / f"{size}"
        os.mkfifo(pipe)
        writer = Thread(target=pipe.write_bytes, args=(bytes(size),))
        writer.start()
        if taken:
            assert archive.read_file(pipe) == bytes(size)
        else:
            with pytest.raises(archive.ArchiveError, match="more than a bundle may hold"):
                archive.read_file(pipe)
        writer.join()


async def test_a_file_larger_than_any_export_is_not_taken_over(vast, tmp_path):
    settings = Settings(home=tmp_path / "home", _env_file=None)
    with pytest.raises(CommandError, match="more than a bundle may hold"):
        await import_institution(settings, vast, [LOG.text], None)
