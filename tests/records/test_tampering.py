"""Whoever may write to the database cannot change the trail, or does not stay unseen.

First as the application: its role on PostgreSQL, its connection on SQLite. Nothing it does
changes what was entered. Then as the owner of the tables or of the file, who takes the guards
away: what he does is told by a verification, or by whoever kept a note.
"""

import sqlite3
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from audit import merkle, tree
from audit.checkpoint import Checkpoint, CheckpointError, read_body, sign
from audit.event import Entry, moment, read
from audit.log import Log
from audit.notes import COSIGNATURE, NOTE, cosign, verifier
from audit.witness import ForkError, Witness
from cases.dossier import Ground
from cases.ethics_review.acts import Accept, Declare, Submit
from cases.ethics_review.state import Review
from clitools.trail import restored, verify_whole
from clitools.vouching import unvouched
from records import trail
from records.checkpoints import contradict, keep, newest, publish
from records.database import Database
from records.erasing import erase
from records.guards import missing_guards
from records.migrate import sync_url, upgrade
from records.recorder import record
from records.streams import Hand
from records.tables import Cosignature, Event
from records.times import misdated
from records.verification import verify_trail
from settings import Settings
from tests.conftest import KEY as SEALING
from tests.makers import AT, OPENED
from tests.records.test_recorder import ACTOR, folded, opening, recording, write

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
ORIGIN = "shenbei.test/trail"
WITNESSES = ("witness", "other")
TABLES = ("event", "checkpoint", "tree_node", "checkpoint_stamp", "tree", "payload")
BASE = OPENED
"""Entries that tell of bodies, people and roles before the first proceeding."""
FIRST, NEXT = BASE + 20, BASE + 23
"""Sizes of the tree that were signed."""
ROUNDS = 20
"""Proceedings of one entry each; one goes on for three more."""


@pytest.fixture
def log(tmp_path):
    return Log(ORIGIN, KEY, tmp_path / "log.last")


@pytest.fixture
async def signed(database, case, log):
    """A trail with words, signed at `FIRST` and `NEXT` entries; returns the notes."""
    notes = []
    async with database.writing() as session:
        for n in range(1, ROUNDS + 1):
            start = replace(opening(case), ordinal=n)
            submit = recording(Review(opening=start), Submit(pledge=True), request=f"r{n}")
            own = replace(submit, proceeding=f"ethics-review/{case}/{n}")
            await record(session, own, AT)
    notes.append(await published(database, log))
    review = folded(Review(opening=replace(opening(case), ordinal=1)), ())
    review = folded(review, recording(review, Submit(pledge=True)).events)
    accept = recording(review, Accept(), first=2, request="a")
    declared = Declare(conflict=True, reason="亲属关系")
    review = folded(review, accept.events)
    declare = recording(review, declared, first=4, request="d")
    await write(database, accept, declare)
    notes.append(await published(database, log))
    assert await faults(database) == []
    return notes


async def published(database, log):
    async with database.writing() as session:
        return await publish(session, log, AT)


async def faults(database, held=()):
    keys = [KEY.public_key()]
    return (await verify_trail(database, ORIGIN, keys, held=held)).faults


async def kept(database):
    """Return all rows that tell of the trail."""
    async with database.reading() as session:
        connection = await session.connection()
        found = {}
        for table in TABLES:
            rows = (await connection.execute(text(f"SELECT * FROM {table}"))).all()
            found[table] = sorted(map(repr, rows))
        return found


COPY = (
    "INSERT {more} INTO event SELECT {index}, case_number, proceeding, {seq}, kind, at, "
    f'request, digest, body, leaf, recorded_at FROM event WHERE "index" = {BASE}'
)
ANYWHERE = [
    "UPDATE event SET at = '2020-01-01T00:00:00.000000Z'",
    f'UPDATE event SET "index" = {NEXT - 1} - "index"',
    "UPDATE event SET recorded_at = at, digest = ''",
    f'DELETE FROM event WHERE "index" = {NEXT - 1}',
    COPY.format(more="", index=NEXT + 1, seq=5),
    COPY.format(more="", index=NEXT, seq=6),
    COPY.format(more="", index=NEXT, seq=1),
    COPY.format(more="", index=NEXT - 1, seq=5),
    "UPDATE tree_node SET hash = hash",
    "DELETE FROM tree_node",
    "UPDATE checkpoint SET made_at = ''",
    f"DELETE FROM checkpoint WHERE size = {FIRST}",
    "DELETE FROM payload",
]
ON_SQLITE = [
    COPY.format(more="OR REPLACE", index=BASE, seq=5),
    COPY.format(more="OR REPLACE", index=NEXT, seq=1),
    "INSERT OR REPLACE INTO tree_node SELECT level, place, x'00' FROM tree_node",
    "INSERT OR REPLACE INTO checkpoint SELECT size, 'x', made_at FROM checkpoint",
    "REPLACE INTO event SELECT * FROM event",
]
PASSED_OVER = [s for s in ON_SQLITE if "INTO checkpoint" in s]
"""What is there stays, without a complaint: two may publish at once."""
ON_POSTGRES = [
    *(f"TRUNCATE {table}" for table in TABLES),
    "INSERT INTO event SELECT * FROM event ON CONFLICT (index) DO UPDATE SET at = ''",
    "MERGE INTO event e USING event o ON e.index = o.index WHEN MATCHED THEN DELETE",
    "INSERT INTO checkpoint TABLE checkpoint ON CONFLICT (size) DO UPDATE SET note = ''",
    "SET session_replication_role = replica",
    "ALTER TABLE event DISABLE TRIGGER ALL",
    "DROP TRIGGER event_fixed ON event",
    "UPDATE payload SET subject = ''",
    "DELETE FROM tree",
]


on_sqlite = pytest.mark.parametrize("fresh_url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("fresh_url", ["postgres"], indirect=True)


async def attempt(database, statement):
    """Tell whether a statement was refused."""
    try:
        async with database.writing() as session:
            await (await session.connection()).execute(text(statement))
    except DBAPIError:
        return True
    return False


async def unmoved(database, owner, statement):
    before = await kept(owner)
    refused = await attempt(database, statement)
    assert await kept(owner) == before
    return refused


@pytest.mark.parametrize("statement", ANYWHERE)
async def test_the_application_changes_nothing_that_was_entered(
    database, owner, signed, statement
):
    assert await unmoved(database, owner, statement)


@on_sqlite
@pytest.mark.parametrize("statement", ON_SQLITE)
async def test_on_sqlite_it_replaces_nothing(database, signed, statement):
    refused = await unmoved(database, database, statement)
    assert refused or statement in PASSED_OVER


@on_postgres
@pytest.mark.parametrize("statement", ON_POSTGRES)
async def test_on_postgresql_it_has_no_other_way(database, owner, signed, statement):
    assert await unmoved(database, owner, statement)


@on_sqlite
@pytest.mark.parametrize("statement", ON_SQLITE)
async def test_a_connection_without_our_settings_replaces_nothing(database, signed, statement):
    before = await kept(database)
    raw = sqlite3.connect(database.url.split("///")[1])
    try:
        with raw:
            raw.execute(statement)
    except sqlite3.IntegrityError as error:
        assert "the trail" in str(error)
    finally:
        raw.close()

    assert await kept(database) == before
    assert await faults(database) == []


@on_postgres
@pytest.mark.parametrize(
    "statement", ["UPDATE event SET at = ''", "DELETE FROM tree_node", "TRUNCATE event"]
)
async def test_replica_mode_passes_by_no_guard(database, owner, signed, statement):
    replica = "SET session_replication_role = replica"
    engine = create_engine(sync_url(owner.url))
    try:
        with engine.connect() as connection:
            connection.execute(text(replica))
            with pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(statement))
    finally:
        engine.dispose()


async def test_words_go_only_after_an_entry_that_says_so(database, case, signed):
    async with database.reading() as session:
        query = text("SELECT commitment FROM payload WHERE path = 'reason'")
        words = (await (await session.connection()).execute(query)).scalar_one()
    assert await attempt(database, "DELETE FROM payload")
    hand = Hand(actor=ACTOR, at=AT, policy="p", request="erase")

    async with database.writing() as session:
        assert await erase(session, case, [words], Ground.CONSENT_WITHDRAWN, hand) == 1

    assert words not in repr((await kept(database))["payload"])
    assert await faults(database) == []


@contextmanager
def unguarded(owner):
    """Open the database as one who takes all guards away, and lays them back afterwards."""
    engine = create_engine(sync_url(owner.url))
    try:
        with engine.begin() as connection:
            off, on = _guards(connection, sqlite=owner.sqlite)
            for statement in off:
                connection.exec_driver_sql(statement)
            yield connection
            for statement in on:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


def _guards(connection, *, sqlite):
    """Return the statements that take the guards away, and those that lay them back."""
    if sqlite:
        kept = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        return [f"DROP TRIGGER {name}" for name, _ in kept], [sql for _, sql in kept]
    kept = connection.execute(
        text("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'A'")
    ).all()
    alter = [f"ALTER TABLE {table} {{}} TRIGGER {name}" for table, name in kept]
    return (
        [one.format("DISABLE") for one in alter],
        [one.format("ENABLE ALWAYS") for one in alter],
    )


ROOT = f"the tree of {FIRST} has another root than signed"
EDGE = "the stored edge of the tree is not that of the entries"
BACK = "UPDATE event SET at = '2020-01-01T00:00:00.000000Z'"
LAST = f'DELETE FROM event WHERE "index" > {BASE + 18}'


@pytest.mark.parametrize(
    ("statements", "fault"),
    [
        (
            [f'UPDATE event SET body = leaf WHERE "index" = {BASE + 3}'],
            f"entry {BASE + 3}: the bytes do not match the stored hash",
        ),
        (
            [f'{BACK} WHERE "index" = {BASE + 3}'],
            "ethics-review/BJ-2026-000001/4 1: the row's at is not that of the bytes",
        ),
        (
            [f'DELETE FROM event WHERE "index" = {BASE + 3}'],
            f"entry {BASE + 4} stands where {BASE + 3} should",
        ),
        ([LAST], f"checkpoint of {FIRST} entries, the trail ends before"),
        (
            [
                f'UPDATE event SET "index" = -1 WHERE "index" = {BASE + 3}',
                f'UPDATE event SET "index" = {BASE + 3} WHERE "index" = {BASE + 4}',
                f'UPDATE event SET "index" = {BASE + 4} WHERE "index" = -1',
            ],
            ROOT,
        ),
        ([COPY.format(more="", index=NEXT, seq=5)], EDGE),
        ([f"UPDATE tree SET size = {NEXT - 1}"], EDGE),
        (["DELETE FROM tree"], EDGE),
        (
            ["UPDATE tree_node SET hash = (SELECT leaf FROM event LIMIT 1)"],
            "the stored hash of level 1 at 0 is not that of its entries",
        ),
        (["DELETE FROM tree_node"], f"0 hashes of subtrees are stored, not {NEXT // 16}"),
        (
            [f"UPDATE checkpoint SET size = {FIRST + 1} WHERE size = {FIRST}"],
            f"checkpoint of {FIRST + 1} entries: its note is of {FIRST}",
        ),
        (
            [f"UPDATE checkpoint SET note = 'x' WHERE size = {FIRST}"],
            f"checkpoint of {FIRST} entries: not a checkpoint",
        ),
        (
            ["UPDATE payload SET sealed = (SELECT leaf FROM event LIMIT 1)"],
            "ethics-review/BJ-2026-000001/1 4: the words of reason are not those",
        ),
        (
            ["DELETE FROM payload WHERE path = 'reason'"],
            "ethics-review/BJ-2026-000001/1 4: words are gone, and no entry erased them",
        ),
        (
            ["UPDATE payload SET seq = 1 WHERE path = 'reason'"],
            "ethics-review/BJ-2026-000001/1 1: the words of reason are of another entry",
        ),
    ],
)
async def test_what_the_owner_does_beside_the_guards_is_told(
    database, owner, signed, statements, fault
):
    with unguarded(owner) as connection:
        for statement in statements:
            connection.execute(text(statement))

    assert any(found.startswith(fault) for found in await faults(database))


@on_postgres
async def test_an_emptied_trail_is_told(database, owner, signed):
    with unguarded(owner) as connection:
        connection.execute(text("TRUNCATE event"))

    assert f"checkpoint of {FIRST} entries, the trail ends before" in await faults(database)


@pytest.mark.parametrize("guard", ["event_dense", "payload_erased"])
async def test_a_guard_that_was_taken_away_is_told(database, owner, signed, guard):
    on = "" if owner.sqlite else f" ON {guard.split('_')[0]}"
    assert await attempt(database, f"DROP TRIGGER {guard}{on}") is not database.sqlite
    await attempt(owner, f"DROP TRIGGER {guard}{on}")

    assert await faults(database) == [f"the guard {guard} is missing"]


MOVED = {"event_no_update": "person", "payload_erased": "payload"}
BLANK = """CREATE OR REPLACE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RETURN NULL; END $$;"""
APPEND_ONLY = "trail_is_append_only()"
FIXED = "BEFORE UPDATE OR DELETE ON event FOR EACH ROW"
LAID = """DROP TRIGGER event_fixed ON event;
CREATE TRIGGER event_fixed {} EXECUTE FUNCTION {};
ALTER TABLE {} ENABLE ALWAYS TRIGGER event_fixed;"""
ASIDE = """CREATE SCHEMA aside; CREATE TABLE aside.event (LIKE event);
DO $$ BEGIN EXECUTE (SELECT replace(pg_get_functiondef(oid), 'public.event', 'aside.event')
FROM pg_proc WHERE proname = 'erasure_is_told'); END $$;"""


@on_sqlite
@pytest.mark.parametrize(("guard", "table"), [("event_dense", "event"), *MOVED.items()])
async def test_on_sqlite_a_guard_that_does_nothing_is_told(database, signed, guard, table):
    blank = f"CREATE TRIGGER {guard} BEFORE DELETE ON {table} BEGIN SELECT 1; END"
    for statement in (f"DROP TRIGGER {guard}", blank):
        assert not await attempt(database, statement)

    assert await faults(database) == [f"the guard {guard} is not the one that was laid"]


@on_postgres
@pytest.mark.parametrize(
    ("script", "guard"),
    [
        (LAID.format(FIXED.replace("UPDATE OR ", ""), APPEND_ONLY, "event"), "event_fixed"),
        (
            LAID.format(FIXED.replace("UPDATE", "UPDATE OF at"), APPEND_ONLY, "event"),
            "event_fixed",
        ),
        (LAID.format(f"{FIXED} WHEN (OLD.seq < 0)", APPEND_ONLY, "event"), "event_fixed"),
        (BLANK.format("no") + LAID.format(FIXED, "no()", "event"), "event_fixed"),
        (
            LAID.format(FIXED.replace("event", "person"), APPEND_ONLY, "person"),
            "event_fixed",
        ),
        (BLANK.format("trail_is_dense"), "event_dense"),
        (ASIDE, "payload_erased"),
        ("ALTER FUNCTION erasure_is_told SET search_path = aside", "payload_erased"),
    ],
)
async def test_on_postgresql_a_guard_that_does_other_than_was_laid_is_told(
    database, owner, signed, script, guard
):
    done(owner, script)

    assert await faults(database) == [f"the guard {guard} is not the one that was laid"]


def done(owner, script):
    with psycopg.connect(sync_url(owner.url).replace("+psycopg", "")) as connection:
        connection.execute(script)


@on_postgres
async def test_a_freshly_laid_schema_of_any_name_has_all_its_guards(owner):
    done(owner, 'CREATE SCHEMA "a.b c"')
    url = f"{owner.url}&options=-csearch_path%3D%22a.b%5C%20c%22"
    upgrade(url)
    database = Database(url)
    try:
        async with database.reading() as session:
            assert await missing_guards(session) == []
    finally:
        await database.close()


async def test_a_freshly_migrated_database_has_all_its_guards(database):
    async with database.reading() as session:
        assert await missing_guards(session) == []


@on_postgres
async def test_a_guard_that_replica_mode_passes_by_is_told(database, owner, signed):
    assert not await attempt(owner, "ALTER TABLE event ENABLE TRIGGER event_fixed")

    assert await faults(database) == ["the guard event_fixed is missing"]


def forge(connection, *, key=None, keep=True):
    """Write history anew, so that it holds in itself: another policy was in force.

    Args:
        connection: Without guards.
        key: Signs the new tree in each checkpoint's place; None: what was signed stays.
        keep: Whether there are checkpoints afterwards.
    """
    said = text('SELECT body FROM event ORDER BY "index"')
    bodies = [bytes(body) for body in connection.execute(said).scalars()]
    bodies[BASE] = bodies[BASE].replace(b'"policy":"p"', b'"policy":"q"')
    leaves = [merkle.leaf(body) for body in bodies]
    frontier = merkle.Frontier()
    frontier.extend(leaves)
    connection.execute(
        text('UPDATE event SET body = :body, leaf = :leaf WHERE "index" = :index'),
        {"body": bodies[BASE], "leaf": leaves[BASE], "index": BASE},
    )
    for (level, place), found in tree.completed(0, leaves, {}).items():
        connection.execute(
            text("UPDATE tree_node SET hash = :hash WHERE level = :level AND place = :place"),
            {"hash": found, "level": level, "place": place},
        )
    connection.execute(text("UPDATE tree SET edge = :edge"), {"edge": frontier.edge})
    if not keep:
        connection.execute(text("DELETE FROM checkpoint"))
    if key is not None:
        for size in connection.execute(text("SELECT size FROM checkpoint")).scalars().all():
            note = sign(Checkpoint(ORIGIN, size, merkle.root(leaves[:size])), key)
            connection.execute(
                text("UPDATE checkpoint SET note = :note WHERE size = :size"),
                {"note": note, "size": size},
            )


async def test_who_writes_history_anew_without_the_logs_key_is_told(database, owner, signed):
    with unguarded(owner) as connection:
        forge(connection)
    assert await faults(database) == [ROOT, ROOT.replace(str(FIRST), str(NEXT))]

    with unguarded(owner) as connection:
        forge(connection, key=OTHER)
    assert await faults(database) == [
        f"checkpoint of {size} entries: no signature by the key of this log"
        for size in (FIRST, NEXT)
    ]


async def test_history_without_its_checkpoints_fails_against_what_the_log_remembers(
    database, owner, signed, log
):
    with unguarded(owner) as connection:
        forge(connection, keep=False)

    assert await faults(database) == []  # it holds in itself, and nobody signed it
    assert await faults(database, held=signed[:1]) == [ROOT]
    assert log.last == signed[-1]
    told = f"the tree of {NEXT} has another root than signed"
    assert await faults(database, held=[log.last]) == [told]
    with pytest.raises(ForkError, match=f"two different trees of {NEXT}"):
        await published(database, log)
    async with database.reading() as session:
        with pytest.raises(ForkError):
            await newest(session, log)
    assert log.last == signed[-1]


async def test_after_a_restore_the_log_signs_once_the_trail_says_what_holds_no_more(
    database, owner, case, signed, log
):
    with unguarded(owner) as connection:
        forge(connection, keep=False)  # as an older backup went on: other entries, unsigned
    async with database.writing() as session:
        told = [await contradict(session, log, AT) for _ in range(2)]
    assert told == [read_body(signed[-1])] * 2

    lost = read_body(signed[-1])
    log.forget(replace(lost, size=1))
    assert log.last == signed[-1]
    log.forget(lost)
    assert (log.last, log.contradicted) == (None, [lost])
    note = await published(database, log)

    async with database.reading() as session:
        (row,) = (await session.exec(select(Event).where(Event.index >= NEXT))).all()
        assert await contradict(session, log, AT) is None
    assert read(row.body)["event"] == {
        "kind": "trail.restored",
        "entries": NEXT,
        "root": read_body(signed[-1]).root.hex(),
    }
    assert (log.last, read_body(note).size) == (note, NEXT + 1)


async def test_who_changed_signed_history_cannot_pass_it_off_as_restored(
    database, owner, signed, log
):
    with unguarded(owner) as connection:
        forge(connection)
    async with database.writing() as session:
        with pytest.raises(ForkError):
            await contradict(session, log, AT)
    assert await faults(database) == [ROOT, f"the tree of {NEXT} has another root than signed"]


async def test_the_largest_tree_is_remembered_in_whatever_order_they_are_signed(log):
    notes = [log.sign(Checkpoint(ORIGIN, size, bytes(32))) for size in (5, 9, 7, 9)]
    assert log.last == notes[1]
    with pytest.raises(ForkError, match="two different trees of 9"):
        log.sign(Checkpoint(ORIGIN, 9, b"x" * 32))
    assert log.last == notes[1]


async def test_what_the_log_remembers_must_be_a_checkpoint(database, signed, log):
    log.memory.write_text("nothing\n", "utf-8")
    with pytest.raises(CheckpointError, match="not a checkpoint"):
        await published(database, log)


async def test_history_written_anew_with_the_logs_key_fails_against_older_notes(
    database, owner, signed
):
    with unguarded(owner) as connection:
        forge(connection, key=KEY)

    assert await faults(database) == []  # the log's key vouches for it
    assert await faults(database, held=signed[:1]) == [ROOT]
    assert await faults(database, held=[f"forged\n{FIRST}\nx\n\n"]) != []


@pytest.fixture
def settings(database, tmp_path):
    made = Settings(
        home=tmp_path,
        database_url=database.url,
        payload_key=SEALING.hex(),
        origin=ORIGIN,
        _env_file=None,
    )
    pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (made.keys / "log.pem").write_bytes(pem)
    return made


async def test_the_command_verifies_against_a_note_of_elsewhere(
    database, owner, signed, settings, tmp_path
):
    (tmp_path / "note.txt").write_text(signed[0] + "— witness.test AAAA\n", "utf-8")
    assert (await verify_whole(settings, [tmp_path / "note.txt"]))["holds"]

    with unguarded(owner) as connection:
        forge(connection, key=KEY)

    assert (await verify_whole(settings))["holds"]
    assert "signed nothing on this machine" in (await verify_whole(settings))["remarks"][-1]
    assert (await verify_whole(settings, [tmp_path / "note.txt"]))["faults"] == [ROOT]
    (settings.keys / "log.last").write_text(signed[-1], "utf-8")
    assert f"the tree of {NEXT} has another" in (await verify_whole(settings))["faults"][0]
    (settings.keys / "log.last").rename(settings.keys / "log.9.contradicted")
    (told,) = (await verify_whole(settings))["faults"]
    assert told.startswith(f"a tree of {NEXT} entries was signed and holds no more")


async def test_who_tells_of_a_restore_may_be_stopped_and_says_it_again(
    database, owner, signed, settings, monkeypatch
):
    with unguarded(owner) as connection:
        forge(connection, keep=False)
    (settings.keys / "log.last").write_text(signed[-1], "utf-8")
    for name in ("forget", "sign"):
        with monkeypatch.context() as stopped:
            stopped.setattr(Log, name, lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                await restored(settings)

    assert await restored(settings) is None  # all but the last signature was there
    async with database.reading() as session:
        kinds = (await session.exec(select(Event.kind).where(Event.index >= NEXT))).all()
    assert kinds == ["trail.restored"]
    assert settings.log.contradicted == [read_body(signed[-1])]
    assert (await verify_whole(settings))["holds"]
    assert await published(database, settings.log) == settings.log.last


async def test_a_witness_cosigns_no_second_history_of_the_same_key(database, owner, signed):
    own = Ed25519PrivateKey.generate()
    witness = Witness("witness.test", own, verifier(ORIGIN, NOTE, KEY.public_key()))
    async with database.reading() as session:
        grown = await trail.consistency(session, FIRST, NEXT)
    assert witness.see(signed[0], signed[1], grown, 1_790_000_000)

    with unguarded(owner) as connection:
        forge(connection, key=KEY)
    async with database.reading() as session:
        proof = await trail.consistency(session, FIRST, NEXT)
        forged = [row.note for row in await trail.checkpoints(session)]

    for last, new, shown in ((1, 1, ()), (0, 1, proof), (0, 1, grown), (1, 0, ())):
        with pytest.raises(ForkError):
            witness.see(signed[last], forged[new], shown, 1_790_000_001)


async def test_the_log_signs_no_tree_that_does_not_extend_what_it_signed(
    database, owner, case, signed, log
):
    with unguarded(owner) as connection:
        forge(connection)
    more = recording(
        Review(opening=replace(opening(case), ordinal=99)), Submit(pledge=True), request="x"
    )
    await write(database, replace(more, proceeding=f"ethics-review/{case}/99"))

    with pytest.raises(ForkError, match="does not extend"):
        await published(database, log)


async def test_a_log_that_was_rolled_back_signs_nothing(database, owner, signed, log):
    with unguarded(owner) as connection:
        leaves = connection.execute(text('SELECT leaf FROM event ORDER BY "index"'))
        frontier = merkle.Frontier()
        frontier.extend([bytes(leaf) for leaf in leaves.scalars()][: NEXT - 1])
        connection.execute(text(f'DELETE FROM event WHERE "index" = {NEXT - 1}'))
        connection.execute(
            text(f"UPDATE tree SET size = {NEXT - 1}, edge = :edge"), {"edge": frontier.edge}
        )

    with pytest.raises(ForkError, match=f"had {NEXT}"):
        await published(database, log)


@pytest.mark.parametrize("more", [{"commitments": "none"}, {"words": []}, {"ground": "none"}])
async def test_an_erasing_entry_of_a_form_unknown_here_is_told(database, case, signed, more):
    """Whoever may append may enter what nobody can read: that is a fault, and no failure."""
    async with database.reading() as session:
        last = (await trail.events_of_proceeding(session, f"case/{case}"))[-1]
    entry = Entry(
        case=case,
        proceeding=last.proceeding,
        seq=last.seq + 1,
        at=AT,
        actor=asdict(ACTOR),
        request="erase",
        policy="p",
        event={"kind": "payload.erased", **more},
    )
    async with database.writing() as session:
        await trail.append(session, trail.Appended([entry], "", AT))

    told = f"case/{case} {entry.seq}: it is no event that is known here"
    assert await faults(database) == [told]


@pytest.mark.parametrize(
    "kind",
    [
        "case.opened",
        "case.signed_off",
        "case.attached",
        "party.entered",
        "person.entered",
        "appointment.made",
        "token.issued",
        "webhook.set",
        "trail.imported",
        "paper.issued",
        "ethics_review.submitted",
    ],
)
@pytest.mark.parametrize("more", [{}, {"person": [], "party": 1, "opening": None}])
async def test_an_entry_that_nobody_can_read_is_told(database, signed, kind, more):
    entry = Entry(
        case="",
        proceeding="party/strange",
        seq=1,
        at=AT,
        actor=asdict(ACTOR),
        request="strange",
        policy="p",
        event={"kind": kind, **more},
    )
    async with database.writing() as session:
        await trail.append(session, trail.Appended([entry], "", AT))

    assert await faults(database) != []


async def test_an_entry_dated_back_stands_after_what_was_signed_meanwhile(database, signed):
    """Whoever may append may date an entry; the checkpoints say when it was not there yet."""
    async with database.reading() as session:
        row = (await trail.events_of_case(session, "BJ-2026-000001", FIRST - 1, 1))[0]
        with pytest.raises(ValueError, match=str(FIRST)):
            await trail.inclusion(session, row.index, FIRST)
        assert await trail.inclusion(session, row.index, NEXT)


@pytest.mark.parametrize(
    ("change", "by", "told"),
    [
        ("at = '2099-01-01T00:00:00.000000Z'", 0, ["of a time to come"]),
        ("recorded_at = '2026-11-24T02:05:00.000001Z'", 0, ["of a time to come"]),
        ("recorded_at = '2026-11-24T02:05:00.000000Z'", -1, ["of a time to come"]),
        ("recorded_at = '2026-11-24T02:05:00.000000Z'", 0, []),
    ],
)
async def test_entries_of_a_time_to_come_are_told(database, owner, signed, change, by, told):
    redate(owner, change)
    async with database.reading() as session:
        found, remarks = await misdated(session, AT + timedelta(microseconds=by))
    assert found == [f"entry {NEXT - 1}: {one}" for one in told]
    assert remarks == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("recorded_at = '2026-11-24T01:54:59.999999Z'", "before it happened"),
        ("recorded_at = '2026-11-24T01:55:00.000000Z'", ""),
        ("at = '1', recorded_at = '1'", "before the one before it"),
        (
            "at = '2026-11-24T01:00:00.000000Z', recorded_at = '2026-11-24T01:54:59.999999Z'",
            "before the one before it",
        ),
        (
            "at = '2026-11-24T01:00:00.000000Z', recorded_at = '2026-11-24T01:55:00.000000Z'",
            "",
        ),
    ],
)
async def test_what_a_wrong_clock_dated_is_remarked(database, owner, signed, change, told):
    redate(owner, change)
    async with database.reading() as session:
        ahead, found = await misdated(session, AT)
    assert ahead == []
    assert [one.partition(", ")[2] for one in found] == ([told] if told else [])
    assert all(one.startswith(f"entry {NEXT - 1}: ") for one in found)


def redate(owner, change):
    """Date all entries alike, and then the last one anew."""
    with unguarded(owner) as connection:
        same = {"at": moment(AT)}
        connection.execute(text("UPDATE event SET at = :at, recorded_at = :at"), same)
        connection.execute(text(f'UPDATE event SET {change} WHERE "index" = {NEXT - 1}'))


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        ({}, 0),
        ({"line": "— witness.test AAAA\n"}, 1),
        ({"line": cosign("another\n", "witness.test", OTHER, 7)}, 1),
        ({"witness": "other.test"}, 1),
        ({"made_at": "1970-01-01T00:00:08.000000Z"}, 1),
        ({"made_at": "yesterday"}, 1),
        ({"witness": "unknown.test"}, 0),
    ],
)
async def test_lines_of_known_witnesses_are_theirs(database, signed, tmp_path, row, faults):
    settings = Settings(home=tmp_path, _env_file=None)
    keys = [verifier(f"{name}.test", COSIGNATURE, OTHER.public_key()) for name in WITNESSES]
    (settings.keys / "witnesses.vkey").write_text("\n".join(key.text for key in keys), "utf-8")
    line = cosign(read_body(signed[0]).body, "witness.test", OTHER, 7)
    kept = {"witness": "witness.test", "line": line, "made_at": "1970-01-01T00:00:07.000000Z"}
    async with database.writing() as session:
        await keep(session, Cosignature(**{"size": FIRST, **kept, **row}))
        await session.flush()
        told = await unvouched(session, settings)
    assert len(told) == faults
    assert all("is not theirs" in one for one in told)
