"""A bundle verified by what others wrote: Go's sumdb, openssl, sha256sum, a bare Python."""

import shutil
import subprocess
import sys
import zipfile
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import cryptography
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from audit import merkle
from audit.checkpoint import Checkpoint, sign
from audit.tiles import WIDTH, entries, tiles
from clitools.exporting import make_verifier
from tests.audit.test_bundle import KEY, LOG, bundle, zipped

GO_PATH = Path("/usr/share/gocode")
HAS_GO = shutil.which("go") and (GO_PATH / "src/golang.org/x/mod/sumdb/tlog").exists()


@pytest.fixture
def folder(tmp_path):
    with zipfile.ZipFile(BytesIO(zipped(bundle()))) as archive:
        archive.extractall(tmp_path / "bundle")
    return tmp_path / "bundle"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return what builds one of the Go programs beside this file."""
    made = tmp_path_factory.mktemp("go")
    environment = {
        "GO111MODULE": "off",
        "GOPATH": str(GO_PATH),
        "GOCACHE": str(made / "cache"),
        "PATH": "/usr/bin:/bin",
        "HOME": str(made),
    }

    def build(name):
        source = Path(__file__).with_name("foreign") / name / "main.go"
        command = ["go", "build", "-o", made / name, source]
        subprocess.run(command, check=True, env=environment, cwd=made)
        return made / name

    return build


@pytest.mark.skipif(not HAS_GO, reason="Go and its x/mod are not installed")
def test_gos_note_and_tlog_agree(folder, built):
    go_verifier = built("bundle")

    def told():
        return subprocess.run([go_verifier, folder], capture_output=True, check=False)

    good = told()
    assert (good.returncode, good.stdout.decode().split()) == (
        0,
        ["shenbei.test/trail", "12", "2"],
    )
    entry = next((folder / "entries").iterdir())
    entry.write_bytes(entry.read_bytes().replace(b"r3", b"r4").replace(b"r7", b"r8"))
    assert told().returncode == 1
    note = folder / "checkpoint.txt"
    note.write_text(note.read_text().replace("\n12\n", "\n13\n"))
    assert told().returncode == 1


@pytest.mark.skipif(not HAS_GO, reason="Go and its x/mod are not installed")
@pytest.mark.parametrize("size", [1, 255, 256, 257, 66_000])
def test_gos_tile_reader_finds_root_and_entries(tmp_path, built, size):
    bodies = [f"entry {n}".encode() for n in range(size)]
    leaves = [merkle.leaf(body) for body in bodies]
    parts = dict(tiles(leaves))
    for start in range(0, size, WIDTH):
        name, data = entries(start // WIDTH, bodies[start : start + WIDTH])
        parts[name] = data
    parts["checkpoint"] = sign(Checkpoint("x", size, merkle.root(leaves)), KEY).encode()
    for name, data in parts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    reader = built("tiles")

    def told():
        return subprocess.run([reader, tmp_path], capture_output=True, check=False)

    assert (told().returncode, told().stdout.split()) == (0, [str(size).encode()])
    first = tmp_path / entries(0, bodies[:WIDTH])[0]
    first.write_bytes(first.read_bytes().replace(b"entry 0", b"entry O", 1))
    assert told().returncode == 1


@pytest.mark.parametrize("name", ["checkpoint.txt", "manifest.txt"])
def test_openssl_verifies_what_the_log_signed(folder, tmp_path, name):
    text, _, lines = (folder / name).read_text("utf-8").partition("\n\n")
    blob = b64decode(lines.splitlines()[0].rsplit(" ", 1)[1])
    (tmp_path / "text").write_text(text + "\n", "utf-8")
    (tmp_path / "signature").write_bytes(blob[4:])
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(pem)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"]
    command += ["-in", "text", "-sigfile", "signature"]

    assert (
        subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    )
    (tmp_path / "text").write_text(text + "\n ", "utf-8")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode


def test_sha256sum_reads_the_list_of_parts(folder):
    text = (folder / "manifest.txt").read_text("utf-8").partition("\n\n")[0]
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet"],
        input=f"{text}\n".encode(),
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_verifier_runs_where_only_cryptography_is(tmp_path):
    make_verifier(tmp_path / "verify.pyz")
    (tmp_path / "good.zip").write_bytes(zipped(bundle()))
    (tmp_path / "bad.zip").write_bytes(zipped(bundle()).replace(b"BJ-2026", b"BJ-2027", 1))
    site = tmp_path / "site"
    site.mkdir()
    installed = Path(cryptography.__file__).parents[1]
    for part in [installed / "cryptography", *installed.glob("*cffi*")]:
        (site / part.name).symlink_to(part)
    program = (
        "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
        "runpy.run_path(sys.argv.pop(1), run_name='__main__')"
    )

    def told(name, *more):
        command = [sys.executable, "-I", "-S", "-c", program, site, "verify.pyz", name, *more]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)

    good = told("good.zip", "--log-key", LOG.text)
    assert good.returncode == 0, good.stderr.decode()
    assert "it holds" in good.stdout.decode()
    alone = told("good.zip", "--json")
    assert '"signatures"' in alone.stdout.decode()
    assert alone.returncode == 3  # consistent, but of no known log
    assert told("bad.zip").returncode == 1
    assert told("none.zip").returncode == 2
    assert told("good.zip", "--log-key", "nonsense").returncode == 2
