"""What becomes of a paper after it was issued, through the API, on both databases."""

import asyncio
import io
import json

import pikepdf
import pytest

from demo.facts import read_dossier
from demo.journey import Journey
from documents.store import digest
from records.database import Database
from records.migrate import upgrade
from records.rebuilding import NotEmptyError, rebuild
from records.tables import Paper
from records.verification import verify_trail
from tests.conftest import KEY

STEPS = ["commitment", "acceptance_notice", "initial_opinion", "re_review_opinion"]


@pytest.fixture
async def decided(house):
    """A case whose ethics review is decided."""
    journey = Journey(house.client, house.tokens, lambda *_: None)
    await journey.draft(read_dossier())
    await journey.submit()
    await journey.review()
    await journey.re_review()
    await journey.decide()
    return journey


async def papers(journey, who="OFFICER"):
    return (await journey.get(who, f"/v1/cases/{journey.number}/papers"))["items"]


async def until(journey, holds):
    for _ in range(300):
        found = await papers(journey)
        if holds(found):
            return found
        await asyncio.sleep(0.1)
    pytest.fail(f"still: {[(p['template'], p['version']) for p in found]}")


def of(found, template, version=1):
    return next(p for p in found if (p["template"], p["version"]) == (template, version))


async def verdict(house, pdf):
    headers = {"Content-Type": "application/pdf", "Accept-Language": "en"}
    return (await house.client.post("/v1/verify", content=pdf, headers=headers)).json()


def record_of(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return json.loads(opened.attachments["record.json"].get_file().read_bytes())


def answers(report):
    return {check["name"]: check["answer"] for check in report["checks"]}


async def test_each_step_leaves_its_paper_signed_by_who_acted(decided):
    found = await until(decided, lambda rows: len(rows) >= 5)

    assert sorted(p["template"] for p in found) == sorted([*STEPS, "decision_letter"])
    pledge = record_of(await decided.download(of(found, "commitment")["sha256"]))
    assert [s["act"] for s in pledge["signatories"]] == ["ethics_review.submitted"]
    opinion = record_of(await decided.download(of(found, "initial_opinion")["sha256"]))
    assert [votes for _, votes in opinion["tally"]] == [5, 1, 0, 0]


async def test_a_paper_is_corrected_and_then_withdrawn(house, decided, tmp_path):
    await until(decided, lambda rows: len(rows) >= 5)
    letter = of(await papers(decided), "decision_letter")
    path = f"/v1/cases/{decided.number}/correction"
    asked = {"kind": "correction.reissue", "paper": letter["sha256"], "reason": "单位名称有误"}

    await decided.refused("ORGANISER", f"{path}/1/acts", asked, "act.not_entitled")
    await decided.refused("OFFICER", f"{path}/1/acts", asked, "act.not_entitled")
    await decided.refused("APPLICANT", f"{path}/1/acts", asked, "access.denied")
    await decided.refused(
        "MEMBER_1", f"{path}/1/acts", asked | {"reason": ""}, "act.reason_missing"
    )
    await decided.refused(
        "MEMBER_1", f"{path}/1/acts", asked | {"paper": "0" * 64}, "record.not_found"
    )
    drawn_by_nobody = asked | {"reason": "名称有误\U0001f600"}
    await decided.refused("MEMBER_1", f"{path}/1/acts", drawn_by_nobody, "text.not_plain")
    # Nothing that was refused stands in the way of another paper of another body.
    pledge = of(await papers(decided), "commitment")["sha256"]
    refused = asked | {"paper": pledge, "reason": ""}
    await decided.refused("OFFICER", f"{path}/1/acts", refused, "act.reason_missing")
    await decided.post("MEMBER_1", f"{path}/1/acts", asked)
    found = await until(decided, lambda rows: any(p["version"] == 2 for p in rows))

    new = of(found, "decision_letter", 2)
    old = of(found, "decision_letter")
    assert (new["number"], old["replaced_by"]) == (letter["number"], new["sha256"])
    pdf = await decided.download(new["sha256"])
    record = record_of(pdf)
    assert record["head"]["edition"] == {
        "version": 2,
        "replaces": letter["sha256"],
        "reason": "单位名称有误",
        "signed_before": [
            record_of(await decided.download(letter["sha256"]))["signatories"][0]["name"]
        ],
    }
    assert [s["act"] for s in record["signatories"]] == ["correction.ordered"]
    fresh = await verdict(house, pdf)
    assert set(answers(fresh).values()) == {"pass"}, answers(fresh)
    stale = await verdict(house, await decided.download(letter["sha256"]))
    assert {n for n, a in answers(stale).items() if a != "pass"} == {"standing"}
    code = record["head"]["verify_at"].rsplit("/", 1)[1]
    shown = (await house.client.get(f"/v1/verify/{code}")).json()
    assert (shown["sha256"], shown["version"], shown["standing"]) == (
        new["sha256"],
        "2",
        "current",
    )
    await decided.refused("MEMBER_1", f"{path}/2/acts", asked, "proceeding.not_yet")
    gone = {"kind": "correction.withdraw", "paper": new["sha256"], "reason": "决定已另行作出"}
    await decided.post("MEMBER_1", f"{path}/2/acts", gone)
    shown = (await house.client.get(f"/v1/verify/{code}")).json()
    assert shown["standing"] == "withdrawn"
    assert answers(await verdict(house, pdf))["standing"] == "fail"
    report = await verify_trail(
        house.services.database,
        house.services.log.origin,
        [house.services.log.key.public_key()],
    )
    assert report.faults == []
    await 重建后无异(house, tmp_path)
    async with house.services.database.writing() as session:
        row = await session.get_one(Paper, new["sha256"])
        row.withdrawn_at = None
        session.add(row)
    report = await verify_trail(
        house.services.database,
        house.services.log.origin,
        [house.services.log.key.public_key()],
    )
    assert any("withdrawn" in fault for fault in report.faults)
    differing = (await 重建(house, tmp_path / "other.db")).differing
    assert len(differing) == 2
    assert all(one.startswith("Paper:") for one in differing)


async def 重建(house, path):
    """Rebuild the rows in an empty SQLite file, whatever the live database is."""
    url = f"sqlite+aiosqlite:///{path}"
    await asyncio.to_thread(upgrade, url)
    into = Database(url, KEY)
    try:
        return await rebuild(house.services.database, into)
    finally:
        await into.close()


async def 重建后无异(house, folder):
    found = await 重建(house, folder / "again.db")
    assert found, found.differing
    assert found.entries > 40
    with pytest.raises(NotEmptyError):
        await 重建(house, folder / "again.db")


async def test_an_institution_corrects_its_own_paper(decided):
    await until(decided, lambda rows: len(rows) >= 5)
    pledge = of(await papers(decided), "commitment")["sha256"]
    asked = {"kind": "correction.reissue", "paper": pledge, "reason": "补盖公章"}

    await decided.post("OFFICER", f"/v1/cases/{decided.number}/correction/1/acts", asked)

    found = await until(decided, lambda rows: any(p["version"] == 2 for p in rows))
    record = record_of(await decided.download(of(found, "commitment", 2)["sha256"]))
    assert record["signatories"][0]["role"]["en"] == "officer of the institution"


async def attach(house, journey, who, data, name, key="k1"):
    path = f"/v1/cases/{journey.number}/attachments"
    headers = house.headers(who, **{"Idempotency-Key": key, "Accept-Language": "en"})
    return await house.client.post(path, params={"name": name}, content=data, headers=headers)


async def test_the_dossier_encloses_all_it_holds_and_its_index_is_the_manifest(house, decided):
    await until(decided, lambda rows: len(rows) >= 5)
    path = f"/v1/cases/{decided.number}/archiving/1/acts"
    letter = of(await papers(decided), "decision_letter")["sha256"]
    again = await decided.download(letter)
    await attach(house, decided, "APPLICANT", again, "草稿.pdf", key="k0")
    asked = {"kind": "correction.reissue", "paper": letter, "reason": "单位名称有误"}
    await decided.post("MEMBER_1", f"/v1/cases/{decided.number}/correction/1/acts", asked)
    await until(decided, lambda rows: any(p["version"] == 2 for p in rows))
    note = "方言评测样本说明\n".encode()
    attached = await attach(house, decided, "SECRETARY", note, "评测说明\U0001f600.txt")
    await decided.refused("APPLICANT", path, {"kind": "archiving.order"}, "access.denied")

    await decided.post("SECRETARY", path, {"kind": "archiving.order"})
    found = await until(
        decided, lambda rows: any(p["template"] == "dossier_index" for p in rows)
    )

    part, index = of(found, "dossier_part"), of(found, "dossier_index")
    case = await decided.get("SECRETARY", f"/v1/cases/{decided.number}")
    (dossier,) = (p for p in case["proceedings"] if p["procedure"] == "archiving")
    assert (dossier["stage"], dossier["progress"]) == ("done", {"made": 2, "of": 2})
    manifest = record_of(await decided.download(index["sha256"]))
    assert manifest["parts"] == [[part["number"], part["sha256"]]]
    assert part["number"] == f"{index['number']}之1"
    pdf = await decided.download(part["sha256"])
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        enclosed = {
            name: opened.attachments[name].get_file().read_bytes()
            for name in opened.attachments
            if name != "record.json"
        }
    assert {digest(data) for data in enclosed.values()} == {
        attached.json()["sha256"],
        *(p["sha256"] for p in found if not p["template"].startswith("dossier")),
    }
    titles = {row["sha256"]: row["title"] for row in manifest["filed"]}
    assert titles[digest(note)] == "评测说明[U+1F600].txt"
    letters = [
        (row["title"], row["version"], row["standing"])
        for row in manifest["filed"]
        if row["sha256"] == letter or row["version"] == 2
    ]
    assert letters == [
        ("科技伦理审查决定书", 1, "replaced"),
        ("科技伦理审查决定书", 2, "current"),
        ("草稿.pdf", 1, "current"),
    ]
    assert {row["name"]: row["sha256"] for row in manifest["filed"]} == {
        name: digest(data) for name, data in enclosed.items()
    }
    for one in (part, index):
        report = await verdict(house, await decided.download(one["sha256"]))
        assert set(answers(report).values()) == {"pass"}, answers(report)
