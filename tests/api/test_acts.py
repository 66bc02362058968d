"""Acts and drafts at the edge: what is refused, by which code, and that nothing is stored."""

import asyncio
import json
from datetime import timedelta

import pytest

from audit.event import moment
from demo.facts import COMMITTEE, read_dossier
from demo.journey import Journey
from records.access_tables import Token
from records.people import token_hash
from records.tables import Party
from tests.asking import acts, case, post, refused, stored
from tests.conftest import owning

DOSSIER = read_dossier()


@pytest.mark.parametrize("token", [None, "", "x", "shenbei_unknown"])
async def test_without_a_valid_token_nothing_is_answered(house, token):
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    answer = await house.client.get("/v1/cases", headers=headers)

    await refused(house, answer, 401, "identity.unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_an_expired_token_is_refused(house):
    async with owning(house.services.database.url) as session:
        row = await session.get_one(Token, token_hash(house.tokens["OFFICER"]))
        row.expires_at = moment(house.services.now() - timedelta(seconds=1))
        session.add(row)

    answer = await house.client.get("/v1/me", headers=house.headers("OFFICER"))

    await refused(house, answer, 401, "identity.unauthenticated")


async def test_a_token_says_who_it_stands_for(house):
    me = (await house.client.get("/v1/me", headers=house.headers("MEMBER_1"))).json()

    assert (me["id"], me["roles"]) == ("p11", ["chair", "member"])


async def test_refusals_speak_the_language_asked_for(house, submitted):
    body = {"kind": "ethics_review.open_vote"}
    zh = await post(house, "SECRETARY", acts(submitted), body)
    en = await post(house, "SECRETARY", acts(submitted), body, **{"Accept-Language": "en"})

    assert zh.json()["title"].startswith("程序处于")
    assert en.json()["title"].startswith("the proceeding is at stage submitted")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "request.malformed"),
        (b"{", 422, "request.malformed"),
        (b"\xff\xfe", 422, "request.malformed"),
        (b"[" * 100_000, 422, "request.malformed"),
        (b"[]", 422, "request.malformed"),
        (b'{"kind": "ethics_review.burn"}', 422, "request.malformed"),
        (b'{"kind": "filing.record", "number": "1"}', 422, "request.malformed"),
        (
            b'{"kind": "ethics_review.cast_ballot", "choice": "maybe"}',
            422,
            "request.malformed",
        ),
        (
            b'{"kind": "ethics_review.open_meeting", "present": "p11"}',
            422,
            "request.malformed",
        ),
    ],
    ids=lambda value: str(value)[:24],
)
async def test_a_malformed_body_is_refused_and_nothing_stored(
    house, submitted, body, status, code
):
    before = await stored(house)
    headers = house.headers(
        "SECRETARY", **{"Idempotency-Key": "k", "Content-Type": "application/json"}
    )

    answer = await house.client.post(acts(submitted), content=body, headers=headers)

    await refused(house, answer, status, code)
    assert await stored(house) == before


async def in_parts():
    for _ in range(5):
        yield b"x" * (1 << 20)


@pytest.mark.parametrize(
    "content", [lambda: b"x" * (5 << 20), in_parts], ids=["whole", "in parts"]
)
async def test_an_oversized_body_is_not_read(house, submitted, content):
    before = await stored(house)

    answer = await house.client.post(
        acts(submitted),
        content=content(),
        headers=house.headers("SECRETARY", **{"Idempotency-Key": "k"}),
    )

    await refused(house, answer, 413, "request.too_large")
    assert await stored(house) == before


@pytest.mark.parametrize(
    ("who", "path", "body", "status", "code"),
    [
        (
            "SECRETARY",
            "/ethics-review/1/acts",
            {"kind": "ethics_review.count_votes"},
            409,
            "act.wrong_stage",
        ),
        (
            "MEMBER_1",
            "/ethics-review/1/acts",
            {"kind": "ethics_review.accept"},
            403,
            "access.denied",
        ),
        (
            "REGULATOR",
            "/ethics-review/1/acts",
            {"kind": "ethics_review.accept"},
            403,
            "access.denied",
        ),
        (
            "STRANGER",
            "/ethics-review/1/acts",
            {"kind": "ethics_review.accept"},
            404,
            "record.not_found",
        ),
        (
            "SECRETARY",
            "/ethics-review/2/acts",
            {"kind": "ethics_review.accept"},
            409,
            "act.wrong_stage",
        ),
        (
            "APPLICANT",
            "/ethics-review/2/acts",
            {"kind": "ethics_review.submit"},
            409,
            "act.wrong_stage",
        ),
        (
            "OFFICER",
            "/expert-review/1/acts",
            {"kind": "expert_review.apply"},
            409,
            "proceeding.not_yet",
        ),
        ("OFFICER", "/filing/1/acts", {"kind": "filing.submit"}, 409, "proceeding.not_yet"),
        ("OFFICER", "/filing/2/acts", {"kind": "filing.submit"}, 409, "act.wrong_stage"),
        (
            "EXPERT_1",
            "/expert-review/1/acts",
            {"kind": "expert_review.declare", "conflict": False},
            404,
            "record.not_found",
        ),
    ],
)
async def test_an_act_out_of_place_is_refused_and_nothing_stored(
    house, submitted, who, path, body, status, code
):
    before = await stored(house)

    await refused(house, await post(house, who, case(submitted, path), body), status, code)

    assert await stored(house) == before


async def test_unknown_cases_look_like_foreign_ones(house, submitted):
    for number in ("BJ-2026-999999", "x", "' OR 1=1 --"):
        answer = await house.client.get(
            f"/v1/cases/{number}", headers=house.headers("OFFICER")
        )
        await refused(house, answer, 404, "record.not_found")


async def test_an_undeclared_member_sees_title_and_parties_only(house, submitted):
    for path, status in (("", 200), ("/dossier", 403), ("/papers", 403), ("/draft", 403)):
        answer = await house.client.get(
            case(submitted, path), headers=house.headers("MEMBER_2")
        )
        assert answer.status_code == status, path
    await submitted.act("SECRETARY", "ethics_review.accept")
    await submitted.act("MEMBER_2", "ethics_review.declare", conflict=False)
    await submitted.act("MEMBER_3", "ethics_review.declare", conflict=True, reason="亲属")

    open_ = await house.client.get(
        case(submitted, "/dossier"), headers=house.headers("MEMBER_2")
    )
    shut = await house.client.get(
        case(submitted, "/dossier"), headers=house.headers("MEMBER_3")
    )

    assert open_.json()["answers"]["project"]["title"] == DOSSIER["project"]["title"]
    await refused(house, shut, 403, "access.denied")


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "{{ config }}", "字" * 5001, "a\x07"]
)
async def test_hostile_words_are_refused_and_nothing_stored(house, submitted, words):
    await submitted.act("SECRETARY", "ethics_review.accept")
    before = await stored(house)

    answer = await post(
        house,
        "MEMBER_1",
        acts(submitted),
        {"kind": "ethics_review.declare", "conflict": True, "reason": words},
    )

    await refused(house, answer, 422, "text.not_plain")
    assert await stored(house) == before


async def test_an_act_repeated_counts_once_and_a_key_stands_for_one_act(house, submitted):
    key = {"Idempotency-Key": "one"}
    body = {"kind": "ethics_review.accept"}
    first = await post(house, "SECRETARY", acts(submitted), body, **key)
    events = (await stored(house))[0]

    again = await post(house, "SECRETARY", acts(submitted), body, **key)
    other = await post(
        house, "SECRETARY", acts(submitted), {"kind": "ethics_review.open_vote"}, **key
    )

    assert again.json() == first.json()
    await refused(house, other, 422, "request.key_reused")
    assert (await stored(house))[0] == events


async def test_the_same_key_sent_at_once_counts_once(house, submitted):
    key = {"Idempotency-Key": "race"}
    answers = await asyncio.gather(
        *(
            post(house, "SECRETARY", acts(submitted), {"kind": "ethics_review.accept"}, **key)
            for _ in range(6)
        )
    )

    assert {a.status_code for a in answers} == {200}
    assert len({a.text for a in answers}) == 1


async def test_an_act_without_a_key_is_refused(house, submitted):
    answer = await house.client.post(
        acts(submitted),
        json={"kind": "ethics_review.accept"},
        headers=house.headers("SECRETARY"),
    )

    await refused(house, answer, 400, "request.key_missing")


async def test_a_case_is_opened_once_for_a_key(house):
    answers = [
        await post(
            house,
            "APPLICANT",
            "/v1/cases",
            {"committee": COMMITTEE},
            **{"Idempotency-Key": "c"},
        )
        for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert (await stored(house))[2] == 1


@pytest.mark.parametrize(
    "body", [{}, {"committee": "nobody"}, {"committee": COMMITTEE, "x": 1}]
)
async def test_a_case_before_no_committee_is_refused(house, body):
    await refused(
        house, await post(house, "APPLICANT", "/v1/cases", body), 422, "request.malformed"
    )


async def test_a_stranger_cannot_apply_to_a_committee_of_others(house):
    answer = await post(house, "STRANGER", "/v1/cases", {"committee": COMMITTEE})

    await refused(house, answer, 422, "request.malformed")


async def sign_off(house, journey):
    read = await house.client.get(case(journey, "/draft"), headers=house.headers("OFFICER"))
    body = {"version": int(read.headers["etag"].strip('"'))}
    return await post(house, "OFFICER", case(journey, "/sign-off"), body)


async def change(house, journey, body, etag, method="PATCH"):
    headers = house.headers("APPLICANT", **({"If-Match": etag} if etag else {}))
    return await house.client.request(
        method, case(journey, "/draft"), json=body, headers=headers
    )


async def test_two_tabs_do_not_overwrite_one_another(house, drafted):
    read = await house.client.get(case(drafted, "/draft"), headers=house.headers("APPLICANT"))
    etag = read.headers["etag"]

    one = await change(house, drafted, {"emergency_plan": "甲"}, etag)
    two = await change(house, drafted, {"emergency_plan": "乙"}, etag)
    none = await change(house, drafted, {"emergency_plan": "丙"}, None)

    assert one.status_code == 200
    assert one.headers["etag"] != etag
    await refused(house, two, 412, "draft.stale")
    await refused(house, none, 428, "draft.precondition_missing")
    read = await house.client.get(case(drafted, "/draft"), headers=house.headers("APPLICANT"))
    assert read.json()["emergency_plan"] == "甲"
    assert read.json()["project"] == DOSSIER["project"]


@pytest.mark.parametrize(
    ("patch", "path"),
    [
        ({"emergency_plan": "<script>"}, "emergency_plan"),
        ({"emergency_plan": "{{ 7*7 }}"}, "emergency_plan"),
        (
            {"project": {"institution": {"credit_code": "91110108MA01YL8X3B"}}},
            "project/institution/credit_code",
        ),
        ({"hobby": "围棋"}, "hobby"),
        ({"data": "all"}, "data"),
    ],
)
async def test_a_malformed_draft_is_refused_and_the_old_one_kept(house, drafted, patch, path):
    read = await house.client.get(case(drafted, "/draft"), headers=house.headers("APPLICANT"))

    answer = await change(house, drafted, patch, read.headers["etag"])

    body = await refused(house, answer, 422, "form.incomplete")
    assert [p["path"] for p in body["problems"]] == [path]
    again = await house.client.get(case(drafted, "/draft"), headers=house.headers("APPLICANT"))
    assert again.json() == read.json()


async def test_submission_needs_pledge_sign_off_and_own_credit_code(house, drafted):
    path = case(drafted, "/submission")
    await refused(
        house,
        await post(house, "APPLICANT", path, {"commitment": False}),
        422,
        "request.malformed",
    )
    await refused(
        house,
        await post(house, "APPLICANT", path, {"commitment": True}),
        409,
        "case.not_signed_off",
    )
    await sign_off(house, drafted)
    read = await house.client.get(case(drafted, "/draft"), headers=house.headers("APPLICANT"))
    other = {"project": {"institution": {"credit_code": "91110108MA01YL8X3A"}}}
    await change(house, drafted, other, read.headers["etag"])
    await refused(
        house,
        await post(house, "APPLICANT", path, {"commitment": True}),
        422,
        "credit_code.invalid",
    )


async def test_a_change_after_the_sign_off_needs_another(house, drafted):
    await sign_off(house, drafted)
    read = await house.client.get(case(drafted, "/draft"), headers=house.headers("APPLICANT"))
    await change(house, drafted, {"emergency_plan": "改过的预案"}, read.headers["etag"])

    answer = await post(house, "APPLICANT", case(drafted, "/submission"), {"commitment": True})

    await refused(house, answer, 409, "case.not_signed_off")


async def test_a_double_click_on_submit_opens_one_review(house, drafted):
    await sign_off(house, drafted)
    path = case(drafted, "/submission")

    answers = await asyncio.gather(
        *(post(house, "APPLICANT", path, {"commitment": True}) for _ in range(4))
    )

    assert min(a.status_code for a in answers) == 201
    assert {a.json().get("code") for a in answers} <= {
        None,
        "act.wrong_stage",
        "access.denied",
        "proceeding.not_yet",
    }
    shown = await drafted.get("OFFICER", case(drafted))
    assert [p["id"] for p in shown["proceedings"]] == [f"ethics-review/{drafted.number}/1"]


async def test_a_submitted_draft_is_not_edited(house, submitted):
    read = await house.client.get(
        case(submitted, "/draft"), headers=house.headers("APPLICANT")
    )

    answer = await change(house, submitted, {"emergency_plan": "x"}, read.headers["etag"])

    await refused(house, answer, 403, "access.denied")


async def test_pages_are_walked_by_key(house, drafted):
    for n in range(4):
        await post(
            house,
            "APPLICANT",
            "/v1/cases",
            {"committee": COMMITTEE},
            **{"Idempotency-Key": f"n{n}"},
        )
    seen, after = [], ""
    while after is not None:
        page = await drafted.get("APPLICANT", f"/v1/cases?limit=2&after={after}")
        seen += [item["number"] for item in page["items"]]
        after = page["next"]

    assert seen == sorted(set(seen))
    assert len(seen) == 5


async def test_the_inbox_tells_who_is_to_act(house, submitted):
    box = await submitted.get("SECRETARY", "/v1/inbox?limit=1")

    assert box["items"][0]["topic"] == "ethics_review.submitted"
    assert (await submitted.get("STRANGER", "/v1/inbox"))["items"] == []
    assert (await submitted.get("SECRETARY", f"/v1/inbox?limit=1&before={box['next']}"))[
        "items"
    ] == []


async def test_only_the_organiser_lists_the_pool(house):
    pool = await Journey(house.client, house.tokens, print).get("ORGANISER", "/v1/experts")
    other = await house.client.get("/v1/experts", headers=house.headers("EXPERT_1"))

    assert {e["id"]: e["serves_on"] for e in pool["items"]}["p12"] == [COMMITTEE]
    await refused(house, other, 403, "access.denied")


@pytest.mark.parametrize(
    ("text", "status"),
    [("110108823483901230031", 200), ("网信算备110108823483901230031号", 200), ("123", 422)],
)
async def test_the_doctor_explains_a_number(house, text, status):
    answer = await house.client.get(f"/v1/law/filing-numbers/{text}")

    assert answer.status_code == status
    if status == 200:
        assert answer.json()["class"] == "生成合成类"
        assert answer.json()["check_digit_holds"]


async def test_a_checkpoint_is_signed_and_published(house, drafted):
    note = (await house.client.get("/v1/trail/checkpoint")).text
    key = (await house.client.get("/v1/trail/key")).text

    assert note.splitlines()[0] == "shenbei.test/trail"
    assert key.startswith("shenbei.test/trail+")
    assert (await house.client.get("/v1/trail/checkpoint")).text == note
    assert "BEGIN CERTIFICATE" in (await house.client.get("/v1/trust/root.pem")).text


@pytest.mark.parametrize("content", [b"", b"no pdf", b"%PDF-1.7 <script>"])
async def test_what_is_no_paper_does_not_verify(house, content):
    answer = await house.client.post("/v1/verify", content=content or b" ")

    assert answer.json()["holds"] is False
    assert answer.json()["faults"]


async def test_an_officer_signs_what_they_read(house, drafted):
    read = await house.client.get(case(drafted, "/draft"), headers=house.headers("OFFICER"))
    await change(house, drafted, {"emergency_plan": "后来改的"}, read.headers["etag"])

    answer = await post(
        house,
        "OFFICER",
        case(drafted, "/sign-off"),
        {"version": int(read.headers["etag"][1:-1])},
    )

    await refused(house, answer, 412, "draft.stale")


@pytest.mark.parametrize(
    "patch",
    [
        {"project": ""},
        {"self_review": {"scope": [{"a": 1}]}},
        {"self_review": {"scope": "human"}},
        {"project": {"funding": [{"source": "x", "amount_cny": 10**30}]}},
        {"emergency_plan": "\ud800"},
        {"emergency_plan": "a\u0000b"},
        {"service": {"launched_on": "9999-12-31"}},
        {"service": {"public": False, "name": "<script>"}},
    ],
)
async def test_no_draft_breaks_the_server(house, drafted, patch):
    read = await house.client.get(case(drafted, "/draft"), headers=house.headers("APPLICANT"))

    headers = house.headers("APPLICANT", **{"If-Match": read.headers["etag"]})
    answer = await house.client.patch(
        case(drafted, "/draft"),
        content=json.dumps(patch),
        headers=headers | {"Content-Type": "application/json"},
    )

    await refused(house, answer, 422, "form.incomplete")


async def test_only_submitted_answers_are_the_dossier(house, drafted):
    for who in ("SECRETARY", "REGULATOR"):
        for path in ("/draft", "/triage"):
            answer = await house.client.get(case(drafted, path), headers=house.headers(who))
            await refused(house, answer, 403, "access.denied")
        answer = await house.client.get(case(drafted, "/dossier"), headers=house.headers(who))
        await refused(house, answer, 409, "proceeding.not_yet")


async def test_before_a_declaration_and_after_a_recusal_there_is_title_and_parties(
    house, submitted
):
    shown = await submitted.get("MEMBER_2", case(submitted))

    assert shown["title"] == DOSSIER["project"]["title"]
    assert shown["proceedings"] == []


async def test_ballots_are_sealed_until_counted_and_never_shown_to_the_applicant(
    house, submitted
):
    await submitted.review_until_vote()
    reason = "方言评测不足"
    await submitted.act(
        "MEMBER_2", "ethics_review.cast_ballot", choice="not_approve", reason=reason
    )

    for who in ("SECRETARY", "MEMBER_1", "APPLICANT"):
        dossier = await submitted.get(who, case(submitted, "/dossier"))
        assert "ballots" not in dossier["proceedings"][0]["state"]
        assert reason not in str(dossier)
    for n in (1, 3, 4, 5, 6):
        await submitted.act(f"MEMBER_{n}", "ethics_review.cast_ballot", choice="approve")
    await submitted.act("SECRETARY", "ethics_review.count_votes")
    inside = await submitted.get("SECRETARY", case(submitted, "/dossier"))
    outside = await submitted.get("APPLICANT", case(submitted, "/dossier"))
    assert inside["proceedings"][0]["state"]["ballots"]["p12"]["choice"] == "not_approve"
    assert reason in inside["proceedings"][0]["texts"].values()
    assert "ballots" not in outside["proceedings"][0]["state"]
    assert reason not in str(outside)


async def test_an_expert_outside_the_group_sees_no_case(house, submitted):
    assert (await submitted.get("EXPERT_6", "/v1/cases"))["items"] == []
    assert (await submitted.get("EXPERT_6", "/v1/inbox"))["items"] == []


async def test_an_act_larger_than_the_engine_carries_is_refused(house, submitted):
    body = {"kind": "ethics_review.open_meeting", "present": ["p11"] * 50_000}

    await refused(
        house, await post(house, "SECRETARY", acts(submitted), body), 413, "request.too_large"
    )


async def test_review_cannot_be_opened_around_the_submission(house, drafted):
    body = {"kind": "ethics_review.submit", "pledge": True}

    answer = await post(house, "APPLICANT", acts(drafted), body)

    await refused(house, answer, 409, "proceeding.not_yet")


async def test_one_checkpoint_is_published_by_many_at_once(house, drafted):
    notes = await asyncio.gather(*(house.client.get("/v1/trail/checkpoint") for _ in range(8)))

    assert {note.status_code for note in notes} == {200}


async def test_a_key_that_opened_a_case_opens_no_other(house):
    async with owning(house.services.database.url) as session:
        first = await session.get_one(Party, COMMITTEE)
        session.add(Party(**first.model_dump() | {"id": "committee-9"}))
    key = {"Idempotency-Key": "one case"}
    opened = await post(house, "APPLICANT", "/v1/cases", {"committee": COMMITTEE}, **key)
    before = await stored(house)

    again = await post(house, "APPLICANT", "/v1/cases", {"committee": "committee-9"}, **key)

    assert opened.status_code == 201
    await refused(house, again, 422, "request.key_reused")
    assert await stored(house) == before


async def test_a_case_is_opened_once_by_many_at_once(house):
    key = {"Idempotency-Key": "same"}
    answers = await asyncio.gather(
        *(
            post(house, "APPLICANT", "/v1/cases", {"committee": COMMITTEE}, **key)
            for _ in range(6)
        )
    )

    assert {a.status_code for a in answers} == {201}
    assert len({a.text for a in answers}) == 1
