"""One transaction for events, rows and notices; guards that hold; on both back ends."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from alembic.util import CommandError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from audit.log import Log
from cases.ethics_review.acts import Accept, Declare, Submit
from cases.ethics_review.state import Review
from cases.filing import Filing, Record
from cases.filing import Submit as SubmitFiling
from cases.proceeding import Actor, decide, evolve
from cases.recording import Recording, SequenceError
from cases.text import Payload as Said
from cases.text import commitment, payloads
from demo.facts import COMMITTEE, INSTITUTION
from law.filing_number import AlgorithmClass, compose
from records import migrate, trail
from records.checkpoints import publish
from records.drafts import content_hash
from records.errors import NumberTakenError
from records.folding import event_of, state_adapter
from records.recorder import record
from records.tables import Event, Notice, Paper, Payload, Proceeding
from records.vault import read_words, vault_of, write_words
from records.verification import verify_trail
from tests.conftest import owner_url
from tests.makers import AT, OPENED, by, ethics_opening, filing_opening

KEY = Ed25519PrivateKey.generate()
ORIGIN = "shenbei.test/trail"
ACTOR = Actor(person="m1", body=COMMITTEE, role="member")


def opening(case):
    return replace(
        ethics_opening(case=case),
        institution=INSTITUTION,
        committee=COMMITTEE,
        content=content_hash({}),
    )


def recording(state, act, *, first=1, request="r1", person="m1", **more):
    events = decide(state, act, by(person))
    case = state.opening.case
    kind = act.kind.split(".")[0].replace("_", "-")
    return Recording(
        case=case,
        proceeding=f"{kind}/{case}/1",
        first=first,
        at=AT,
        actor=ACTOR,
        request=request,
        digest="d",
        policy="p",
        events=events,
        payloads=payloads(act, "ab" * 32),
        **more,
    )


def folded(state, events):
    for event in events:
        state = evolve(state, event)
    return state


async def write(database, *recordings):
    for each in recordings:
        async with database.writing() as session:
            recorded = await record(session, each, AT + timedelta(seconds=1))
    return recorded


async def count(database, table):
    async with database.reading() as session:
        return len((await session.exec(select(table))).all())


async def test_events_rows_words_and_notices_are_written_together(database, case):
    review = Review(opening=opening(case))
    submit = recording(review, Submit(pledge=True))
    review = folded(review, submit.events)
    accept = recording(review, Accept(), first=2, request="r2")
    review = folded(review, accept.events)
    declare = recording(
        review, Declare(conflict=True, reason="亲属关系"), first=4, request="r3"
    )

    await write(database, submit, accept, declare)

    async with database.reading() as session:
        row = await session.get_one(Proceeding, f"ethics-review/{case}/1")
        events = await trail.events_of_proceeding(session, row.id)
        said = select(Payload).where(Payload.path == "reason")
        words = (await session.exec(said)).one()
        opened = await read_words(session, [words])
    assert (row.seq, row.stage, row.closed_at) == (4, "reviewing", None)
    state = state_adapter("ethics_review").validate_json(row.state)
    assert state == folded(review, declare.events)
    assert [e.kind for e in events] == [
        "ethics_review.submitted",
        "ethics_review.accepted",
        "clock.started",
        "ethics_review.recused",
    ]
    assert tuple(map(event_of, events))[3] == declare.events[0]
    assert opened[declare.events[0].reason].value == "亲属关系"
    assert all("亲属关系".encode() not in e.body for e in events)
    assert await count(database, Notice) == 1 + 8  # the committee; applicant and seven members


async def test_a_recording_repeated_is_written_once(database, case):
    submit = recording(Review(opening=opening(case)), Submit(pledge=True))

    first = await write(database, submit)
    again = await write(database, submit)

    assert again == first
    assert await count(database, Event) == OPENED + 1


async def test_another_recording_at_the_same_place_is_refused(database, case):
    submit = recording(Review(opening=opening(case)), Submit(pledge=True))
    await write(database, submit)

    with pytest.raises(SequenceError, match="taken"):
        await write(database, replace(submit, request="other"))


async def test_a_gap_is_refused_and_leaves_nothing(database, case):
    with pytest.raises(SequenceError, match="gap"):
        await write(
            database, recording(Review(opening=opening(case)), Submit(pledge=True), first=2)
        )

    assert await count(database, Event) == OPENED
    assert await count(database, Proceeding) == 0


async def test_a_filing_number_is_given_once(database, case):
    number = str(compose("110108", "9900101", AlgorithmClass.SYNTHESIS, 2026, 1))
    for n in (1, 2):
        own = f"BJ-2026-00000{n}"
        state = Filing(
            opening=replace(
                filing_opening(case=own), institution=INSTITUTION, authority="authority-2"
            )
        )
        submit = recording(state, SubmitFiling(), request=f"s{n}")
        state = folded(state, submit.events)
        await write(database, submit)
        give = recording(state, Record(number=number), first=3, request=f"g{n}")
        if n == 1:
            await write(database, give)
            continue
        with pytest.raises(NumberTakenError):
            await write(database, give)

    async with database.reading() as session:
        row = await session.get_one(Proceeding, "filing/BJ-2026-000002/1")
    assert (row.stage, row.seq) == ("submitted", 2)


async def test_many_writers_leave_one_dense_trail(database, case):
    async def one(n):
        own = f"BJ-2026-00000{n % 3 + 1}"
        start = recording(
            Review(opening=replace(opening(own), ordinal=n)),
            Submit(pledge=True),
            request=f"r{n}",
        )
        await write(database, replace(start, proceeding=f"ethics-review/{own}/{n}"))

    await asyncio.gather(*(one(n) for n in range(1, 31)))

    for stretch in (7, 100):  # read by several processes, and by this one
        report = await verify_trail(database, ORIGIN, [KEY.public_key()], stretch)
        assert report, report.faults
        assert report.size == OPENED + 30


async def test_the_trail_verifies_through_published_checkpoints(database, case, tmp_path):
    await write(database, recording(Review(opening=opening(case)), Submit(pledge=True)))
    async with database.writing() as session:
        log = Log(ORIGIN, KEY, tmp_path / "log.last")
        note = await publish(session, log, AT)
        assert await publish(session, log, AT + timedelta(days=1)) == note == log.last

    good = await verify_trail(database, ORIGIN, [KEY.public_key()])
    other = await verify_trail(database, ORIGIN, [Ed25519PrivateKey.generate().public_key()])
    assert (bool(good), good.checkpoints) == (True, 1)
    assert "no signature" in other.faults[0]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET body = leaf",
        "UPDATE event SET seq = 9",
        "DELETE FROM event",
        "UPDATE checkpoint SET note = 'x'",
        "DELETE FROM checkpoint",
        "INSERT INTO event SELECT 7, case_number, proceeding, 7, kind, at, request, digest, body, leaf, recorded_at FROM event",
    ],
)
async def test_the_trail_cannot_be_changed(database, owner, case, statement, tmp_path):
    await write(database, recording(Review(opening=opening(case)), Submit(pledge=True)))
    async with database.writing() as session:
        await publish(session, Log(ORIGIN, KEY, tmp_path / "log.last"), AT)

    with pytest.raises(DBAPIError, match=r"trail|event_pkey"):
        async with owner.writing() as session:
            await (await session.connection()).execute(text(statement))

    assert await verify_trail(database, ORIGIN, [KEY.public_key()])


async def test_a_replaced_or_truncated_trail_is_stopped(database, owner, case):
    await write(database, recording(Review(opening=opening(case)), Submit(pledge=True)))
    statement = (
        'INSERT OR REPLACE INTO event SELECT * FROM event WHERE "index" = 0'
        if database.sqlite
        else "TRUNCATE event"
    )

    with pytest.raises(DBAPIError, match="trail"):
        async with owner.writing() as session:
            await (await session.connection()).execute(text(statement))


async def test_tampering_below_the_guards_is_found(database, owner, case):
    await write(database, recording(Review(opening=opening(case)), Submit(pledge=True)))
    guard = "TRIGGER event_no_update" if database.sqlite else "TRIGGER event_fixed ON event"
    async with owner.writing() as session:
        await (await session.connection()).execute(text(f"DROP {guard}"))
        await (await session.connection()).execute(
            text(f'UPDATE event SET body = leaf WHERE "index" = {OPENED}')
        )

    faults = (await verify_trail(database, ORIGIN, [KEY.public_key()])).faults
    assert f"entry {OPENED}: the bytes do not match the stored hash" in faults


async def test_words_and_papers_beside_the_trail_are_compared_with_it(database, owner, case):
    await write(database, recording(Review(opening=opening(case)), Submit(pledge=True)))
    salt, path, place = "00" * 32, "reason", f"ethics-review/{case}/1"
    async with database.writing() as session:
        said = Said(path, "words", salt, commitment(path, salt, "words"))
        await write_words(session, (place, 1), "p01", [said])
        good = await session.get_one(Payload, said.commitment)
    planted = f"{place} 1: the words of reason are of another entry"
    assert (await verify_trail(database, ORIGIN, [KEY.public_key()])).faults == [planted]

    async with owner.writing() as session:
        (good.sealed,) = await vault_of(session).sealed(
            session, "p01", [replace(said, value="other words")]
        )
        session.add(good)
        session.add(
            Paper(
                sha256="f" * 64,
                case_number=case,
                of=place,
                proceeding=place,
                template="decision_letter",
                number="1",
                issued_at="",
            )
        )

    faults = (await verify_trail(database, ORIGIN, [KEY.public_key()])).faults
    assert faults == [
        planted,
        f"{place} 1: the words of reason are not those committed to",
        f"{place}: no entry issued the paper {'f' * 64}",
    ]


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ("UPDATE proceeding SET stage = 'decided'", "not where its entries leave it"),
        ("UPDATE proceeding SET seq = 7", "not where its entries leave it"),
        ("UPDATE proceeding SET closed_at = changed_at", "not where its entries leave it"),
        ("DELETE FROM proceeding", "not where its entries leave it"),
        ("DELETE FROM notice", "Notice: the row is not where its entries leave it"),
        ("UPDATE \"case\" SET division = '310000'", "no entry tells that its institution"),
        ("UPDATE \"case\" SET signed_off = 'f'", "was signed off"),
        (
            "UPDATE proceeding SET state = replace(state, '\"submitted\"', '\"reviewing\"')",
            "not where its entries leave it",
        ),
    ],
)
async def test_rows_that_depart_from_the_trail_are_found(
    database, owner, case, tampering, fault
):
    await write(database, recording(Review(opening=opening(case)), Submit(pledge=True)))
    assert await verify_trail(database, ORIGIN, [KEY.public_key()])

    async with owner.writing() as session:
        await (await session.connection()).execute(text(tampering))

    faults = (await verify_trail(database, ORIGIN, [KEY.public_key()])).faults
    assert any(fault in found for found in faults)


def test_migrations_go_down_and_up_and_match_the_tables(database_url):
    database_url = owner_url(database_url)
    migrate.downgrade(database_url, "base")
    assert not migrate.is_current(database_url)

    migrate.upgrade(database_url)

    assert migrate.is_current(database_url)
    try:
        migrate.check(database_url)
    except CommandError as error:
        pytest.fail(str(error))
