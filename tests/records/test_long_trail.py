"""The long trail that the benchmarks measure by is one that verifies."""

import asyncio
import sqlite3
from contextlib import closing
from functools import partial

import pytest

from benchmarks import databases
from benchmarks.long_trail import long_trail
from benchmarks.verification import verified

SIZE = 500


def test_it_verifies_and_a_changed_one_is_not_measured(tmp_path):
    url = long_trail(partial(databases.sqlite, str(tmp_path)), SIZE)
    size, *_ = asyncio.run(verified(url))
    assert size >= SIZE

    with closing(sqlite3.connect(tmp_path / "live.db")) as connection, connection:
        connection.execute("UPDATE proceeding SET stage = 'draft'")

    with pytest.raises(RuntimeError, match="the row is not where"):
        asyncio.run(verified(url))
