"""One of the two sides is restored to an older moment, or lost: the other brings it up."""

from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from uuid import uuid4

import psycopg
import pytest
from sqlmodel import select
from temporalio.testing import WorkflowEnvironment

from audit.checkpoint import read_body
from cases.procedures import is_proceeding
from clitools.reconciling import GOOD, Standing, bring_up, compared, standing
from clitools.trail import restored, verify_whole
from demo.facts import DOSSIER, read_dossier
from demo.journey import Journey
from records.database import Database
from records.restoring import remembered
from records.tables import Event, Paper, PaperNumber, Payload, Proceeding
from records.vault import read_words
from records.verification import verify_trail
from tests.conftest import IN_FLIGHT, KEY, PROGRAM, open_house, owner_url
from workflows.connect import converter
from workflows.remembering import Held, held

NUMBERS = (PaperNumber.series, PaperNumber.serial)
KINDS = (Event.proceeding, Event.seq, Event.kind, Event.at, Event.request, Event.body)


@asynccontextmanager
async def engine(file: Path | None = None):
    """The real server with nothing in it, or with what a file holds."""
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=PROGRAM,
        dev_server_database_filename=None if file is None else str(file),
        data_converter=converter(KEY),
        dev_server_extra_args=[*IN_FLIGHT],
    ) as env:
        yield env.client


class Scene:
    """One database and one home, opened with one engine or another."""

    def __init__(self, url, home):
        self.url, self.home, self.queue = url, home, f"q{uuid4().hex}"
        self.number = ""

    @asynccontextmanager
    async def house(self, client):
        async with open_house(self.url, client, self.home, DOSSIER, self.queue) as house:
            journey = Journey(house.client, house.tokens, lambda *_: None, self.number)
            yield house, journey
            self.number = journey.number

    async def standings(self, house, client):
        found = await compared(house.services.database, client, self.queue)
        return {one.id.split("/")[0]: one.standing for one in found}

    async def brought_up(self, house, client):
        database = house.services.database
        await bring_up(
            database, client, self.queue, await compared(database, client, self.queue)
        )


@pytest.fixture
def scene(database_url, tmp_path):
    return Scene(database_url, tmp_path / "home")


def copied(url: str, tmp_path: Path) -> str:
    """Copy a database that nobody has open; return the URL of the copy."""
    if url.startswith("sqlite"):
        target = tmp_path / "older.db"
        copyfile(url.split("///", 1)[1], target)
        return f"sqlite+aiosqlite:///{target}"
    name = f"older{uuid4().hex}"
    source = url.split("?", 1)[0].rsplit("/", 1)[1]
    owner = owner_url(url).replace("+psycopg", "")
    server = owner.replace(f"/{source}?", "/postgres?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"'.encode())
    return url.replace(f"/{source}?", f"/{name}?")


async def rows_of(database: Database, *columns):
    async with database.reading() as session:
        return sorted((await session.exec(select(*columns))).all(), key=str)


async def words_of(database: Database):
    async with database.reading() as session:
        return await read_words(session, (await session.exec(select(Payload))).all())


async def holds(house) -> list[str]:
    report = await verify_trail(
        house.services.database, house.settings.origin, house.settings.log_verifiers
    )
    return report.faults


async def the_log_signs_again(house):
    """Return the checkpoint that holds no more since a backup was restored."""
    refused = await house.client.get("/v1/trail/checkpoint")
    assert (refused.status_code, refused.json()["code"]) == (503, "trail.forked")
    report = await verify_whole(house.settings)
    assert not report["holds"]
    lost = await restored(house.settings)
    assert await restored(house.settings) is None
    assert (await house.client.get("/v1/trail/checkpoint")).status_code == 200
    assert (await verify_whole(house.settings))["holds"]
    return lost


async def until_vote(journey):
    dossier = read_dossier()
    await journey.draft(dossier)
    await journey.submit()
    await journey.review_until_vote()


async def to_the_end(journey):
    await journey.vote()
    await journey.re_review()
    await journey.decide()
    await journey.assess(read_dossier())
    await journey.file()


async def test_proceedings_go_on_from_their_events_in_an_emptied_engine(
    scene, temporal, tmp_path
):
    async with scene.house(temporal) as (house, journey):
        await until_vote(journey)
    async with engine() as empty, scene.house(empty) as (house, journey):
        assert await scene.standings(house, empty) == {"ethics-review": Standing.ENGINE_LOST}

        await scene.brought_up(house, empty)

        assert await scene.standings(house, empty) == {"ethics-review": Standing.SAME}
        await to_the_end(journey)
        assert await holds(house) == []
        assert set((await scene.standings(house, empty)).values()) <= GOOD
        papers = await rows_of(house.services.database, Paper.template, Paper.number)
        assert len(papers) == len({template for template, _ in papers})


async def test_an_ended_proceeding_that_owes_its_last_paper_is_begun_again(scene, temporal):
    async with scene.house(temporal) as (house, journey):
        await until_vote(journey)
        await to_the_end(journey)
        async with house.services.database.reading() as session:
            ours = await remembered(session, f"ethics-review/{journey.number}/1")
    issued = next(
        e
        for e in ours.past.events
        if e.kind == "paper.issued" and e.paper.template == "decision_letter"
    )
    without = tuple(event for event in ours.past.events if event != issued)
    assert not ours.owes
    assert standing(ours, None) is Standing.ENDED
    owing = replace(ours, past=replace(ours.past, events=without), owes=True)
    assert standing(owing, None) is Standing.ENGINE_LOST


async def test_what_the_records_lost_is_recorded_again_from_the_histories(
    scene, temporal, tmp_path
):
    async with scene.house(temporal) as (_, journey):
        await until_vote(journey)
    older = copied(scene.url, tmp_path)
    async with scene.house(temporal) as (house, journey):
        await journey.vote()
        await journey.re_review()
        await journey.decide()
        for template in ("acceptance_notice", "initial_opinion", "re_review_opinion"):
            await journey.until_paper(template)
        lost = await rows_of(house.services.database, *KINDS)
        numbers = await rows_of(
            house.services.database, PaperNumber.series, PaperNumber.serial
        )
        words = await words_of(house.services.database)
        signed = read_body((await house.client.get("/v1/trail/checkpoint")).text)
    scene.url = older
    async with scene.house(temporal) as (house, journey):
        before = await scene.standings(house, temporal)
        assert before == {
            "ethics-review": Standing.RECORDS_BEHIND,
            "expert-review": Standing.RECORDS_BEHIND,
            "follow-up": Standing.RECORDS_BEHIND,
        }

        await scene.brought_up(house, temporal)

        assert set((await scene.standings(house, temporal)).values()) == {Standing.SAME}
        kept = [row for row in lost if is_proceeding(row[0])]
        found = await rows_of(house.services.database, *KINDS)
        assert [row for row in found if is_proceeding(row[0])] == kept
        again = await rows_of(house.services.database, *NUMBERS)
        assert again == numbers
        assert await words_of(house.services.database) == words
        assert await the_log_signs_again(house) == signed
        await journey.assess(read_dossier())
        await journey.file()
        assert await holds(house) == []


async def test_an_engine_restored_to_an_older_moment_goes_on_where_the_records_are(
    scene, tmp_path
):
    file = tmp_path / "engine.db"
    async with engine(file) as client, scene.house(client) as (_, journey):
        await until_vote(journey)
    copyfile(file, tmp_path / "older-engine.db")
    async with engine(file) as client, scene.house(client) as (_, journey):
        await journey.vote()
    async with (
        engine(tmp_path / "older-engine.db") as client,
        scene.house(client) as (house, journey),
    ):
        found = await scene.standings(house, client)
        assert found["ethics-review"] is Standing.ENGINE_BEHIND

        await scene.brought_up(house, client)

        assert set((await scene.standings(house, client)).values()) <= GOOD
        await journey.re_review()
        await journey.decide()
        assert await holds(house) == []


async def test_two_different_stories_are_left_to_a_person(scene, temporal):
    async with scene.house(temporal) as (house, journey):
        await until_vote(journey)
        name = f"ethics-review/{journey.number}/1"
        theirs = await held(temporal, name)
        async with house.services.database.reading() as session:
            ours = await remembered(session, name)
            known = (await session.exec(select(Proceeding.id))).all()
    other = [*theirs.receipts[:-1], replace(theirs.receipts[-1], request="0" * 32)]
    assert standing(ours, replace(theirs, receipts=other)) is Standing.PARTED
    assert standing(ours, theirs) is Standing.SAME
    ahead = Held(name, running=True, receipts=theirs.receipts[:-1])
    assert standing(ours, ahead) is Standing.ENGINE_BEHIND
    ahead.underway = {theirs.receipts[-1].request}
    assert standing(ours, ahead) is Standing.SAME
    assert known == [name]
