"""A whole institution moves to another instance, with all that can be proven of it."""

import asyncio
from base64 import b64decode
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import orjson
import pytest
from sqlmodel import select

from audit.archive import contents
from audit.bundle import MANIFEST, WORDS, listed, manifest_name, packed
from audit.collection import HEAD, NAME, ROWS, open_collection, pack
from audit.merkle import leaf, verify_inclusion
from audit.notes import NOTE, read_verifier, sign_text, verifier
from audit.proof import read_proof
from audit.questions import Known
from clitools.errors import CommandError
from clitools.moving import export_institution, import_institution
from clitools.reconciling import GOOD, bring_up, compared
from clitools.standalone import papers
from demo.facts import INSTITUTION, read_dossier
from demo.journey import Journey
from demo.seed import seed
from documents.pki import DevelopmentAuthority
from records.arriving import Arriving, Proven, strange
from records.database import Database
from records.origins import OriginProof
from records.sealed_answers import all_answers
from records.tables import Case, Event, Paper, Payload, Proceeding, Submission
from records.vault import read_words
from records.verification import verify_trail
from settings import Settings
from tests.api.test_attachments import NOTE as FILE
from tests.api.test_attachments import attach
from tests.conftest import KEY, owner_url
from tests.journeys.test_restored import until_vote


@pytest.fixture
def other(fresh_url, tmp_path):
    """The settings of another instance, as its operator has them; nothing is in it yet."""
    return Settings(
        home=tmp_path / "other",
        database_url=owner_url(fresh_url()),
        payload_key="ab" * 32,
        task_queue=f"q{uuid4().hex}",
        origin="other.test/trail",
        _env_file=None,
    )


@pytest.fixture
async def moved(house, database_url):
    """An institution with a case whose vote is counted, and a draft; its export and key."""
    journey = Journey(house.client, house.tokens, lambda *_: None)
    await until_vote(journey)
    await journey.vote()
    await attach(house, journey, "APPLICANT", FILE, "张三的病历.txt")
    for template in ("commitment", "acceptance_notice", "initial_opinion"):
        await journey.until_paper(template)
    draft = Journey(house.client, house.tokens, lambda *_: None)
    await draft.draft(read_dossier())
    data = await export_institution(house.settings, INSTITUTION)
    key = verifier(house.settings.origin, NOTE, house.settings.log_key.public_key()).text
    authority = DevelopmentAuthority(house.settings.keys / "pki", may_make=False)
    roots = b"".join((*authority.roots(), *authority.stampers()))
    return journey, data, [key], roots


async def taken_over(other, moved, tmp_path, data=None):
    _, own, keys, roots = moved
    file = tmp_path / "institution.zip"
    await asyncio.to_thread(file.write_bytes, data or own)
    return await import_institution(other, file, keys, roots)


@asynccontextmanager
async def reading(settings):
    database = Database(settings.database, settings.sealing_key)
    try:
        async with database.reading() as session:
            yield session
    finally:
        await database.close()


async def rows(settings, *columns):
    async with reading(settings) as session:
        return sorted((await session.exec(select(*columns))).all(), key=str)


async def answers(settings):
    """Return the answers of all drafts and submissions, as they open there."""
    async with reading(settings) as session:
        drafts = (await session.exec(select(Case).order_by(Case.number))).all()
        frozen = (await session.exec(select(Submission).order_by(Submission.at))).all()
        return await all_answers(session, [*drafts, *frozen])


async def size(settings):
    return len(await rows(settings, Event.index))


async def faults(settings):
    database = Database(settings.database, settings.sealing_key)
    try:
        report = await verify_trail(database, settings.origin, settings.log_verifiers)
    finally:
        await database.close()
    return report.faults


async def test_it_stands_there_as_it_stood_here_with_its_proofs(house, moved, other, tmp_path):
    found = await taken_over(other, moved, tmp_path)

    assert found["entries"] == await size(other) - 1  # one tells that they came
    assert len(found["cases"]) == 2
    assert await faults(other) == []
    here = house.settings
    for columns in (
        (Case.number, Case.title, Case.stage),
        (Submission.case_number, Submission.content, Submission.version),
        (Proceeding.id, Proceeding.stage, Proceeding.seq, Proceeding.state),
        (Paper.sha256, Paper.template, Paper.number),
    ):
        assert await rows(other, *columns) == await rows(here, *columns)
    assert await answers(other) == await answers(here)
    await proven_in_both(other)
    again = await taken_over(other, moved, tmp_path)
    assert again["entries"] == 0
    assert await faults(other) == []


async def proven_in_both(settings):
    async with reading(settings) as session:
        kept = (await session.exec(select(OriginProof))).all()
        bodies = dict((await session.exec(select(Event.index, Event.body))).all())
    assert len(kept) == len(bodies) - 1
    for one in kept:
        proof = read_proof(one.proof)
        count, root = proof.note.split("\n")[1:3]
        place = (leaf(bodies[one.index]), one.place, int(count))
        assert verify_inclusion(*place, proof.hashes, b64decode(root))


async def test_its_proceedings_go_on_there(house, moved, other, tmp_path, temporal):
    await taken_over(other, moved, tmp_path)
    database = Database(other.database, other.sealing_key)
    try:
        found = await compared(database, temporal, other.task_queue)
        told = {one.id.split("/")[0]: one.standing.value for one in found}
        assert told["ethics-review"] in {"same", "engine_lost"}  # the server is shared here
        await bring_up(database, temporal, other.task_queue, found)
        found = await compared(database, temporal, other.task_queue)
        assert {one.standing for one in found} <= GOOD
    finally:
        await database.close()


CHANGES = (
    (ROWS, lambda d: d.replace(b'"title"', b'"titel"', 1), "not signed"),
    (HEAD, lambda d: d.replace(b'"version": 1', b'"version": 2'), "version 2"),
    ("README.md", lambda d: d + b" ", "not signed"),
    ("bodies.zip", lambda d: d[:-1], "bodies.zip"),
    ("bodies.zip", lambda _: b"", "bodies.zip"),
    ("rows.json", lambda _: b"[]", "not taken over"),
    (HEAD, lambda _: b"[" * 9000, "not taken over"),
)


async def test_what_was_changed_on_the_way_is_not_taken_over(moved, other, tmp_path):
    for part, change, told in CHANGES:
        parts = contents(moved[1], NAME)
        parts[part] = change(parts[part])
        with pytest.raises(CommandError, match=told):
            await taken_over(other, moved, tmp_path, packed(parts))
    assert await size(other) == 0


async def test_a_missing_case_and_a_foreign_key_are_noticed(moved, other, tmp_path):
    parts = contents(moved[1], NAME)
    case = next(name for name in sorted(parts) if name.startswith("cases/"))
    less = {name: data for name, data in parts.items() if name != case}
    with pytest.raises(CommandError, match="other cases than the head tells"):
        await taken_over(other, moved, tmp_path, packed(less))
    stranger = verifier(other.origin, NOTE, other.log_key.public_key()).text
    with pytest.raises(CommandError, match="not taken over"):
        await taken_over(other, (*moved[:2], [stranger], moved[3]), tmp_path)
    with pytest.raises(CommandError, match="not taken over"):
        await taken_over(other, moved, tmp_path, b"PK\x03\x04 nothing")


async def test_what_stands_there_and_is_other_is_not_overwritten(
    house, moved, other, tmp_path
):
    await seed(other.database, read_dossier(), other.sealing_key)
    before = await size(other)
    with pytest.raises(CommandError, match="clashes"):
        await taken_over(other, moved, tmp_path)
    assert await size(other) == before
    assert await rows(other, Case.number) == []
    assert await faults(other) == []
    assert laid(other) == []


async def test_an_institution_that_votes_or_is_none_is_not_exported(house):
    with pytest.raises(CommandError, match="no such institution"):
        await export_institution(house.settings, "committee-1")
    journey = Journey(house.client, house.tokens, lambda *_: None)
    await until_vote(journey)
    await export_institution(house.settings, INSTITUTION)  # no ballot is cast yet
    await journey.act("MEMBER_1", "ethics_review.cast_ballot", choice="approve")
    with pytest.raises(CommandError, match=journey.number):
        await export_institution(house.settings, INSTITUTION)


async def test_words_arrive_and_are_sealed_with_the_keys_of_there(moved, other, tmp_path):
    await taken_over(other, moved, tmp_path)
    async with reading(other) as session:
        kept = (await session.exec(select(Payload))).all()
        opened = await read_words(session, kept)
    assert {row.subject for row in kept} >= {"p17", "p16", "p11"}
    assert "本人为项目组成员的近亲属" in {said.value for said in opened.values()}
    assert other.sealing_key != KEY


async def test_a_signed_export_that_lacks_a_file_is_not_taken_over(
    house, moved, other, tmp_path
):
    known = Known([read_verifier(key) for key in moved[2]], papers=papers(moved[3]))
    later = house.services.now() + timedelta(seconds=5)
    whole = await asyncio.to_thread(open_collection, moved[1], known, later)
    data = pack(replace(whole, attachments={}), house.settings.log_key)
    with pytest.raises(CommandError, match="attachments are missing"):
        await taken_over(other, moved, tmp_path, data)
    (case,) = (n for n, one in whole.cases.items() if any(map(is_paper, contents(one))))
    parts = contents(whole.cases[case])
    less = {name: part for name, part in parts.items() if not is_paper(name)}
    name, key = manifest_name(house.settings.origin), house.settings.log_key
    less[MANIFEST] = sign_text(listed(less), name, key).encode()
    data = pack(replace(whole, cases=whole.cases | {case: packed(less)}), key)
    with pytest.raises(CommandError, match="is not in the bundle"):
        await taken_over(other, moved, tmp_path, data)
    tables = whole.rows["tables"]
    rows = whole.rows | {"tables": tables | {"submission": []}}
    data = pack(replace(whole, rows=rows), key)
    with pytest.raises(CommandError, match=r"version .* is missing"):
        await taken_over(other, moved, tmp_path, data)
    assert await size(other) == 0


def laid(settings):
    """Return the files in the stores of an instance."""
    stores = (settings.home / "papers", settings.home / "attachments")
    return [path for store in stores for path in store.rglob("*") if path.is_file()]


async def test_a_signed_export_with_words_or_files_of_another_form_is_not_taken_over(
    house, moved, other, tmp_path
):
    known = Known([read_verifier(key) for key in moved[2]], papers=papers(moved[3]))
    later = house.services.now() + timedelta(seconds=5)
    whole = await asyncio.to_thread(open_collection, moved[1], known, later)
    name, key = manifest_name(house.settings.origin), house.settings.log_key
    (case,) = (n for n, one in whole.cases.items() if any(map(is_paper, contents(one))))

    def reworded(words):
        parts = contents(whole.cases[case]) | {WORDS: words}
        kept = {part: data for part, data in parts.items() if data and part != MANIFEST}
        kept[MANIFEST] = sign_text(listed(kept), name, key).encode()
        return replace(whole, cases=whole.cases | {case: packed(kept)})

    words = orjson.loads(contents(whole.cases[case])[WORDS])
    beside = {sha256(b"x").hexdigest(): b"x"}
    for changed, told in (
        (reworded(b""), "words not understood"),
        (
            reworded(orjson.dumps([words[0] | {"more": ""}, *words[1:]])),
            "words not understood",
        ),
        (reworded(orjson.dumps([words[0] | {"index": str(words[0]["index"])}])), "words not"),
        (replace(whole, attachments={**whole.attachments, **beside}), "no entry tells of it"),
    ):
        with pytest.raises(CommandError, match=told):
            await taken_over(other, moved, tmp_path, pack(changed, key))
    with pytest.raises(CommandError, match="the certificates to trust are no PEM"):
        await taken_over(other, (*moved[:3], b""), tmp_path)
    assert (laid(other), await size(other)) == ([], 0)
    await taken_over(other, moved, tmp_path)
    assert len(laid(other)) > len(whole.attachments)


async def test_what_came_under_two_keys_of_a_log_stays_proven(house, moved, other, tmp_path):
    former = house.settings.log_key
    house.settings.retire_log_key()
    del house.settings.log_key  # the next look makes the next key
    try:
        new = verifier(house.settings.origin, NOTE, house.settings.log_key.public_key()).text
        both = (*moved[:2], [new, *moved[2]], moved[3])
        await taken_over(other, both, tmp_path)  # the key that did not sign it stands first
        assert await faults(other) == []
        draft = Journey(house.client, house.tokens, lambda *_: None)
        await draft.draft(read_dossier())
        later = await export_institution(house.settings, INSTITUTION)
        found = await taken_over(other, both, tmp_path, later)
    finally:
        house.settings.log_key = former
    assert found["entries"] > 0
    assert await faults(other) == []
    told = [orjson.loads(b)["event"] for b in await rows(other, Event.body) if b"log_key" in b]
    assert [event["log_key"] for event in told] == [*moved[2], new]


def is_paper(name: str) -> bool:
    return name.startswith("papers/")


def told_by(stream, kind, case="", **more):
    event = {"kind": kind, **more}
    body = {"case": case, "proceeding": stream, "seq": 1, "event": event}
    return Proven(0, orjson.dumps(body), "")


@pytest.mark.parametrize(
    ("entry", "fits"),
    [
        (told_by("party/institution-1", "party.entered"), True),
        (told_by("party/authority-1", "party.entered"), True),
        (told_by("party/committee-1", "party.entered"), True),
        (told_by("person/p1", "person.entered"), True),
        (told_by("case/BJ-2026-000001", "case.attached", "BJ-2026-000001"), True),
        (told_by("filing/BJ-2026-000001/1", "filing.recorded", "BJ-2026-000001"), True),
        (told_by("party/platform-1", "appointment.made"), False),
        (told_by("policy/platform", "policy.put_in_force"), False),
        (told_by("import/institution-1", "trail.imported"), False),
        (told_by("filing/BJ-2026-000002/1", "filing.recorded", "BJ-2026-000001"), False),
        (told_by("party/institution-1", "party.entered", "BJ-2026-000001"), False),
        (
            told_by("case/BJ-2026-000001", "case.opened", "BJ-2026-000001", institution="x"),
            False,
        ),
    ],
)
def test_only_what_is_the_institutions_fits(entry, fits):
    tables = {
        "party": [{"id": "committee-1", "serves": INSTITUTION, "kind": "committee"}],
        "case_party": [{"case_number": "BJ-2026-000001", "party_id": "authority-1"}],
    }
    arriving = Arriving(INSTITUTION, "o", "k", "m", [entry], [], tables, {})
    assert (list(strange(arriving)) == []) is fits
