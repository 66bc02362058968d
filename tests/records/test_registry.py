"""Bodies, people, appointments, sign-ins, policies and reads stand in the trail."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import func, select

from audit.event import moment, read
from cases.proceeding import SYSTEM
from demo.facts import COMMITTEE, INSTITUTION, read_dossier
from demo.journey import Journey
from demo.seed import ROLES, seed
from records.access_tables import Policy, Token
from records.history import as_of, powers
from records.people import token_hash
from records.registered import appointments, differing, parties
from records.registry import appoint, dismiss, enter_party, enter_person, put_in_force
from records.streams import Hand
from records.tables import Appointment, CaseParty, Event, Party, Person
from records.upgrading import bring_up
from records.verification import verify_trail
from tests.conftest import KEY, owner_url, owning
from tests.journeys.test_restored import until_vote
from tests.makers import AT

HAND = Hand(actor=SYSTEM, at=AT, policy="", request="r")


async def told(database, kind):
    async with database.reading() as session:
        statement = select(Event.body).where(Event.kind == kind).order_by(Event.index)
        return [read(body) for body in (await session.exec(statement)).all()]


async def faults(house):
    report = await verify_trail(
        house.services.database, house.settings.origin, house.settings.log_verifiers
    )
    return report.faults


async def test_seeding_again_enters_only_the_new_tokens(database, database_url):
    for again in (1, 2):
        await seed(owner_url(database_url), read_dossier(), KEY)
        assert len(await told(database, "party.entered")) == 7
        assert len(await told(database, "person.entered")) == len({r.person for r in ROLES})
        assert len(await told(database, "appointment.made")) == sum(
            len(role.roles) for role in ROLES
        )
        assert len(await told(database, "token.issued")) == again * len(ROLES)


async def test_names_are_no_part_of_the_trail(database, database_url):
    await seed(owner_url(database_url), read_dossier(), KEY)
    async with database.reading() as session:
        bodies = (await session.exec(select(Event.body))).all()
    assert not any("沈昭".encode() in body or "问渠".encode() in body for body in bodies)


async def test_a_role_is_given_changed_and_ended_once(owner, database_url):
    database = owner
    await seed(owner_url(database_url), read_dossier(), KEY)
    held = ("p11", COMMITTEE, "member")
    for category in ("law", "law", "ethics"):
        async with database.writing() as session:
            made = Appointment(
                person_id=held[0], party_id=held[1], role=held[2], category=category
            )
            await appoint(session, made, HAND)
    made = [
        e["event"]["category"]
        for e in await told(database, "appointment.made")
        if (e["event"]["person"], e["event"]["role"]) == ("p11", "member")
    ]
    assert made == ["peer", "law", "ethics"]
    for expected in (True, False):
        async with database.writing() as session:
            assert await dismiss(session, held, HAND) is expected
    async with database.reading() as session:
        assert held not in await appointments(session)
        assert len(await told(database, "appointment.ended")) == 1


async def test_a_body_that_changes_is_told_again(owner):
    database = owner
    party = {"kind": "committee", "name": "甲委员会", "name_en": "A", "serves": INSTITUTION}
    for division, count in (("110108", 1), ("110108", 1), ("110000", 2)):
        async with database.writing() as session:
            await enter_party(session, Party(id="c9", division=division, **party), HAND)
        assert len(await told(database, "party.entered")) == count
    async with database.reading() as session:
        assert (await parties(session))["c9"].division == "110000"


async def test_rows_that_no_entry_tells_of_are_found(house, database_url):
    assert await faults(house) == []
    async with owning(database_url) as session:
        session.add(Appointment(person_id="p50", party_id=COMMITTEE, role="chair"))
        session.add(Person(id="p99", name="无人任命"))
        connection = await session.connection()
        await connection.execute(text("UPDATE policy SET rows = 'p'"))
        await connection.execute(text("UPDATE person SET name = '换名' WHERE id = 'p12'"))
        await connection.execute(
            text("UPDATE party SET short = '京' WHERE id = 'committee-1'")
        )
        await connection.execute(text("DELETE FROM appointment WHERE person_id = 'p40'"))
    assert await faults(house) == [
        "p40 authority-3 regulator: the appointment is not as the entries tell",
        "p50 committee-1 chair: the appointment is not as the entries tell",
        "committee-1: the body is not as the entries tell",
        "p12: the person is not as the entries tell",
        "p99: the person is not as the entries tell",
        f"policy {house.services.access.hash}: its rows are others",
    ]


async def test_the_first_use_of_a_token_is_told_and_a_late_one(house):
    async def ask():
        return await house.client.get("/v1/me", headers=house.headers("OFFICER"))

    for _ in range(3):
        assert (await ask()).status_code == 200
    (entry,) = await told(house.services.database, "identity.signed_in")
    digest = token_hash(house.tokens["OFFICER"])
    assert entry["event"] == {
        "kind": "identity.signed_in",
        "party": INSTITUTION,
        "person": "p02",
        "token": digest[:16],
    }
    async with owning(house.services.database.url) as session:
        token = await session.get_one(Token, digest)
        token.expires_at = moment(house.services.now() - timedelta(seconds=1))
        session.add(token)
    for _ in range(2):
        assert (await ask()).status_code == 401
    (entry,) = await told(house.services.database, "identity.refused")
    assert entry["event"]["person"] == "p02"
    stranger = {"Authorization": "Bearer shenbei_nobody"}
    assert (await house.client.get("/v1/me", headers=stranger)).status_code == 401
    assert len(await told(house.services.database, "identity.refused")) == 1


async def test_the_policy_is_told_where_it_changes(house):
    database, access = house.services.database, house.services.access
    first = [entry["event"] for entry in await told(database, "policy.put_in_force")]
    assert first == [{"kind": "policy.put_in_force", "policy": access.hash, "before": ""}]
    for rows in (access.text, "other", "other", access.text):
        async with database.writing() as session:
            digest = access.hash if rows == access.text else "0" * 64
            await put_in_force(session, Policy(hash=digest, rows=rows), HAND)
    found = [entry["event"]["policy"] for entry in await told(database, "policy.put_in_force")]
    assert found == [access.hash, "0" * 64, access.hash]


@pytest.fixture
async def journey(house):
    journey = Journey(house.client, house.tokens, lambda *_: None)
    await until_vote(journey)
    return journey


async def test_reads_are_told_once_a_day_by_whom_and_of_what(house, journey):
    path = f"/v1/cases/{journey.number}"
    for who in ("SECRETARY", "SECRETARY", "REGULATOR", "APPLICANT"):
        answer = await house.client.get(f"{path}/dossier", headers=house.headers(who))
        assert answer.status_code == 200, answer.text
    await house.client.get(f"{path}/filing-sheets.json", headers=house.headers("SECRETARY"))
    denied = await house.client.get(f"{path}/dossier", headers=house.headers("MEMBER_7"))
    assert denied.status_code == 403

    reads = await told(house.services.database, "dossier.read")
    mine = [(e["actor"]["person"], e["event"]["what"]) for e in reads]
    assert [one for one in mine if one[0] != "p02"] == [
        ("p10", "dossier"),
        ("p40", "dossier"),
        ("p10", "sheets"),
    ]
    assert {entry["case"] for entry in reads} == {journey.number}
    assert await faults(house) == []


async def test_who_could_do_what_is_asked_of_the_roles_and_the_policy_of_then(house, journey):
    database, access = house.services.database, house.services.access
    before = house.services.now()
    fewer = "\n".join(
        row for row in access.text.splitlines() if "ethics_review.count_votes" not in row
    )
    async with owning(database.url) as session:
        hand = replace(HAND, at=house.services.now())
        await dismiss(session, ("p10", COMMITTEE, "secretary"), hand)
        await enter_person(session, Person(id="p80", name="新秘书"), hand)
        made = Appointment(person_id="p80", party_id=COMMITTEE, role="secretary")
        await appoint(session, made, hand)
        await put_in_force(session, Policy(hash="0" * 64, rows=fewer), hand)

    async def could(at):
        async with database.reading() as session:
            stood = await as_of(session, journey.number, moment(at))
            found = await powers(session, stood, access)
        return found.of_then, {one.person: one.acts for one in found.people}

    held, then = await could(before)
    assert held
    assert "ethics_review.count_votes" in then["p10"]
    assert "p80" not in then
    held, now = await could(house.services.now())
    assert held
    assert "p10" not in now
    assert "ethics_review.accept" in now["p80"]
    assert "ethics_review.count_votes" not in now["p80"]


async def test_a_token_and_a_wall_that_no_entry_tells_of_are_found(
    house, journey, database_url
):
    number = journey.number
    async with owning(database_url) as session:
        token = {"person_id": "p50", "party_id": "institution-2", "expires_at": "2099"}
        session.add(Token(sha256="f" * 64, **token))
        session.add(CaseParty(case_number=number, party_id="institution-2"))
        connection = await session.connection()
        await connection.execute(text("UPDATE \"case\" SET applicant = 'p50'"))
    assert await faults(house) == [
        "p50 institution-2: no entry tells of this token",
        f"{number}: it is of others than the entry that opened it tells",
        f"{number}: institution-2 is let in, or kept out, by no entry",
    ]


async def test_what_somebody_makes_up_is_no_part_of_the_trail(house, journey):
    made_up = "张三110101199003071234"
    for path in (f"papers/{made_up}", f"papers/{'0' * 64}", f"attachments/{'1' * 64}"):
        answer = await house.client.get(
            f"/v1/cases/{journey.number}/{path}", headers=house.headers("SECRETARY")
        )
        assert answer.status_code in {404, 422}
    assert [
        entry["event"]["what"]
        for entry in await told(house.services.database, "dossier.read")
        if entry["actor"]["person"] == "p10"
    ] == []


async def test_reads_at_once_leave_times_in_order(house, journey):
    path = f"/v1/cases/{journey.number}"
    whos = ("SECRETARY", "REGULATOR", "OFFICER", "MEMBER_1")
    kinds = ("dossier", "filing-sheets.json", "attachments", "draft")
    await asyncio.gather(
        *(
            house.client.get(f"{path}/{kind}", headers=house.headers(who))
            for who in whos
            for kind in kinds
        )
    )
    reads = await told(house.services.database, "dossier.read")
    assert len(reads) >= len(whos)
    async with house.services.database.reading() as session:
        statement = select(Event.at).where(Event.proceeding == f"case/{journey.number}")
        times = (await session.exec(statement.order_by(Event.seq))).all()
    assert list(times) == sorted(times)


async def test_an_older_clock_writes_no_older_time(owner, database_url):
    later = replace(HAND, at=AT + timedelta(hours=1))
    for hand in (later, HAND):
        async with owner.writing() as session:
            made = {"kind": "authority", "name": "甲", "name_en": hand.at.isoformat()}
            await enter_party(session, Party(id="c9", **made), hand)
    entries = await told(owner, "party.entered")
    assert [entry["at"] for entry in entries] == [moment(later.at)] * 2


async def test_people_of_before_are_told_of_once_when_a_database_is_brought_up(
    owner, database_url
):
    async with owner.writing() as session:
        session.add(Party(id="c9", kind="committee", name="甲委员会", name_en="A"))
        session.add(Person(id="p9", name="某人"))
        await session.flush()
        session.add(Appointment(person_id="p9", party_id="c9", role="secretary"))
        session.add(Token(sha256="f" * 64, person_id="p9", party_id="c9", expires_at="2099"))
    for _ in range(2):
        await bring_up(owner_url(database_url), KEY, AT)
        async with owner.reading() as session:
            assert await differing(session) == []
            assert (await session.exec(select(func.count()).select_from(Event))).one() == 4
    async with owner.writing() as session:
        session.add(Appointment(person_id="p9", party_id="c9", role="chair"))
    await bring_up(owner_url(database_url), KEY, AT)
    async with owner.reading() as session:
        assert await differing(session) == [
            "p9 c9 chair: the appointment is not as the entries tell"
        ]
