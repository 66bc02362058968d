"""Answers at rest: sealed by case, opened in their place only, told by a verification."""

import asyncio
import sqlite3
from datetime import UTC, datetime

import orjson
import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from audit.notes import NOTE, verifier
from cases.dossier import Ground, PayloadErased
from clitools.moving import export_institution, import_institution
from demo.facts import INSTITUTION
from records import migrate
from records.access_tables import SubjectKey
from records.database import Database
from records.drafts import append_to_case, content_hash, save, sign_off
from records.errors import StaleError
from records.rebuilding import rebuild
from records.sealed_answers import answers_of, seal_old_answers, sealed
from records.tables import Case, Submission
from records.upgrading import bring_up
from records.verification import verify_trail
from settings import Settings
from tests.conftest import KEY, owner_url
from tests.records.drafting import (
    FIRST,
    SECOND,
    SECRET,
    draft,
    drafted,
    hand,
    reviewed,
    row,
    submitted,
    versions,
)
from tests.records.test_recorder import KEY as LOG
from tests.records.test_recorder import ORIGIN
from tests.records.test_tampering import unguarded

__all__ = ["drafted"]


async def faults(database):
    return (await verify_trail(database, ORIGIN, [LOG.public_key()])).faults


async def opened(database, *rows):
    async with database.reading() as session:
        return [await answers_of(session, one) for one in rows]


async def everything(database):
    """Return all bytes of all tables, as text."""
    async with database.reading() as session:
        connection = await session.connection()
        tables = SQLModel.metadata.sorted_tables
        cells = [
            cell if isinstance(cell, bytes) else str(cell).encode()
            for table in tables
            for found in (await connection.execute(table.select())).all()
            for cell in found
        ]
    return b"\n".join(cells)


async def test_no_table_holds_answers_in_the_clear_and_who_has_the_key_reads_them(
    database, drafted
):
    await submitted(database, drafted)
    await reviewed(database, drafted)

    held = await everything(database)
    assert SECRET.encode() not in held
    (frozen,) = await versions(database, drafted)
    assert await opened(database, frozen, await row(database, drafted)) == [FIRST, FIRST]
    assert await faults(database) == []


async def test_the_first_answers_make_the_key_of_a_case(database, drafted):
    async with database.reading() as session:
        assert await session.get(SubjectKey, f"case/{drafted}") is not None
    assert await opened(database, Case(number="BJ-2026-999999")) == [{}]


async def test_without_the_key_answers_are_not_read_and_not_written(
    database, database_url, drafted
):
    case = await row(database, drafted)
    keyless, others = Database(database_url), Database(database_url, b"1" * 32)
    try:
        with pytest.raises(TypeError, match="without the key"):
            await opened(keyless, case)
        with pytest.raises(TypeError, match="without the key"):
            async with keyless.writing() as session:
                await save(session, case, SECOND)
        with pytest.raises(InvalidTag):
            await opened(others, case)
    finally:
        await keyless.close()
        await others.close()
    assert (await row(database, drafted)).version == case.version


async def test_of_two_who_save_at_once_one_is_told_that_the_draft_changed(database, drafted):
    case = await row(database, drafted)

    async def saved(answers):
        async with database.writing() as session:
            return await save(session, case, answers)

    found = await asyncio.gather(saved(FIRST), saved(SECOND), return_exceptions=True)

    assert sorted(type(one) for one in found if not isinstance(one, int)) == [StaleError]
    now = await row(database, drafted)
    assert now.version == case.version + 1
    assert await opened(database, now) in ([FIRST], [SECOND])
    with pytest.raises(StaleError):
        async with database.writing() as session:
            await sign_off(session, drafted, case.version, hand("late"))


SWAP = "UPDATE submission SET answers = (SELECT answers FROM {} LIMIT 1) WHERE version = {}"
OURS, THEIRS = (f"WHERE subject LIKE 'case/%{n}'" for n in (1, 2))
ONE = ["{0}: version 3 does not open"]
ALL = [*ONE, "{0}: version 5 does not open", "{0}: the draft does not open"]
TAMPERINGS = [
    (SWAP.format("\"case\" WHERE number LIKE '%1'", 3), ONE),
    (SWAP.format("submission WHERE version = 5", 3), ONE),
    (
        "UPDATE submission SET answers = (SELECT body FROM event LIMIT 1) WHERE version = 3",
        ONE,
    ),
    (
        "UPDATE submission SET answers = '' WHERE version = 3",
        ["{0}: version 3 is empty, and no entry erased it"],
    ),
    (
        "UPDATE submission SET content = 'x' WHERE version = 3",
        ONE,
    ),
    ("UPDATE submission SET version = 4 WHERE version = 5", ["{0}: version 4 does not open"]),
    ("DELETE FROM submission WHERE version = 5", ["{0}: version 5 is missing"]),
    (
        'UPDATE "case" SET answers = (SELECT answers FROM "case" WHERE number LIKE \'%2\')',
        ["{0}: the draft does not open"],
    ),
    (
        "UPDATE \"case\" SET answers = '' WHERE number LIKE '%1'",
        ["{0}: the draft is not what was signed off"],
    ),
    ("UPDATE submission SET answers = substr(answers, 1, 5) WHERE version = 3", ONE),
    ("UPDATE submission SET answers = 'text' WHERE version = 3", ONE),
    (f"DELETE FROM subject_key {OURS}", ALL),
    (f"UPDATE subject_key SET wrapped = '' {OURS}", ALL),
    (f"UPDATE subject_key SET wrapped = 'text' {OURS}", ALL),
    (
        f"UPDATE subject_key SET wrapped = (SELECT wrapped FROM subject_key {THEIRS}) {OURS}",
        ALL,
    ),
]


async def test_what_is_changed_or_moved_does_not_open_and_is_told(database, owner, drafted):
    other = await draft(database, "c2")
    await submitted(database, drafted)
    await reviewed(database, drafted, outcome="re_review_after_modification")
    await submitted(database, drafted, SECOND)
    await reviewed(database, drafted, 2)
    assert [one.version for one in await versions(database, drafted)] == [3, 5]
    assert other.endswith("2")
    before = await rows_of(owner)
    for tampering, told in TAMPERINGS:
        with unguarded(owner) as connection:
            connection.execute(text(tampering))
        found = set(await faults(database))
        assert found >= {one.format(drafted) for one in told}, tampering
        restore(owner, before)
    assert await faults(database) == []


async def test_answers_other_than_those_submitted_are_told_though_they_open(database, drafted):
    async with database.writing() as session:
        case = await session.get_one(Case, drafted)
        frozen = Submission(case_number=drafted, version=3, content="0" * 64, form="f", at="")
        frozen.answers = await sealed(session, frozen, FIRST)
        session.add(frozen)
        case.answers = await sealed(session, case, SECOND)
        case.signed_off = content_hash(FIRST)
        session.add(case)
    await reviewed(database, drafted)

    assert set(await faults(database)) >= {
        f"{drafted}: version 3 is not what was submitted",
        f"{drafted}: the draft is not what was signed off",
    }


async def test_all_pages_of_rows_are_compared(database, owner, drafted, monkeypatch):
    monkeypatch.setattr("records.kept_answers._BATCH", 2)
    numbers = [drafted, *[await draft(database, f"c{n}") for n in range(2, 8)]]
    for number in numbers:
        await submitted(database, number)
        await reviewed(database, number)
    await erased(database, numbers[1])
    assert await faults(database) == []
    with unguarded(owner) as connection:
        connection.execute(text("UPDATE submission SET answers = '1' WHERE version = 3"))

    found = [one for one in await faults(database) if "version 3 does not open" in one]
    assert len(found) == len(numbers)


async def rows_of(owner):
    async with owner.reading() as session:
        connection = await session.connection()
        names = ("case", "submission", "subject_key")
        tables = {name: SQLModel.metadata.tables[name] for name in names}
        return {
            table: [dict(one) for one in (await connection.execute(table.select())).mappings()]
            for table in tables.values()
        }


def restore(owner, before):
    with unguarded(owner) as connection:
        for table, rows in before.items():
            if table.name != "case":
                connection.execute(table.delete())
                connection.execute(table.insert(), rows)
            for one in rows if table.name == "case" else ():
                values = {"answers": one["answers"]}
                same = table.c.number == one["number"]
                connection.execute(table.update().where(same).values(values))


REFUSED = [
    "UPDATE submission SET answers = ''",
    "UPDATE submission SET answers = answers",
    "UPDATE submission SET content = 'x'",
    "UPDATE submission SET answers = '', content = 'x'",
    "DELETE FROM submission",
    "DELETE FROM subject_key WHERE subject LIKE 'case/%'",
    "UPDATE subject_key SET wrapped = '' WHERE subject LIKE 'case/%'",
]


async def test_guards_keep_what_was_submitted_and_the_keys_of_cases(database, owner, drafted):
    await submitted(database, drafted)
    before = await everything(owner)
    on_sqlite = ["REPLACE INTO submission SELECT * FROM submission"]
    on_postgres = ["TRUNCATE submission", "TRUNCATE subject_key"]
    for statement in (*REFUSED, *(on_sqlite if owner.sqlite else on_postgres)):
        for who in (database, owner):
            with pytest.raises(DBAPIError):
                async with who.writing() as session:
                    await (await session.connection()).execute(text(statement))
    assert await everything(owner) == before
    if owner.sqlite:  # without our settings, REPLACE passes by the guards of DELETE
        with sqlite3.connect(owner.url.partition("///")[2]) as plain:
            plain.execute(
                "REPLACE INTO subject_key SELECT subject, x'00' FROM subject_key "
                "WHERE subject LIKE 'case/%'"
            )
        assert await faults(database) == []


async def test_answers_of_before_there_were_keys_are_carried_over_and_sealed(
    database, database_url, drafted
):
    await submitted(database, drafted)
    await reviewed(database, drafted)
    await database.close()
    url = owner_url(database_url)
    migrate.downgrade(url, "0012")
    engine = create_engine(migrate.sync_url(url))
    with engine.begin() as connection:
        for table in ('"case"', "submission"):
            clear = {"clear": orjson.dumps(FIRST).decode()}
            connection.execute(text(f"UPDATE {table} SET answers = :clear"), clear)
        connection.execute(text("DELETE FROM subject_key WHERE subject LIKE 'case/%'"))
    engine.dispose()

    migrate.upgrade(url)

    migrate.check(url)
    live = Database(url, KEY)
    try:
        assert "version 3 does not open" in str(await faults(live))
        for _ in range(2):
            await bring_up(url, KEY, datetime.now(UTC))
            (frozen,) = await versions(live, drafted)
            found = await opened(live, frozen, await row(live, drafted))
            assert found == [FIRST, FIRST]
        assert SECRET.encode() not in await everything(live)
        assert await faults(live) == []
        async with live.writing() as session:
            assert await seal_old_answers(session) == 0
    finally:
        await live.close()


async def test_what_is_sealed_outlives_going_back_and_forth(database, database_url, drafted):
    await submitted(database, drafted)
    await database.close()
    url = owner_url(database_url)

    migrate.downgrade(url, "0012")
    migrate.upgrade(url)

    live = Database(url, KEY)
    try:
        (frozen,) = await versions(live, drafted)
        assert await opened(live, frozen, await row(live, drafted)) == [FIRST, FIRST]
    finally:
        await live.close()


async def erased(database, number):
    """Erase the newest version as an entry may tell, whoever needs it still."""
    (frozen,) = await versions(database, number)
    async with database.writing() as session:
        event = PayloadErased(commitments=(frozen.content,), ground=Ground.BY_LAW)
        await append_to_case(session, number, event, hand("erase"))
        frozen = await session.get_one(Submission, (number, frozen.version))
        frozen.answers = b""
        session.add(frozen)


async def test_a_rebuilt_database_holds_sealed_answers_that_open(database, drafted, fresh_url):
    other = await draft(database, "c2")
    for number in (drafted, other):
        await submitted(database, number)
        await reviewed(database, number)
    await erased(database, other)
    into = Database(owner_url(fresh_url()), KEY)
    try:
        assert (await rebuild(database, into)).differing == []
        (frozen,) = await versions(into, drafted)
        assert await opened(into, frozen) == [FIRST]
        assert (await versions(into, other))[0].answers == b""
        assert await faults(into) == []
    finally:
        await into.close()


def settings_of(url, home, key):
    return Settings(
        home=home, database_url=url, payload_key=key, origin=ORIGIN, _env_file=None
    )


async def test_an_institution_takes_its_answers_to_where_another_key_is(
    database, drafted, database_url, fresh_url, tmp_path
):
    gone = await draft(database, "c2")
    for number in (drafted, gone):
        await submitted(database, number)
        await reviewed(database, number)
    await erased(database, gone)
    here = settings_of(owner_url(database_url), tmp_path / "here", KEY.hex())
    there = settings_of(owner_url(fresh_url()), tmp_path / "there", "ab" * 32)
    file = tmp_path / "institution.zip"
    file.write_bytes(await export_institution(here, INSTITUTION))
    key = verifier(here.origin, NOTE, here.log_key.public_key()).text
    for _ in range(2):
        await import_institution(there, file, [key], None)
    live = Database(there.database, there.sealing_key)
    try:
        (frozen,) = await versions(live, drafted)
        assert await opened(live, frozen, await row(live, drafted)) == [FIRST, FIRST]
        assert (await versions(live, gone))[0].answers == b""
        assert SECRET.encode() not in await everything(live)
        report = await verify_trail(live, ORIGIN, [there.log_key.public_key()])
        assert report.faults == []
    finally:
        await live.close()
