"""一件案件：从草稿到备案编号。On both databases, through the API."""

import asyncio
import io
import json
from base64 import b64decode

import pikepdf
import pytest
from sqlmodel import select

from audit import merkle
from cases.procedures import procedure_of
from cases.proceeding import evolve
from demo.facts import DOSSIER, read_dossier
from demo.journey import Journey
from records import trail
from records.checkpoints import publish
from records.folding import event_of, state_adapter
from records.reading import proceedings
from records.register.own import reconcile, unentered
from records.tables import FilingNumber
from records.verification import verify_trail
from tests.conftest import open_house
from tests.records.register.test_importing import month
from tests.records.register.test_importing import row as listed_row
from tests.shared import shared


@pytest.fixture(params=["demonstration", "01-public-assistant"])
def dossier(request):
    if request.param == "demonstration":
        return DOSSIER
    return shared("applications", f"{request.param}.yaml")


async def test_a_case_goes_from_draft_to_filing_number(
    database_url, temporal, tmp_path, dossier
):
    async with open_house(database_url, temporal, tmp_path, dossier) as house:
        journey = Journey(house.client, house.tokens, lambda *_: None)
        await journey.walk(read_dossier(dossier))

        case = await 案件(house, journey)
        await 文书可验证(house, journey)
        await 轨迹完整(house, journey)
        await 行是事件的折叠(house, journey)
        await 监管人员可核查(house, journey)
        await 外人看不见(house, journey)
        await 登记簿已收录(house)

    launched = read_dossier(dossier)["service"]["launched_on"]
    late = launched < "2026-11-01"
    assert case["filing"]["stage"] == "recorded"
    assert case["clocks"]["first_filing"] == ("breached" if late else None)


async def 登记簿已收录(house):
    async with house.services.database.reading() as session:
        number = (await session.exec(select(FilingNumber))).one().number
    for _ in range(100):
        answer = await house.client.get(f"/v1/register/filings/{number}")
        if answer.status_code == 200:
            break
        await asyncio.sleep(0.1)
    (filing,) = answer.json()
    assert filing["own"]
    assert filing["state"] == "filed"
    database = house.services.database
    async with database.reading() as session:
        (before,) = await reconcile(session)
    printed = listed_row(number, filing["algorithm"], filing["entity_name"], "别的产品(APP)")
    await month(database, "2026年12月", printed)
    async with database.reading() as session:
        (after,) = await reconcile(session)
    assert (before.listed, before.differing) == ("", ())
    assert after.listed == "2026-12"
    assert [c.field for c in after.differing] == ["product", "purpose"]
    async with database.writing() as session:
        assert await unentered(session) == []


async def 案件(house, journey):
    body = await journey.get("OFFICER", f"/v1/cases/{journey.number}")
    clocks = await journey.get("OFFICER", f"/v1/cases/{journey.number}/clocks")
    stages = {p["procedure"]: p for p in body["proceedings"]}
    assert {name: p["stage"] for name, p in stages.items()} == {
        "ethics_review": "decided",
        "expert_review": "opinion_given",
        "safety_assessment": "accepted",
        "filing": "recorded",
        "follow_up": "open",
    }
    assert stages["follow_up"]["status"].startswith("在申请人处")
    states = {c["name"]: c["state"] for c in clocks["items"]}
    assert states["follow_up"] == "running"
    assert {states[n] for n in ("decision", "opinion", "examination")} == {"kept"}
    stages["clocks"] = {"first_filing": states.get("first_filing")}
    return stages


async def 文书可验证(house, journey):
    listed = await journey.get("OFFICER", f"/v1/cases/{journey.number}/papers")
    assert {p["template"] for p in listed["items"]} == {
        "commitment",
        "acceptance_notice",
        "initial_opinion",
        "re_review_opinion",
        "decision_letter",
        "publication_text",
        "filing_notice",
    }
    for paper in listed["items"]:
        path = f"/v1/cases/{journey.number}/papers/{paper['sha256']}"
        pdf = (await house.client.get(path, headers=house.headers("OFFICER"))).content
        verdict = (await house.client.post("/v1/verify", content=pdf)).json()
        assert verdict["holds"], verdict
        none = await house.client.get(f"{path}/sm2", headers=house.headers("OFFICER"))
        assert none.status_code == 404  # this body has no SM2 key
        assert verdict["number"] == paper["number"]
        assert {check["answer"] for check in verdict["checks"]} == {"pass"}
        with pikepdf.open(io.BytesIO(pdf)) as document:
            inside = json.loads(document.attachments["record.json"].get_file().read_bytes())
        address = inside["head"]["verify_at"].removeprefix("https://shenbei.test")
        told = (await house.client.get(f"/v1{address}")).json()
        assert (told["number"], told["sha256"]) == (paper["number"], paper["sha256"])
        page = (await house.client.get(address)).text
        assert paper["number"] in page
        sent = await house.client.post("/verify", files={"file": ("x.pdf", pdf)})
        assert "文书有效" in sent.text
        forged = (await house.client.post("/v1/verify", content=pdf + b" ")).json()
        assert not forged["holds"]
        assert not forged["in_trail"]
    sheets = f"/v1/cases/{journey.number}/filing-sheets"
    told = await journey.get("OFFICER", f"{sheets}.json")
    assert told["forms"][0]["form"] == "filing_subject"
    book = await house.client.get(f"{sheets}.xlsx", headers=house.headers("OFFICER"))
    assert book.content.startswith(b"PK")
    stored = list((house.home / "papers").rglob("*.pdf"))
    assert stored
    assert not any(path.read_bytes().startswith(b"%PDF") for path in stored)  # sealed
    with pikepdf.open(io.BytesIO(pdf)) as last:
        assert (
            journey.filing_number
            in last.attachments["record.json"].get_file().read_bytes().decode()
        )


async def 轨迹完整(house, journey):
    async with house.services.database.writing() as session:
        await publish(session, house.services.log, house.services.now())
    key = house.services.log.key.public_key()
    report = await verify_trail(house.services.database, house.services.log.origin, [key])
    assert report, report.faults
    assert report.checkpoints >= 1  # the schedule may have signed another


async def 行是事件的折叠(house, journey):
    async with house.services.database.reading() as session:
        for row in await proceedings(session, journey.number):
            events = [event_of(e) for e in await trail.events_of_proceeding(session, row.id)]
            state = procedure_of(row.id).begin(events[0].opening)
            for event in events:
                state = evolve(state, event)
            assert state == state_adapter(row.procedure).validate_json(row.state), row.id
            assert row.seq == len(events)


async def 监管人员可核查(house, journey):
    path = f"/v1/cases/{journey.number}/trail"
    first = await journey.get("REGULATOR", f"{path}?limit=20")
    rest = await journey.get("REGULATOR", f"{path}?limit=500&after={first['next']}")
    entries = [*first["items"], *rest["items"]]
    assert [e["index"] for e in entries] == sorted(e["index"] for e in entries)
    assert rest["next"] is None
    words = str(entries)
    assert "方言评测" not in words
    assert "近亲属" not in words
    index = entries[7]["index"]
    proof = await journey.get("REGULATOR", f"{path}/{index}/proof")
    leaf = merkle.leaf(b64decode(proof["entry"]))
    hashes = [b64decode(h) for h in proof["proof"]]
    assert merkle.verify_inclusion(
        leaf, index, proof["size"], hashes, b64decode(proof["root"])
    )


async def 外人看不见(house, journey):
    for path in ("", "/dossier", "/clocks", "/papers", "/trail", "/draft"):
        answer = await house.client.get(
            f"/v1/cases/{journey.number}{path}", headers=house.headers("STRANGER")
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "record.not_found")
    listed = await journey.get("STRANGER", "/v1/cases")
    assert listed["items"] == []
