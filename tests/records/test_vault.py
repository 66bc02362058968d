"""Words at rest: sealed by person, unreadable without the key, gone for good where erased."""

import orjson
import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import create_engine, text
from sqlmodel import SQLModel, select

from audit.event import read
from cases.dossier import Ground
from cases.proceeding import SYSTEM
from cases.text import Payload as Said
from cases.text import commitment
from demo.journey import Journey
from records import migrate
from records.access_tables import SubjectKey
from records.database import Database
from records.erasing import ERASED, forget
from records.streams import Hand
from records.tables import Event, Payload, Person
from records.vault import read_words, seal_old, write_words
from records.verification import verify_trail
from tests.conftest import KEY, owner_url
from tests.journeys.test_restored import until_vote

SALT = "0f" * 32
PLACE = "ethics-review/BJ-2026-000001/1"


def said(words, path="reason"):
    return Said(path, words, SALT, commitment(path, SALT, words))


async def kept(database):
    async with database.reading() as session:
        return (await session.exec(select(Payload))).all()


async def test_words_are_sealed_and_opened_by_who_has_the_key(database, database_url):
    async with database.writing() as session:
        await write_words(session, (PLACE, 1), "p1", [said("家属意见"), said("另议", "b")])
        await write_words(session, (PLACE, 2), "p2", [said("同意", "c")])

    rows = await kept(database)
    assert not any("家属".encode() in row.sealed for row in rows)
    assert len({row.sealed for row in rows}) == 3
    async with database.reading() as session:
        opened = await read_words(session, rows)
    assert {words.value for words in opened.values()} == {"家属意见", "另议", "同意"}

    others = Database(database_url, b"1" * 32)
    try:
        async with others.reading() as session:
            with pytest.raises(InvalidTag):
                await read_words(session, rows)
    finally:
        await others.close()


async def test_sealed_words_cannot_be_moved_to_another_commitment_or_person(database):
    async with database.writing() as session:
        await write_words(session, (PLACE, 1), "p1", [said("不同意"), said("同意", "b")])
        await write_words(session, (PLACE, 2), "p2", [said("另议", "c")])
    first, second, third = sorted(await kept(database), key=lambda row: row.path, reverse=True)
    async with database.reading() as session:
        first.sealed, second.subject = second.sealed, third.subject
        for row in (first, second):
            with pytest.raises(InvalidTag):
                await read_words(session, [row])


async def test_without_a_key_no_words_are_written(database_url):
    database = Database(database_url)
    try:
        with pytest.raises(TypeError, match="without the key"):
            async with database.writing() as session:
                await write_words(session, (PLACE, 1), "p1", [said("意见")])
        assert await kept(database) == []
    finally:
        await database.close()


async def test_words_of_before_there_were_keys_are_carried_over_and_sealed(database_url):
    database_url = owner_url(database_url)
    migrate.downgrade(database_url, "0007")
    engine = create_engine(migrate.sync_url(database_url))
    words = said("旧的意见")
    event = {"case": "c", "actor": {"person": "p9"}, "event": {"kind": "x"}}
    with engine.begin() as connection:
        connection.execute(
            text(
                'INSERT INTO event ("index", case_number, proceeding, seq, kind, at, request,'
                " digest, body, leaf, recorded_at) VALUES"
                " (0, 'c', :place, 1, 'x', '', 'r', '', :body, :leaf, '')"
            ),
            {"place": PLACE, "body": orjson.dumps(event), "leaf": b""},
        )
        connection.execute(
            text("INSERT INTO payload VALUES (:c, :p, 1, 'reason', :v, :s)"),
            {"c": words.commitment, "p": PLACE, "v": words.value, "s": SALT},
        )
    engine.dispose()

    migrate.upgrade(database_url)

    database = Database(database_url, KEY)
    try:
        for expected in (1, 0):
            async with database.writing() as session:
                opened = await read_words(session, await kept(database))
                assert opened[words.commitment] == (words.value, SALT)
                assert await seal_old(session) == expected
        (row,) = await kept(database)
        assert row.subject == "p9"
        assert "旧的".encode() not in row.sealed
    finally:
        await database.close()


async def test_all_words_of_a_person_go_and_the_trail_says_why(house, tmp_path):
    journey = Journey(house.client, house.tokens, lambda *_: None)
    await until_vote(journey)
    await journey.vote()  # somebody else says why
    database = house.services.database
    declared = [row for row in await kept(database) if row.subject == "p17"]
    assert declared  # the one who declared a conflict said which

    of_case = [row for row in declared if row.path == "reason"]
    for expected in ({journey.number: len(of_case), "": 1}, {}):
        hand = Hand(actor=SYSTEM, at=house.services.now(), policy="", request="forget")
        async with database.writing() as session:
            found = await forget(session, "p17", Ground.CONSENT_WITHDRAWN, hand)
        assert found == expected

    rows = await kept(database)
    assert rows
    assert "p17" not in {row.subject for row in rows}
    async with database.reading() as session:
        assert await session.get(SubjectKey, "p17") is None
        bodies = (await session.exec(select(Event.body))).all()
    erased = [e["event"] for e in map(read, bodies) if e["event"]["kind"] == "payload.erased"]
    told = [one for event in erased for one in event["commitments"]]
    assert sorted(told) == sorted(row.commitment for row in declared)
    assert len(erased) == 2  # in the case, and in the person's own row
    async with database.reading() as session:
        assert (await session.get_one(Person, "p17")).name == ERASED
    report = await verify_trail(database, house.settings.origin, house.settings.log_verifiers)
    assert report.faults == []


async def test_no_table_holds_words_in_the_clear(house, tmp_path):
    journey = Journey(house.client, house.tokens, lambda *_: None)
    await until_vote(journey)
    async with house.services.database.reading() as session:
        connection = await session.connection()
        for table in SQLModel.metadata.sorted_tables:
            rows = (await connection.execute(table.select())).all()
            assert "本人为项目组成员的近亲属" not in repr(rows), table.name
