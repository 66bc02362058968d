"""What was submitted is erased: the trail says so first, and nothing that needs it is left."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select
from typer.testing import CliRunner

import cli
from audit.event import read
from cases.dossier import Ground
from records.erasing_answers import erase_submission
from records.errors import ErasedError, NeededError, NotFoundError
from records.facts import facts
from records.tables import Event
from tests.conftest import KEY
from tests.records.drafting import (
    FIRST,
    SECOND,
    SECRET,
    drafted,
    hand,
    reviewed,
    row,
    save,
    submitted,
    versions,
)
from tests.records.test_sealed_answers import everything, faults, opened
from tests.records.test_tampering import unguarded

__all__ = ["drafted"]
ENDED = "not_approve"
AGAIN = "re_review_after_modification"


@pytest.fixture(params=["the application", "the owner"])
def who(request, database, owner):
    """Who erases: on PostgreSQL, in a role that may change nothing else."""
    return database if request.param == "the application" else owner


async def erase(database, number, version):
    async with database.writing() as session:
        ground = Ground.CONSENT_WITHDRAWN
        return await erase_submission(session, number, version, ground, hand(f"x{version}"))


async def told(database):
    async with database.reading() as session:
        chosen = select(Event.body).where(Event.kind == "payload.erased")
        return [read(body)["event"] for body in (await session.exec(chosen)).all()]


async def test_a_version_goes_with_its_draft_once_and_the_trail_says_why(
    database, who, drafted
):
    await submitted(database, drafted)
    place = await reviewed(database, drafted, outcome=ENDED)
    before = await row(database, drafted)

    assert [await erase(who, drafted, 3) for _ in range(2)] == [1, 0]

    (frozen,) = await versions(database, drafted)
    assert await told(database) == [
        {
            "kind": "payload.erased",
            "commitments": [frozen.content],
            "ground": "consent_withdrawn",
        }
    ]
    assert await faults(database) == []
    with pytest.raises(ErasedError, match="已删除") as refused:
        await opened(database, frozen)
    assert "was erased" in refused.value.words.en
    with pytest.raises(ErasedError):
        async with database.reading() as session:
            await facts(session, place)
    draft = await row(database, drafted)
    assert await opened(database, draft) == [{}]
    assert draft.version == before.version + 1


async def test_a_version_that_is_needed_or_unknown_is_not_erased(database, who, drafted):
    await submitted(database, drafted)
    with pytest.raises(NeededError, match="审查尚未开始") as refused:
        await erase(who, drafted, 3)
    assert "its review is to begin" in refused.value.words.en
    place = await reviewed(database, drafted)
    with pytest.raises(NeededError, match=place) as refused:
        await erase(who, drafted, 3)
    assert refused.value.words.en == f"open and resting on it: {place}"
    assert (refused.value.advice.zh, refused.value.advice.en) == (
        "待其办结后再删除",
        "erase it when they are finished",
    )
    with pytest.raises(NotFoundError, match="没有第 4 版"):
        await erase(who, drafted, 4)

    assert await told(database) == []
    assert await opened(database, *await versions(database, drafted)) == [FIRST]


async def test_an_older_version_goes_and_the_one_under_review_stays(database, drafted):
    await submitted(database, drafted)
    await reviewed(database, drafted, outcome=AGAIN)
    assert await submitted(database, drafted, SECOND) == 5
    await reviewed(database, drafted, 2)

    assert await erase(database, drafted, 3) == 1

    first, second = await versions(database, drafted)
    assert first.answers == b""
    assert await opened(database, second, await row(database, drafted)) == [SECOND, SECOND]
    assert await faults(database) == []
    with pytest.raises(NeededError):
        await erase(database, drafted, 5)


async def handed_in_twice(database, drafted, **end):
    """Hand the same content in again after the first review; so ends the second."""
    await submitted(database, drafted)
    await reviewed(database, drafted, outcome=AGAIN)
    await submitted(database, drafted)
    await reviewed(database, drafted, 2, **end)


async def test_versions_of_one_content_are_needed_together(database, drafted):
    await handed_in_twice(database, drafted)
    with pytest.raises(NeededError):
        await erase(database, drafted, 3)


async def test_versions_of_one_content_go_together(database, drafted):
    await handed_in_twice(database, drafted, outcome=ENDED)

    assert await erase(database, drafted, 3) == 2

    assert [one.answers for one in await versions(database, drafted)] == [b"", b""]
    assert len(await told(database)) == 1
    assert await faults(database) == []


async def test_what_was_erased_before_it_was_handed_in_again_is_not_emptied_by_that(
    database, owner, drafted
):
    await submitted(database, drafted)
    await reviewed(database, drafted, outcome=AGAIN)
    await erase(database, drafted, 3)
    again = await submitted(database, drafted, FIRST)
    await reviewed(database, drafted, 2)
    statement = text(f"UPDATE submission SET answers = '' WHERE version = {again}")
    for who in (database, owner):
        with pytest.raises(DBAPIError):
            async with who.writing() as session:
                await (await session.connection()).execute(statement)
    with unguarded(owner) as connection:
        connection.execute(statement)
    told = f"{drafted}: version {again} is empty, and no entry erased it"
    assert await faults(database) == [told]


@pytest.mark.parametrize("changed", [False, True])
async def test_a_draft_that_is_open_again_goes_unless_it_was_changed(
    database, drafted, changed
):
    await submitted(database, drafted)
    await reviewed(database, drafted, outcome=AGAIN)
    if changed:
        await save(database, drafted, SECOND)

    await erase(database, drafted, 3)

    draft = await row(database, drafted)
    assert await opened(database, draft) == [SECOND if changed else {}]
    assert await faults(database) == []
    assert SECRET.encode() not in await everything(database)
    assert await submitted(database, drafted, SECOND) > 3


async def test_only_what_an_entry_names_may_be_emptied(database, owner, drafted):
    await submitted(database, drafted)
    await reviewed(database, drafted, outcome=AGAIN)
    await submitted(database, drafted, SECOND)
    await reviewed(database, drafted, 2, outcome=ENDED)
    await erase(database, drafted, 3)
    other = "(SELECT answers FROM submission WHERE version = 5)"
    for statement in (
        "UPDATE submission SET answers = '' WHERE version = 5",
        f"UPDATE submission SET answers = {other} WHERE version = 3",
    ):
        for who in (database, owner):
            with pytest.raises(DBAPIError):
                async with who.writing() as session:
                    await (await session.connection()).execute(text(statement))
    with unguarded(owner) as connection:
        connection.execute(text("UPDATE submission SET answers = '' WHERE version = 5"))
    assert await faults(database) == [f"{drafted}: version 5 is empty, and no entry erased it"]


async def test_the_command_erases_a_version_and_says_what_keeps_it_from_that(
    database, drafted, monkeypatch, tmp_path
):
    monkeypatch.setenv("SHENBEI_HOME", str(tmp_path))
    monkeypatch.setenv("SHENBEI_DATABASE_URL", database.url)
    monkeypatch.setenv("SHENBEI_PAYLOAD_KEY", KEY.hex())

    async def run(*more, case=drafted):
        asked = ["trail", "erase-payload", "--ground", "by_law", "--case", case, *more]
        return await asyncio.to_thread(CliRunner().invoke, cli.app, asked)

    await submitted(database, drafted)
    place = await reviewed(database, drafted)
    needed = str((await run("--submission", "3")).exception)
    assert place in needed
    assert "尚未办结的程序依据该版本" in needed
    assert "open and resting on it" in needed
    assert "erase it when they are finished" in needed
    unknown = str((await run("--submission", "9")).exception)
    assert "没有第 9 版" in unknown
    assert "nothing was submitted as version 9" in unknown
    nowhere = await run("--submission", "3", case="BJ-2026-000999")
    assert "there is no case" in str(nowhere.exception)
    both = await run("--submission", "3", "--commitment", "x")
    assert both.exit_code != 0
    assert await told(database) == []


async def test_the_command_counts_what_it_erased(database, drafted, monkeypatch, tmp_path):
    monkeypatch.setenv("SHENBEI_HOME", str(tmp_path))
    monkeypatch.setenv("SHENBEI_DATABASE_URL", database.url)
    monkeypatch.setenv("SHENBEI_PAYLOAD_KEY", KEY.hex())
    await submitted(database, drafted)
    await reviewed(database, drafted, outcome=ENDED)
    asked = ["trail", "erase-payload", "--ground", "by_law", "--submission", "3", "--case"]
    for count in (1, 0):
        done = await asyncio.to_thread(CliRunner().invoke, cli.app, [*asked, drafted])
        assert f"已删除 {count} 处" in done.output
    assert len(await told(database)) == 1
