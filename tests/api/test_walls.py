"""Who sees and does what, where interests meet."""

import pytest

from demo.facts import read_dossier
from law.filing_number import compose, parse
from records.access_tables import Token
from records.people import candidates, token_hash
from records.tables import Appointment, Party
from tests.asking import acts, case, post, refused, stored
from tests.conftest import owning


async def appoint(house, token, person, party, *roles):
    """Give a person roles in a party, and a token for them."""
    async with owning(house.services.database.url) as session:
        for role in roles:
            session.add(
                Appointment(person_id=person, party_id=party, role=role, category="law")
            )
        session.add(
            Token(
                sha256=token_hash(token), person_id=person, party_id=party, expires_at="9999"
            )
        )
    house.tokens[token] = token


@pytest.mark.parametrize(
    ("seat", "body"),
    [
        ("secretary", {"kind": "ethics_review.accept"}),
        ("secretary", {"kind": "ethics_review.open_meeting", "present": []}),
        ("member", {"kind": "ethics_review.declare", "conflict": False}),
        ("chair", {"kind": "ethics_review.issue_decision", "outcome": "approve"}),
    ],
)
async def test_nobody_handles_their_own_case_in_another_seat(house, submitted, seat, body):
    await appoint(house, "own", "p01", "committee-1", seat)

    answer = await post(house, "own", acts(submitted), body)

    said = await refused(house, answer, 403, "access.denied")
    assert "own_in_another_seat" in said["title"] or seat in {"member", "chair"}


@pytest.mark.parametrize("role", ["member", "chair", "vice_chair", "secretary"])
async def test_whoever_serves_on_the_committee_is_known_in_the_pool(house, role):
    await appoint(house, "seat", "p26", "committee-1", role)

    async with house.services.database.reading() as session:
        pool = {c.id: c for c in await candidates(session, "authority-1")}

    assert pool["p26"].serves_on == ("committee-1",)


async def test_the_applicant_is_no_expert_on_the_own_case(house, submitted):
    await appoint(house, "expert", "p01", "authority-1", "expert")
    await submitted.review()
    await submitted.act("OFFICER", "expert_review.apply")
    await submitted.act("ORGANISER", "expert_review.accept")
    body = {
        "kind": "expert_review.form_group",
        "experts": ["p21", "p22", "p23", "p24", "p01"],
    }

    answer = await post(house, "ORGANISER", acts(submitted, "expert-review"), body)

    await refused(house, answer, 409, "expert_group.excluded")


async def test_the_trail_shows_no_ballot_before_its_vote_has_an_outcome(house, submitted):
    await submitted.review_until_vote()
    await submitted.act("MEMBER_2", "ethics_review.cast_ballot", choice="approve")

    trail = await submitted.get("REGULATOR", case(submitted, "/trail?limit=500"))
    sealed = [item for item in trail["items"] if item["body"] is None]
    proof = case(submitted, f"/trail/{sealed[0]['index']}/proof")

    assert len(sealed) == 1
    assert sealed[0]["leaf"]
    answer = await house.client.get(proof, headers=house.headers("REGULATOR"))
    await refused(house, answer, 409, "proceeding.not_yet")
    for n in (1, 3, 4, 5, 6):
        await submitted.act(f"MEMBER_{n}", "ethics_review.cast_ballot", choice="approve")
    await submitted.act("SECRETARY", "ethics_review.count_votes")
    trail = await submitted.get("REGULATOR", case(submitted, "/trail?limit=500"))
    assert all(item["body"] for item in trail["items"])
    assert await submitted.get("REGULATOR", proof)


async def test_reasons_of_a_round_that_was_not_counted_stay_sealed(house, submitted):
    await submitted.review()
    await submitted.act("OFFICER", "expert_review.apply")
    await submitted.act("ORGANISER", "expert_review.accept")
    group = [f"p2{n}" for n in range(1, 6)]
    await submitted.act("ORGANISER", "expert_review.form_group", experts=group)
    for n in range(1, 6):
        await submitted.act(f"EXPERT_{n}", "expert_review.declare", conflict=False)
    await submitted.act("ORGANISER", "expert_review.open_vote")
    await submitted.act("EXPERT_1", "expert_review.cast_ballot", agrees=True, reason="甲意见")
    await submitted.act("EXPERT_5", "expert_review.declare", conflict=True, reason="乙缘由")

    for who in ("EXPERT_2", "ORGANISER"):
        assert "甲意见" not in str(await submitted.get(who, case(submitted, "/dossier")))
    assert "乙缘由" not in str(await submitted.get("EXPERT_2", case(submitted, "/dossier")))
    assert "乙缘由" in str(await submitted.get("ORGANISER", case(submitted, "/dossier")))


async def test_clocks_stand_behind_the_declaration_of_interests(house, submitted):
    await submitted.act("SECRETARY", "ethics_review.accept")

    answer = await house.client.get(
        case(submitted, "/clocks"), headers=house.headers("MEMBER_2")
    )

    await refused(house, answer, 403, "access.denied")
    await submitted.act("MEMBER_2", "ethics_review.declare", conflict=False)
    assert (await submitted.get("MEMBER_2", case(submitted, "/clocks")))["items"]


async def test_members_are_told_in_person_only(house, submitted):
    told = await submitted.get("MEMBER_2", "/v1/inbox")
    secretary = await submitted.get("SECRETARY", "/v1/inbox")

    assert told["items"] == []
    assert secretary["items"][0]["topic"] == "ethics_review.submitted"


async def test_a_field_that_an_act_does_not_have_is_refused(house, submitted):
    body = {"kind": "ethics_review.accept", "pathway": "simplified"}

    await refused(
        house, await post(house, "SECRETARY", acts(submitted), body), 422, "request.malformed"
    )


async def test_a_sign_off_counts_once_under_its_key(house, drafted):
    headers = house.headers("OFFICER")
    draft = await house.client.get(case(drafted, "/draft"), headers=headers)
    version = int(draft.headers["etag"].strip('"'))
    key = {"Idempotency-Key": "sign"}
    path = case(drafted, "/sign-off")
    first = await post(house, "OFFICER", path, {"version": version}, **key)
    etag = house.headers("APPLICANT", **{"If-Match": draft.headers["etag"]})
    await house.client.patch(case(drafted, "/draft"), json={"risks": []}, headers=etag)
    before = await stored(house)

    again = await post(house, "OFFICER", path, {"version": version}, **key)
    other = await post(house, "OFFICER", path, {"version": version + 1}, **key)

    assert (again.status_code, again.json()) == (200, first.json())
    await refused(house, other, 422, "request.key_reused")
    assert await stored(house) == before


async def test_a_partner_with_a_wrong_credit_code_is_refused(house, drafted):
    headers = house.headers("APPLICANT")
    draft = await house.client.get(case(drafted, "/draft"), headers=headers)
    partner = {"name": "合作单位", "credit_code": "911101080000000000"}

    answer = await house.client.patch(
        case(drafted, "/draft"),
        json={"project": {"partners": [partner]}},
        headers=headers | {"If-Match": draft.headers["etag"]},
    )

    said = await refused(house, answer, 422, "form.incomplete")
    assert [(p["path"], p["code"]) for p in said["problems"]] == [
        ("project/partners/0/credit_code", "check")
    ]


async def test_a_number_of_another_institution_is_recorded_only_as_printed(house, submitted):
    await submitted.review()
    await submitted.re_review()
    await submitted.decide()
    await submitted.assess(read_dossier())
    await submitted.act("OFFICER", "filing.submit")
    proposed = (
        await submitted.get("FILING_EXAMINER", case(submitted, "/filing/proposed-number"))
    )["number"]
    ours = parse(proposed)
    other = compose("110105", ours.entity, ours.algorithm_class, 2026, 1)
    path = acts(submitted, "filing")

    answer = await post(
        house, "FILING_EXAMINER", path, {"kind": "filing.record", "number": str(other)}
    )
    await refused(house, answer, 422, "filing_number.invalid")
    body = {"kind": "filing.record", "number": str(other), "as_printed": True}
    assert (await post(house, "FILING_EXAMINER", path, body)).status_code == 200


async def test_an_entity_without_its_digits_gets_no_proposal(house, submitted):
    await submitted.review()
    await submitted.re_review()
    await submitted.decide()
    await submitted.assess(read_dossier())
    await submitted.act("OFFICER", "filing.submit")
    async with owning(house.services.database.url) as session:
        party = await session.get_one(Party, "institution-1")
        party.filing_entity = ""
        session.add(party)

    answer = await house.client.get(
        case(submitted, "/filing/proposed-number"), headers=house.headers("FILING_EXAMINER")
    )

    await refused(house, answer, 409, "proceeding.not_yet")
