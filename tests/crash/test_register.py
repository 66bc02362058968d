"""Kill the import of a list in its middle; the next one finishes it, row for row."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from pyroaring import BitMap

from law.filing_number import AlgorithmClass, compose
from tests.lists.making import SYNTHESIS, csv_of
from tests.records.register.test_importing import row

ROOT = Path(__file__).parents[2]
ROWS = 6000


def command(tmp_path, port, *arguments):
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SHENBEI_HOME": str(tmp_path / "home"),
        "SHENBEI_TEMPORAL_PORT": str(port),
    }
    return subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "register", *map(str, arguments), "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def entered(tmp_path):
    try:
        with closing(sqlite3.connect(tmp_path / "home" / "shenbei.db")) as connection:
            return connection.execute("SELECT max(done) FROM register_file").fetchone()[0] or 0
    except sqlite3.OperationalError:
        return 0


def test_an_import_killed_in_its_middle_is_finished_by_the_next(tmp_path, free_ports):
    numbers = (
        compose("110108", f"{n:07d}", AlgorithmClass.SYNTHESIS, 2024, 1) for n in range(ROWS)
    )
    name, data = csv_of(
        [SYNTHESIS, *(row(str(n), f"算法{i}", f"公司{i}") for i, n in enumerate(numbers))]
    )
    file = tmp_path / name
    file.write_bytes(data)
    first = command(tmp_path, free_ports[0], "import", file)
    deadline = time.monotonic() + 60
    while not entered(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    half = entered(tmp_path)

    second = command(tmp_path, free_ports[1], "import", file)
    printed, _ = second.communicate(timeout=120)

    assert 0 < half < ROWS
    (report,) = json.loads(printed)
    assert (report["rows"], report["added"], report["unreadable"]) == (ROWS, ROWS, 0)
    with closing(sqlite3.connect(tmp_path / "home" / "shenbei.db")) as connection:
        assert connection.execute("SELECT count(*) FROM register_filing").fetchone() == (ROWS,)
        kept = connection.execute(
            "SELECT keys FROM register_posting WHERE token = 'state=filed'"
        )
        assert sum(len(BitMap.deserialize(keys)) for (keys,) in kept) == ROWS
