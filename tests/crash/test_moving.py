"""Kill the import of an institution in its middle: nothing is there; the next has all."""

import asyncio
import json

import pytest

from records.origins import OriginProof
from records.tables import Attachment, Case, Event, Paper, Payload, Proceeding, Submission
from tests.crash.stopping import killed, run
from tests.journeys.test_moving import faults, laid, moved, other, rows

__all__ = ["moved", "other"]  # fixtures
WITHIN = (
    ("records.bulk:enter", 2),  # the entries, their proofs, and some of what follows
    ("documents.store:Files.put", 1),  # all rows, and no file
    ("documents.store:Files.put", 3),  # some files
)
"""Moments of the transaction, each with what was entered or laid before."""
AFTER = ("clitools.moving_app:document", 1)
"""It was committed, and nobody was told."""
TABLES = (Event.index, OriginProof.index, Case.number, Proceeding.id, Payload.commitment)
WHOLE = (
    (Case.number, Case.stage),
    (Submission.case_number, Submission.version, Submission.content),
    (Proceeding.id, Proceeding.stage, Proceeding.seq, Proceeding.state),
    (Paper.sha256, Paper.template, Paper.number),
    (Attachment.sha256, Attachment.media, Attachment.size),
)


@pytest.mark.parametrize("fresh_url", ["sqlite"], indirect=True)
async def test_an_import_killed_in_its_middle_left_nothing_and_the_next_has_all(
    house, moved, other, tmp_path
):
    _, data, keys, roots = moved
    file, pem = tmp_path / "institution.zip", tmp_path / "roots.pem"
    await asyncio.to_thread(file.write_bytes, data)
    await asyncio.to_thread(pem.write_bytes, roots)
    command = ("trail", "institution", "import", file, "--roots", pem, "--json")
    command += ("--log-key", *keys)

    for moment in WITHIN:
        await asyncio.to_thread(killed, other, moment, *command)
        assert [await rows(other, column) for column in TABLES] == [[]] * len(TABLES)
    assert len(laid(other)) == 2  # of no row yet
    await asyncio.to_thread(killed, other, AFTER, *command)

    for columns in WHOLE:
        found = await rows(other, *columns)
        assert found == await rows(house.settings, *columns) != []
    files = [
        one
        for column in (Paper.sha256, Attachment.sha256)
        for one in await rows(other, column)
    ]
    assert {path.name.partition(".")[0] for path in laid(other)} == set(files)
    told = json.loads((await asyncio.to_thread(run, other, *command)).stdout)
    assert (told["entries"], len(told["cases"])) == (0, 2)
    assert await faults(other) == []
