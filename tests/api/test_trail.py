"""Proofs, bundles and witnesses through the API, on both databases."""

import asyncio
from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import select

from api.app import create_app
from audit import merkle
from audit.checkpoint import open_note
from audit.notes import cosign, read_verifier
from audit.opening import open_bundle
from audit.proof import decoded, read_proof
from audit.questions import Known
from clitools.errors import CommandError
from clitools.standalone import papers
from clitools.witnessing import new, see
from records.tables import Cosignature


async def get(house, path, who="REGULATOR"):
    return await house.client.get(path, headers=house.headers(who))


async def checkpoint(house):
    note = (await house.client.get("/v1/trail/checkpoint")).text
    services = house.services
    return note, open_note(note, services.log.origin, services.log.key.public_key())


async def test_each_entry_is_proven_under_a_signed_checkpoint(house, submitted):
    path = f"/v1/cases/{submitted.number}/trail"
    listed = (await get(house, path)).json()["items"]
    assert len(listed) >= 3
    for item in listed:
        told = (await get(house, f"{path}/{item['index']}/proof")).json()
        proof = read_proof((await get(house, f"{path}/{item['index']}/tlog-proof")).text)
        signed = open_note(
            proof.note, house.services.log.origin, house.services.log.key.public_key()
        )
        leaf = merkle.leaf(b64decode(told["entry"]))
        place = (leaf, item["index"], signed.size)
        assert merkle.verify_inclusion(*place, proof.hashes, signed.root)
        assert (told["size"], decoded(told["proof"])) == (signed.size, proof.hashes)
    assert (await get(house, f"{path}/99999/proof")).json()["code"] == "record.not_found"


async def test_the_log_is_proven_to_have_only_grown(house, drafted):
    _, old = await checkpoint(house)
    await drafted.submit()
    _, fresh = await checkpoint(house)

    asked = f"/v1/trail/consistency?first={old.size}&size={fresh.size}"
    told = (await house.client.get(asked)).json()
    sizes, heads = (old.size, fresh.size), (old.root, fresh.root)
    assert old.size < fresh.size
    assert merkle.verify_consistency(sizes, heads, decoded(told["proof"]))
    beyond = f"/v1/trail/consistency?first={fresh.size}&size={fresh.size + 9}"
    assert (await house.client.get(beyond)).status_code == 404


async def test_a_regulator_takes_a_bundle_along_that_verifies_offline(house, submitted):
    await submitted.act("SECRETARY", "ethics_review.accept")
    for paper in ("commitment", "acceptance_notice"):
        await submitted.until_paper(paper)
    path = f"/v1/cases/{submitted.number}/bundle"
    assert (await get(house, path, "APPLICANT")).json()["code"] == "access.denied"

    data = (await get(house, path)).content

    key = read_verifier((await house.client.get("/v1/trail/key")).text)
    roots = (await house.client.get("/v1/trust/root.pem")).content
    known = Known(log=[key], papers=papers(roots))
    later = datetime.now(UTC) + timedelta(seconds=5)
    found = await asyncio.to_thread(open_bundle, data, known, later)
    assert found, found.notes
    told = {check.name: check.answer.value for check in found.checks}
    assert (told.pop("witnesses"), told.pop("words")) == ("unknown", "unknown")
    assert set(told.values()) == {"pass"}, (told, found.notes)
    assert found.papers == 2


async def test_a_case_is_seen_as_it_stood_and_who_could_do_what(house, submitted):
    path = f"/v1/cases/{submitted.number}/as-of"
    before = datetime.now(UTC).isoformat()
    await submitted.act("SECRETARY", "ethics_review.accept")
    after = datetime.now(UTC).isoformat()

    async def at(moment, who="REGULATOR"):
        headers = house.headers(who)
        return await house.client.get(path, params={"at": moment}, headers=headers)

    old, new = (await at(before)).json(), (await at(after)).json()
    assert [p["stage"] for p in old["proceedings"]] == ["submitted"]
    assert [p["stage"] for p in new["proceedings"]] == ["reviewing"]
    assert (old["proceedings"][0]["state"]["clocks"], new["powers"]["of_then"]) == ([], True)
    could = {
        (c["person"], a): row for c in new["powers"]["people"] for a, row in c["acts"].items()
    }
    assert could["p11", "ethics_review.declare"].startswith("member, ethics_review.declare")
    assert ("p11", "case.read_dossier") not in could  # not before the declaration
    assert (await at("2020-01-01T00:00:00Z")).json()["code"] == "record.not_found"
    assert (await at(after, "APPLICANT")).json()["code"] == "access.denied"
    assert (await at("2020-01-01T00:00:00")).status_code == 422  # of which place?


async def test_a_refused_act_is_in_the_trail_once_and_without_words(house, submitted):
    asked = {"kind": "ethics_review.accept"}
    path = f"/v1/cases/{submitted.number}/ethics-review/1/acts"
    headers = house.headers("MEMBER_1", **{"Idempotency-Key": "again"})
    for _ in range(2):
        denied = await house.client.post(path, json=asked, headers=headers)
        assert denied.json()["code"] == "access.denied"
    await submitted.refused("MEMBER_1", path, {"kind": "nonsense"}, "request.malformed")
    await submitted.refused("STRANGER", path, asked, "record.not_found")

    listed = (await get(house, f"/v1/cases/{submitted.number}/trail")).json()["items"]
    refused = [i["body"] for i in listed if i["body"]["event"]["kind"] == "act.refused"]
    mine = [body for body in refused if body["actor"]["person"] == "p11"]
    assert [body["event"] for body in mine] == [
        {
            "kind": "act.refused",
            "act": "ethics_review.accept",
            "place": f"ethics-review/{submitted.number}/1",
            "code": "access.denied",
        }
    ]
    await submitted.act("SECRETARY", "ethics_review.accept")  # who may, still may


async def test_the_feed_gives_each_entry_once_in_order(house, submitted):
    assert (await get(house, "/v1/events", "OFFICER")).json()["code"] == "access.denied"
    found, after = [], -1
    while True:
        page = (await get(house, f"/v1/events?after={after}&limit=2")).json()
        if not page["items"]:
            break
        found += page["items"]
        after = page["next"]
    indices = [item["index"] for item in found]
    assert indices == sorted(set(indices))
    assert found[0]["kind"] == "case.opened"
    assert page["next"] == found[-1]["index"]
    assert {item["case"] for item in found} == {submitted.number}


@pytest.fixture
async def address(house):
    """The application behind a real server."""
    config = uvicorn.Config(create_app(house.services), port=0, log_level="error")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 -- the server has no event for it
        await asyncio.sleep(0.05)
    (socket,) = server.servers[0].sockets
    yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    server.should_exit = True
    await serving


async def test_a_witness_cosigns_growth_and_refuses_a_fork(house, drafted, address, tmp_path):
    log = (await house.client.get("/v1/trail/key")).text
    state = tmp_path / "witness"
    key = await asyncio.to_thread(new, state, "witness.test", log)
    with pytest.raises(CommandError, match="not take it"):  # not known yet
        await asyncio.to_thread(see, state, address)
    (house.settings.keys / "witnesses.vkey").write_text(f"{key}\n")

    first = await asyncio.to_thread(see, state, address)
    await drafted.submit()
    second = await asyncio.to_thread(see, state, address)

    assert first != second
    note, signed = await checkpoint(house)
    assert second in note
    async with house.services.database.reading() as session:
        kept = (await session.exec(select(Cosignature))).all()
    assert [row.witness for row in kept] == ["witness.test"] * len(kept)
    assert max(row.size for row in kept) == signed.size
    stranger = Ed25519PrivateKey.generate()
    forged = signed.body + "\n" + cosign(signed.body, "witness.test", stranger, 1)
    answer = await house.client.post("/v1/trail/cosignatures", content=forged)
    assert answer.json()["code"] == "act.not_entitled"
    # Whoever repeats the witness's line cannot lay another one over it.
    beside = note + "— witness.test this is any text of anybody AAAA\n"
    answer = await house.client.post("/v1/trail/cosignatures", content=beside)
    assert answer.status_code == 201
    assert (await checkpoint(house))[0] == note
    shrunk = (state / "last.txt").read_text().replace(f"\n{signed.size}\n", "\n9999\n")
    (state / "last.txt").write_text(shrunk)
    with pytest.raises(CommandError, match="both notes are there"):
        await asyncio.to_thread(see, state, address)
    assert list(state.glob("refused-*.txt"))
