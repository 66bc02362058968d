"""Whatever was recorded, its entries alone make the same rows again."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from hashlib import sha256
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlmodel import select

from cases import correction, filing, follow_up, safety_assessment
from cases.clocks import RecordPaper
from cases.dossier import SignedOff
from cases.errors import CaseError
from cases.ethics_review import acts as ethics
from cases.ethics_review.state import Review as EthicsReview
from cases.expert_review.state import Review as ExpertReview
from cases.procedures import PROCEDURES, proceeding_id
from cases.proceeding import Paper, decide, evolve
from cases.recording import Recording
from cases.text import payloads
from clitools.errors import CommandError
from clitools.trail import rebuild_into
from law.filing_number import AlgorithmClass, compose
from records.database import Database
from records.drafts import append_to_case, open_case
from records.errors import NumberTakenError
from records.migrate import downgrade, is_current, sync_url
from records.rebuilding import NotEmptyError, rebuild
from records.recorder import record
from records.streams import Hand
from records.tables import Appointment, Case, Event, Party, Person, Proceeding, Tree
from settings import Settings
from tests.cases import ways
from tests.conftest import KEY, owner_url
from tests.makers import (
    AT,
    POOL,
    by,
    ethics_opening,
    expert_opening,
    filing_opening,
    follow_up_opening,
    safety_opening,
)

TABLES = (
    *("event", "tree", "tree_node", "proceeding", "paper", "filing_number", "notice"),
    *("case_party", "payload", '"case"', "party", "counter"),
)
NUMBER = compose("110108", "9900101", AlgorithmClass.SYNTHESIS, 2026, 1)
PARTIES = ("i1", "c1", "o1", "s1", "f1", "b")


def paper(number, **more):
    return Paper(template="t", number=str(number), sha256=f"{number:064x}", **more)


def correction_steps(state):
    sha256 = state.opening.paper.sha256
    acts = [
        correction.Reissue(paper=sha256, reason="误"),
        correction.Withdraw(paper=sha256, reason="误"),
        RecordPaper(paper=paper(0, version=2, replaces=sha256)),
    ]
    return ways.step(st.sampled_from(acts), ["m1"])


def beginnings(case, issued):
    """Return each kind of proceeding before its first act, with what people may do in it."""
    again = correction.Opening(case=case, institution="i1", issuer="b", paper=issued)
    safety = replace(safety_opening(), case=case)
    return [
        (EthicsReview(opening=ethics_opening(case=case)), ways.ethics_steps),
        (ExpertReview(opening=expert_opening(case)), ways.expert_steps),
        (safety_assessment.Assessment(opening=safety), ways.safety_steps),
        (filing.Filing(opening=filing_opening(case=case)), ways.filing_steps),
        (follow_up.FollowUp(opening=follow_up_opening(case=case)), ways.follow_up_steps),
        (correction.Correction(opening=again), correction_steps),
    ]


class Office:
    """Two cases on a real database, in which people act as they are told to."""

    def __init__(self, database):
        self.database, self.at, self.count = database, AT, 0
        self.places = []  # [state, steps, id of the proceeding, last sequence number]

    async def open(self):
        async with self.database.writing() as session:
            session.add(Person(id="a1", name="申请人"))
            session.add_all(Party(id=p, kind="k", name=p, name_en=p) for p in PARTIES)
            await session.flush()
            session.add(Appointment(person_id="a1", party_id="i1", role="applicant"))
            for n in (1, 2):
                case = await open_case(session, draft(n), self.hand(f"c{n}"))
                for state, steps in beginnings(case.number, paper(n)):
                    name = next(p.name for p in PROCEDURES.values() if type(state) is p.state)
                    place = proceeding_id(name, case.number, 1)
                    self.places.append([state, steps, place, 0])
        for place in (self.places[0], self.places[6]):
            await self.act(place, ways.Step(ethics.Submit(pledge=True), "m1"))
            await self.act(place, ways.Step(RecordPaper(paper=paper(0)), "m1"))

    def hand(self, request):
        return Hand(actor=by("a1").actor, at=self.at, policy="p", request=request)

    async def sign_off(self, place):
        signed = SignedOff(version=1, content="0" * 64)
        async with self.database.writing() as session:
            case = place[0].opening.case
            await append_to_case(session, case, signed, self.hand(f"s{self.at}"))

    async def act(self, place, step):
        """Do and record what somebody does, unless it is refused."""
        state, _, name, last = place
        act, who = step.act, replace(by(step.who, at=self.at, people=POOL))
        who = replace(who, salt=sha256(f"{self.at}{self.count}".encode()).hexdigest())
        if isinstance(act, RecordPaper):  # each paper is one of its own
            self.count += 1
            own = paper(self.count, version=act.paper.version, replaces=act.paper.replaces)
            act = RecordPaper(paper=own)
        try:
            events = decide(state, act, who)
        except (CaseError, KeyError):
            return
        recording = Recording(
            case=state.opening.case,
            proceeding=name,
            first=last + 1,
            at=self.at,
            actor=who.actor,
            request=f"r{self.at}{name}{last}",
            digest="d",
            policy="p",
            events=events,
            payloads=payloads(act, who.salt),
        )
        try:
            async with self.database.writing() as session:
                await record(session, recording, self.at)
        except NumberTakenError:
            return
        place[0], place[3] = reduce(evolve, events, state), last + len(events)


def draft(n):
    return Case(
        institution="i1",
        committee="c1",
        applicant="a1",
        division="110108",
        form="f",
        request=f"c{n}",
        created_at="",
    )


GROUPS = ([3, 9], [0, 5, 1], [2, 8], [4, 11, 6], [7, 10, 0], [5, 11, 2])
"""Which of the proceedings of two cases people act in: not all at once, or none gets far."""


async def acted(databases, data):
    """Let people do something, rebuild, and return the office and what was found."""
    office = Office(databases[0])
    await office.open()
    chosen = [office.places[n] for n in data.draw(st.sampled_from(GROUPS))]
    for _ in range(data.draw(st.sampled_from([15, 30, 45]))):
        office.at += timedelta(days=data.draw(st.integers(0, 3)), seconds=1)
        place = data.draw(st.sampled_from(chosen))
        if data.draw(st.integers(0, 9)):
            await office.act(place, data.draw(place[1](place[0])))
        else:
            await office.sign_off(place)
    return office, await rebuild(*databases)


async def with_databases(paths, data):
    databases = [Database(f"sqlite+aiosqlite:///{path}", KEY) for path in paths]
    try:
        return await acted(databases, data)
    finally:
        for database in databases:
            await database.close()


def contents(path):
    """Return the rows of all tables that a rebuild makes or carries over."""
    with closing(sqlite3.connect(path)) as database:
        return {table: set(database.execute(f"SELECT * FROM {table}")) for table in TABLES}


def test_any_acts_in_any_order_leave_rows_that_the_entries_make_again(
    sqlite_template, tmp_path
):
    seen = set()

    @settings(max_examples=40, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def recorded_and_rebuilt(data):
        paths = [tmp_path / f"{uuid4().hex}.db" for _ in range(2)]
        for path in paths:
            path.write_bytes(sqlite_template.read_bytes())

        office, found = asyncio.run(with_databases(paths, data))

        assert found, found.differing
        live, made = map(contents, paths)
        assert made == live
        seen.update(type(place[0]).__name__ for place in office.places if place[3])
        seen.update(table for table, rows in made.items() if rows)
        seen.update({"corrected"} if any(any(row[-3:-1]) for row in made["paper"]) else ())

    recorded_and_rebuilt()
    assert seen == {
        *TABLES,
        *(p.state.__name__ for p in PROCEDURES.values() if p.name != "archiving"),
        "corrected",
    }


@pytest.fixture
async def recorded(owner):
    office = Office(owner)
    await office.open()
    for place, act in (
        (office.places[3], filing.Submit()),
        (office.places[3], filing.Record(number=str(NUMBER))),
        (office.places[5], correction.Withdraw(paper=paper(1).sha256, reason="误")),
    ):
        office.at += timedelta(days=1)
        await office.act(place, ways.Step(act, "m1"))
    for _ in range(20):
        office.at += timedelta(days=1)
        await office.sign_off(office.places[0])
    return owner


@pytest.fixture
async def empty(fresh_url):
    database = Database(owner_url(fresh_url()), KEY)
    yield database
    await database.close()


async def test_both_back_ends_rebuild_and_go_on_from_there(recorded, empty):
    found = await rebuild(recorded, empty)

    assert found, found.differing
    assert found.entries > 8
    with pytest.raises(NotEmptyError):
        await rebuild(recorded, empty)
    office = Office(empty)
    async with empty.writing() as session:
        state = filing.Filing(opening=filing_opening(case=(await cases(session))[1]))
        session.add(Appointment(person_id="a1", party_id="i1", role="r"))
    name = proceeding_id("filing", state.opening.case, 1)
    await office.act([state, None, name, 0], ways.Step(filing.Submit(), "m1"))
    async with empty.reading() as session:
        assert (await session.get_one(Proceeding, name)).seq > 0


async def cases(session):
    return sorted((await session.exec(select(Case.number))).all())


AGAIN = 'UPDATE event SET body = (SELECT body FROM event WHERE "index" = 4) WHERE "index" = 5'


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE event SET kind = 'filing.returned' WHERE kind = 'filing.recorded'", "Event:"),
        ('UPDATE event SET leaf = body WHERE "index" = 3', "Event: the row of 3 is not"),
        ('DELETE FROM event WHERE "index" = 3', "Event: entry 3 is missing"),
        ('UPDATE event SET body = leaf WHERE "index" = 3', "Event: entry 3 cannot be read"),
        (AGAIN, "Event: entry 5 is"),
        ("UPDATE tree_node SET hash = edge FROM tree", "TreeNode: no fold makes"),
        ("UPDATE proceeding SET stage = 'new'", "Proceeding: no fold makes"),
        ("UPDATE paper SET withdrawn_at = NULL", "Paper: no fold makes"),
        ("UPDATE filing_number SET number = '1'", "FilingNumber: missing"),
        ("DELETE FROM notice", "Notice: missing"),
        ("DELETE FROM case_party WHERE party_id = 'f1'", "CaseParty: missing"),
        ("UPDATE tree SET edge = ''", "Tree: the stored edge"),
    ],
)
async def test_rows_other_than_the_entries_make_are_told(recorded, empty, tampering, said):
    async with recorded.writing() as session:
        for guard in await guards(session, recorded.sqlite):
            await session.exec(text(guard))
        await session.exec(text(tampering))

    found = await rebuild(recorded, empty)

    assert not found
    assert any(one.startswith(said) for one in found.differing), found.differing


GONE = [
    ("DELETE FROM tree", "Tree: its row is missing"),
    ("DELETE FROM \"case\" WHERE request = 'c1'", "CaseParty: the case BJ-2026-000001 it"),
    (
        "DELETE FROM case_party",
        "DELETE FROM \"case\" WHERE request = 'c1'",
        "Proceeding: the case",
    ),
    ("DELETE FROM person WHERE id = 'a1'", "Appointment: the person a1 it stands on"),
]


@pytest.mark.parametrize("gone", GONE)
async def test_a_row_that_others_stand_on_is_told_and_nothing_is_left(
    recorded, empty, gone, tmp_path
):
    *statements, said = gone
    _as_nobody_stops(recorded, statements)
    live = Settings(
        home=tmp_path, database_url=recorded.url, payload_key=KEY.hex(), _env_file=None
    )

    found = await rebuild_into(live, empty.url)

    assert not found["holds"]
    assert any(one.startswith(said) for one in found["faults"]), found["faults"]
    async with empty.reading() as session:
        assert (await session.get_one(Tree, 1)).size == 0
        for table in (Case, Event, Party, Person, Appointment):
            assert (await session.exec(select(table))).all() == []


def _as_nobody_stops(owner, statements):
    """Change rows beside all guards and keys."""
    if owner.sqlite:
        with closing(sqlite3.connect(owner.url.split("///")[1])) as raw, raw:
            for statement in statements:
                raw.execute(statement)
        return
    with psycopg.connect(sync_url(owner.url).replace("+psycopg", "")) as raw:
        raw.execute("SET session_replication_role = replica")
        for statement in statements:
            raw.execute(statement)


async def test_a_database_that_holds_something_is_not_even_migrated(
    recorded, fresh_url, tmp_path
):
    live = Settings(
        home=tmp_path, database_url=recorded.url, payload_key=KEY.hex(), _env_file=None
    )
    wrong = owner_url(fresh_url())
    downgrade(wrong, "0009")
    engine = create_engine(sync_url(wrong))
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO counter (name, value) VALUES ('n', 1)"))
    engine.dispose()

    with pytest.raises(CommandError, match="not empty"):
        await rebuild_into(live, wrong)

    assert not is_current(wrong)


async def test_a_database_that_is_not_there_yet_is_made(recorded, tmp_path):
    live = Settings(
        home=tmp_path, database_url=recorded.url, payload_key=KEY.hex(), _env_file=None
    )
    url = f"sqlite+aiosqlite:///{tmp_path / 'new' / 'into.db'}"

    assert (await rebuild_into(live, url))["holds"]

    with pytest.raises(CommandError, match="not empty"):
        await rebuild_into(live, url)


async def test_a_process_of_its_own_folds_a_long_trail(recorded, empty, monkeypatch):
    monkeypatch.setattr("records.following.SHORT", 0)
    async with recorded.writing() as session:
        for guard in await guards(session, recorded.sqlite):
            await session.exec(text(guard))
        statement = text('UPDATE event SET body = :body WHERE "index" = 5')
        body = (await session.exec(select(Event.body).where(Event.index == 5))).one()
        unknown = body.replace(b'"kind":"', b'"kind":"un')
        await session.exec(statement, params={"body": unknown})

    found = await rebuild(recorded, empty)

    assert found.differing[0].startswith("Event: entry 5 cannot be folded")
    async with empty.reading() as session:
        assert not (await session.get_one(Tree, 1)).size


async def guards(session, sqlite):
    """Return what takes the guards of the trail away."""
    if not sqlite:
        tables = ("event", "tree_node")
        return [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    return [f"DROP TRIGGER {name}" for (name,) in (await session.exec(text(names))).all()]
