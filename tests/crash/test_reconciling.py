"""Kill `trail reconcile --mend` in its middle: what it mended stays, the next ends it."""

import asyncio
import json

import pytest

from cases.procedures import is_proceeding
from clitools.reconciling import compared
from demo.facts import read_dossier
from demo.journey import Journey
from records.database import Database
from tests.crash.stopping import killed, run
from tests.journeys.test_restored import (
    KINDS,
    NUMBERS,
    copied,
    engine,
    holds,
    rows_of,
    scene,
    until_vote,
    words_of,
)

__all__ = ["scene"]  # a fixture
MEND = ("trail", "reconcile", "--mend", "--json")
on_sqlite = pytest.mark.parametrize("fresh_url", ["sqlite"], indirect=True)


async def killed_at(house, client, *moment):
    address = client.service_client.config.target_host
    await asyncio.to_thread(killed, house.settings, moment, *MEND, temporal=address)


async def mended(house, client):
    address = client.service_client.config.target_host
    done = await asyncio.to_thread(run, house.settings, *MEND, temporal=address)
    report = json.loads(done.stdout)
    assert report["holds"], report["faults"]
    return [one["standing"] for one in report["proceedings"]]


async def recorded(database: Database):
    return [row for row in await rows_of(database, *KINDS) if is_proceeding(row[0])]


@on_sqlite
async def test_what_the_records_lost_is_recorded_by_the_next(scene, temporal, tmp_path):
    async with scene.house(temporal) as (_, journey):
        await until_vote(journey)
    older = copied(scene.url, tmp_path)
    async with scene.house(temporal) as (house, journey):
        await journey.vote()
        for template in ("acceptance_notice", "initial_opinion"):
            await journey.until_paper(template)
        database = house.services.database
        lost = await recorded(database)
        numbers, words = await rows_of(database, *NUMBERS), await words_of(database)
    scene.url = older
    async with scene.house(temporal) as (house, journey):
        database = house.services.database
        kept = [await recorded(database)]
        # Some acts are recorded; then a paper is, and has no number yet: it is not committed.
        for function, call in (("record", 4), ("readmit", 1)):
            await killed_at(house, temporal, f"clitools.reconciling:{function}", call)
            kept.append(await recorded(database))
            assert await holds(house) == []
        assert [len(some) for some in kept] == sorted({len(some) for some in kept})
        assert set(kept[-1]) < set(lost)

        assert set(await mended(house, temporal)) == {"same"}

        assert await recorded(database) == lost
        assert await rows_of(database, *NUMBERS) == numbers
        assert await words_of(database) == words
        assert await holds(house) == []


@on_sqlite
async def test_proceedings_that_the_engine_lost_go_on_by_the_next(scene, temporal):
    async with scene.house(temporal) as (house, journey):
        await until_vote(journey)
        second = Journey(house.client, house.tokens, lambda *_: None)
        await second.draft(read_dossier())
        await second.submit()
    async with engine() as empty, scene.house(empty) as (house, journey):
        await killed_at(house, empty, "clitools.reconciling:go_on", 2)
        found = await compared(house.services.database, empty, scene.queue)
        assert sorted(one.standing for one in found) == ["engine_lost", "same"]

        assert await mended(house, empty) == ["same", "same"]

        await journey.vote()
        assert await holds(house) == []
