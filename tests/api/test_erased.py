"""What was submitted and erased since: a plain refusal for whoever asks for it."""

from sqlmodel import select

from cases.dossier import Ground, PayloadErased
from cases.proceeding import SYSTEM
from records.drafts import append_to_case
from records.streams import Hand
from records.tables import Submission


async def erase(house, number):
    """Erase what was submitted, as an entry may tell, whoever needs it still."""
    async with house.services.database.writing() as session:
        chosen = select(Submission).where(Submission.case_number == number)
        frozen = (await session.exec(chosen)).one()
        event = PayloadErased(commitments=(frozen.content,), ground=Ground.BY_LAW)
        hand = Hand(actor=SYSTEM, at=house.services.now(), policy="", request="erase")
        await append_to_case(session, number, event, hand)
        frozen.answers = b""
        session.add(frozen)


async def test_what_was_erased_is_gone_in_words_and_the_case_stays(house, submitted):
    number = submitted.number
    await erase(house, number)
    for path in ("dossier", "filing-sheets.json", "filing-sheets.xlsx"):
        for language, said in (("zh-CN", "内容已删除"), ("en", "was erased")):
            headers = house.headers("APPLICANT", **{"Accept-Language": language})
            answer = await house.client.get(f"/v1/cases/{number}/{path}", headers=headers)
            found = answer.json()
            assert (answer.status_code, found["code"]) == (410, "submission.erased"), path
            assert said in found["title"]
            assert found["advice"]
    headers = house.headers("APPLICANT")
    for path in ("", "/papers", "/draft"):
        answer = await house.client.get(f"/v1/cases/{number}{path}", headers=headers)
        assert answer.status_code == 200, path


async def test_no_proceeding_begins_with_what_was_erased(house, submitted):
    number = submitted.number
    await erase(house, number)
    answer = await house.client.post(
        f"/v1/cases/{number}/archiving/1/acts",
        json={"kind": "archiving.order"},
        headers=house.headers("SECRETARY", **{"Idempotency-Key": "order"}),
    )
    assert (answer.status_code, answer.json()["code"]) == (410, "submission.erased")
