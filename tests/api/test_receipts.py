"""One's own act as a bundle, and one case verified alone."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from sqlalchemy import text
from sqlmodel import select

from audit.archive import contents
from audit.bundle import HEAD, packed
from audit.notes import read_verifier
from audit.opening import open_bundle
from audit.questions import Known
from clitools.errors import CommandError
from clitools.exporting import export, verify_case
from demo.journey import Journey
from records.bundles import Wanted
from records.tables import Event
from tests.conftest import owning
from tests.journeys.test_restored import until_vote

WHY = "建议先补充方言评测"


@pytest.fixture
async def voted(house):
    """A case whose vote is open, and the receipt of one ballot."""
    journey = Journey(house.client, house.tokens, lambda *_: None)
    await until_vote(journey)
    ballot = {"choice": "approve_after_modification", "reason": WHY}
    receipt = await journey.act("MEMBER_6", "ethics_review.cast_ballot", **ballot)
    return journey, receipt


def address(journey, receipt):
    return f"/v1/cases/{journey.number}/receipts/{receipt['request']}/bundle"


async def opened(house, data):
    key = read_verifier((await house.client.get("/v1/trail/key")).text)
    later = datetime.now(UTC) + timedelta(seconds=5)
    return await asyncio.to_thread(open_bundle, data, Known(log=[key]), later)


async def test_a_voter_takes_the_proof_of_a_ballot_along_while_the_vote_is_open(house, voted):
    path = address(*voted)
    answer = await house.client.get(path, headers=house.headers("MEMBER_6"))

    assert answer.status_code == 200, answer.text
    found = await opened(house, answer.content)
    assert found, found.notes
    assert (found.entries, found.papers) == (1, 0)
    assert {check.name: check.answer.value for check in found.checks}["whole"] == "unknown"
    parts = contents(answer.content)
    (word,) = orjson.loads(parts["words.json"])
    assert word["value"] == WHY
    (entry,) = (orjson.loads(part) for name, part in parts.items() if "entries/" in name)
    assert entry["event"]["ballot"]["choice"] == "approve_after_modification"


@pytest.mark.parametrize("who", ["MEMBER_5", "SECRETARY", "REGULATOR"])
async def test_nobody_else_gets_it(house, voted, who):
    answer = await house.client.get(address(*voted), headers=house.headers(who))
    assert (answer.status_code, answer.json()["code"]) == (404, "record.not_found")
    assert (await house.client.get(address(*voted))).status_code == 401


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"after": 0}, "goes from 0"),
        ({"act": "0" * 32}, "is of another act"),
        ({"after": "1"}, "TypeError"),
    ],
)
async def test_a_receipt_that_says_it_is_of_something_else_does_not_hold(
    house, voted, change, told
):
    data = (await house.client.get(address(*voted), headers=house.headers("MEMBER_6"))).content
    parts = contents(data)
    parts[HEAD] = orjson.dumps(orjson.loads(parts[HEAD]) | change)

    found = await opened(house, packed(parts))

    assert not found.consistent
    assert told in "\n".join(found.notes)


def at_home(house):
    """Return the settings as a command on the house's machine reads them."""
    return house.settings


async def test_one_case_is_verified_alone(house, voted, database_url):
    journey, receipt = voted
    settings = at_home(house)
    with pytest.raises(CommandError, match="a vote is open"):
        await export(settings, Wanted(journey.number))
    data = await export(settings, Wanted(journey.number, act=receipt["request"]))
    assert (await opened(house, data)).entries == 1
    with pytest.raises(CommandError, match="no such act"):
        await export(settings, Wanted(journey.number, act="0" * 32))

    await journey.until_paper("commitment")
    told = await verify_case(settings, journey.number)
    assert told["holds"], told
    assert told["papers"]
    async with owning(database_url) as session:
        entry = (
            await session.exec(select(Event).where(Event.kind == "ethics_review.accepted"))
        ).one()
        connection = await session.connection()
        await connection.execute(
            text("UPDATE proceeding SET stage = 'decided' WHERE case_number = :case"),
            {"case": entry.case_number},
        )
    told = await verify_case(settings, journey.number)
    assert not told["holds"]
    assert told["faults"][-1].endswith("the row is not where its entries leave it")
    with pytest.raises(CommandError, match="there is no case"):
        await verify_case(settings, "BJ-2020-000001")


async def test_the_same_bytes_each_time(house, voted):
    journey, receipt = voted
    wanted = Wanted(journey.number, act=receipt["request"])
    first, second = [await export(at_home(house), wanted) for _ in range(2)]
    assert first == second
    assert replace(wanted, act="").act == ""
