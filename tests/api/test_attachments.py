"""Files of people: looked at, kept once, given back to be saved and not to be run."""

import io

import pikepdf
import pytest
from sqlmodel import select

from cases.dossier import Ground
from cases.proceeding import SYSTEM
from documents.store import digest
from documents.uploads import LARGEST
from records.erasing import ERASED, erase
from records.errors import NotFoundError
from records.streams import Hand
from records.tables import Attachment, Event, Payload
from records.vault import read_words
from records.verification import verify_trail
from tests.journeys.test_after_issue import attach

NOTE = "情况说明\n".encode()
OWN_NAMES = select(Payload).where(
    Payload.path == "name", Payload.proceeding.startswith("case/")
)


def scripted():
    made = pikepdf.Pdf.new()
    made.add_blank_page()
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    made.Root.OpenAction = made.make_indirect(action)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


async def test_a_file_is_kept_once_and_given_back_to_be_saved(house, drafted):
    first = await attach(house, drafted, "APPLICANT", NOTE, "说明 1.txt")
    again = await attach(house, drafted, "APPLICANT", NOTE, "说明 1.txt")
    other = await attach(house, drafted, "OFFICER", NOTE, "另一名.txt", key="k2")

    assert first.status_code == 201
    assert first.json() == again.json() == other.json()
    assert first.json()["scan"] == "unscanned"
    path = f"/v1/cases/{drafted.number}/attachments"
    listed = (await house.client.get(path, headers=house.headers("OFFICER"))).json()["items"]
    assert [row["sha256"] for row in listed] == [digest(NOTE)]
    back = await house.client.get(f"{path}/{digest(NOTE)}", headers=house.headers("OFFICER"))
    assert back.content == NOTE
    assert back.headers["content-disposition"].startswith("attachment; filename*=UTF-8")
    assert "sandbox" in back.headers["content-security-policy"]
    assert await house.services.attachments.get(digest(NOTE), "txt") == NOTE


async def test_its_name_is_no_part_of_the_trail(house, drafted):
    await attach(house, drafted, "APPLICANT", NOTE, "张三的病历.txt")

    async with house.services.database.reading() as session:
        bodies = (await session.exec(select(Event.body))).all()
        rows = (await session.exec(select(Payload))).all()
        names = [said.value for said in (await read_words(session, rows)).values()]
        assert not any("张三".encode() in row.sealed for row in rows)
    assert not any("张三".encode() in body for body in bodies)
    assert sum(digest(NOTE).encode() in body for body in bodies) == 1
    assert "张三的病历.txt" in names
    services = house.services
    await verifies(services)
    renamed = (
        f"{drafted.number}: the name of the attachment {digest(NOTE)} is not as its entry says"
    )
    await named(services, "另一名.txt")
    assert await faults(services) == [renamed]
    await named(services, "张三的病历.txt")
    await the_name_can_be_erased(services, drafted.number)
    await verifies(services)
    await named(services, "张三的病历.txt")
    assert await faults(services) == [renamed]


async def named(services, name):
    async with services.database.writing() as session:
        row = (await session.exec(select(Attachment))).one()
        row.name = name
        session.add(row)


async def faults(services):
    keys = [services.log.key.public_key()]
    return (await verify_trail(services.database, services.log.origin, keys)).faults


async def verifies(services):
    assert await faults(services) == []


async def the_name_can_be_erased(services, number):
    hand = Hand(actor=SYSTEM, at=services.now(), policy="", request="erase")
    async with services.database.reading() as session:
        word = (await session.exec(OWN_NAMES)).one()
    for commitments in ([word.commitment, "0" * 64], ["0" * 64]):
        with pytest.raises(NotFoundError):
            async with services.database.writing() as session:
                await erase(session, number, commitments, Ground.CONSENT_WITHDRAWN, hand)
    async with services.database.writing() as session:
        await erase(session, number, [word.commitment], Ground.CONSENT_WITHDRAWN, hand)
    async with services.database.reading() as session:
        kinds = (await session.exec(select(Event.kind))).all()
        assert kinds[-1] == "payload.erased"
        assert (await session.exec(OWN_NAMES)).all() == []
        assert (await session.exec(select(Attachment.name))).one() == ERASED


@pytest.mark.parametrize(
    ("data", "name", "status", "code", "why"),
    [
        (scripted(), "计划.pdf", 422, "attachment.refused", "upload.pdf_javascript"),
        (NOTE, "图.png", 422, "attachment.refused", "upload.wrong_ending"),
        (b"", "空.txt", 422, "attachment.refused", "upload.empty"),
        (NOTE, "../a.txt", 422, "request.malformed", None),
        (NOTE, "<b>.txt", 422, "request.malformed", None),
        (bytes(LARGEST + 1), "大.pdf", 413, "request.too_large", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_not_as_it_should_be_is_refused_with_the_reason(
    house, drafted, data, name, status, code, why
):
    answer = await attach(house, drafted, "APPLICANT", data, name)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    if why:
        (problem,) = answer.json()["problems"]
        assert (problem["path"], problem["code"]) == (name, why)
    path = f"/v1/cases/{drafted.number}/attachments"
    listed = await house.client.get(path, headers=house.headers("OFFICER"))
    assert listed.json()["items"] == []


async def test_who_may_not_attach_is_refused_before_the_file_is_read(house, drafted):
    for who, code in (("REGULATOR", "access.denied"), ("EXPERT_1", "record.not_found")):
        answer = await attach(house, drafted, who, NOTE, "a.txt")
        assert answer.json()["code"] == code
    path = f"/v1/cases/{drafted.number}/attachments"
    without = await house.client.post(
        path, params={"name": "a.txt"}, content=NOTE, headers=house.headers("APPLICANT")
    )
    assert without.json()["code"] == "request.key_missing"
    await attach(house, drafted, "APPLICANT", NOTE, "a.txt")
    reused = await attach(house, drafted, "APPLICANT", b"other", "a.txt")
    assert reused.json()["code"] == "request.key_reused"
