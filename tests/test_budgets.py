"""The house's budgets, so that a room that grows too full is noticed."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINES = 250


def test_no_module_is_longer_than_250_lines():
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    modules = [name for name in listed.stdout.split() if (ROOT / name).exists()]
    # A migration is as long as its tables are many, and is never changed again.
    apart = ("tests/", "typings/", "records/migrations/")
    ours = [m for m in modules if not m.startswith(apart)]

    lengths = {m: len((ROOT / m).read_text("utf-8").splitlines()) for m in ours}

    assert len(lengths) > 100
    assert {m: n for m, n in lengths.items() if n > LINES} == {}
