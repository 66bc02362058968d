"""The command line says in words what keeps it from its work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(home, *arguments):
    environment = {**os.environ, "SHENBEI_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "cli.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["case", "list"], "db upgrade"),
        (["case", "show", "BJ-2026-000001"], "db upgrade"),
        (["person", "list"], "db upgrade"),
        (["trail", "verify"], "db upgrade"),
        (["verify", "missing.pdf"], "missing.pdf"),
        (["verify", "README.md"], "root.pem"),
        (["demo", "--dossier", "missing.yaml"], "missing.yaml"),
        (["demo", "--dossier", "README.md"], "not YAML"),
        (["demo", "--dossier", "law/data/civil_code.toml"], "civil_code.toml"),
        (["demo", "--dossier", "forms/definitions/appeal.form.yaml"], "demo/dossier.yaml"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_said_and_nothing_is_made(tmp_path, arguments, words):
    done = run(tmp_path, *arguments)

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "shenbei.db").exists()
    assert not (tmp_path / "keys" / "pki").exists()


def test_an_empty_database_lists_nothing(tmp_path):
    assert run(tmp_path, "db", "upgrade").returncode == 0

    assert run(tmp_path, "case", "list", "--json").stdout.strip() == "[]"
