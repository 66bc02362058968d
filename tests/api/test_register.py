"""The register as open data: no account, cached, counted, streamed."""

import asyncio
import csv
import io
import json
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from api.exports import COLUMNS
from api.shapes import Diagnosis, Holder, Page, Told
from tests.lists.making import docx
from tests.records.register.test_importing import NUMBER, imported, month, row
from tests.records.register.test_search import filled

DIGITS = NUMBER.removeprefix("网信算备").removesuffix("号")


async def test_anyone_searches_and_reads(house):
    await filled(house.services.database)
    get = house.client.get

    found = (await get("/v1/register/filings", params={"q": "豆包"})).json()
    (one,) = (await get(f"/v1/register/filings/{NUMBER}")).json()
    who = (await get(f"/v1/register/entities/{one['entity']}")).json()
    doctor = (await get(f"/v1/register/numbers/{DIGITS[:-1]}3")).json()
    figures = (await get("/v1/register/statistics")).json()

    assert [item["number"] for item in found["items"]] == [DIGITS]
    assert (found["next"], found["counted"]) == (None, 1)
    assert one["history"][0]["file"].endswith(".docx")
    assert who["names"] == [{"name": "北京抖音信息服务有限公司", "published": "2025-03"}]
    assert [f["number"] for f in who["filings"]] == [DIGITS]
    assert doctor["near_listed"] == [NUMBER]
    assert doctor["listed"] == 0
    assert "校验位应为 1" in doctor["doubts"][0]
    assert figures["totals"]["filings"] == 3


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/register/filings?q=中", 422, "request.malformed"),
        ("/v1/register/filings?limit=101", 422, "request.malformed"),
        ("/v1/register/filings?after=x", 422, "request.malformed"),
        ("/v1/register/filings?colour=red", 422, "request.malformed"),
        ("/v1/register/filings/1", 404, "record.not_found"),
        ("/v1/register/entities/99", 404, "record.not_found"),
        ("/v1/register/entities/99999999999", 422, "request.malformed"),
    ],
)
async def test_what_cannot_be_answered_is_a_problem(house, path, status, code):
    answer = await house.client.get(path)

    assert answer.status_code == status
    assert answer.json()["code"] == code


async def test_an_answer_is_cached_until_the_register_changes(house):
    await filled(house.services.database)
    first = await house.client.get("/v1/register/filings")
    tag = {"If-None-Match": first.headers["etag"]}

    same = await house.client.get("/v1/register/filings", headers=tag)
    other = await house.client.get("/v1/register/filings?q=豆包", headers=tag)
    await month(
        house.services.database,
        "2026年1月",
        row(number="110108823483901230049", algorithm="新"),
    )
    await asyncio.sleep(0.3)  # the newest row is looked for every quarter of a second
    after = await house.client.get("/v1/register/filings", headers=tag)

    assert first.headers["cache-control"].startswith("public, max-age=60")
    assert (same.status_code, same.content) == (304, b"")
    assert (other.status_code, after.status_code) == (200, 200)


async def test_the_whole_register_is_downloaded_in_three_forms(house):
    bad = row(algorithm="=HYPERLINK(1)", product="@SUM", entity="+甲公司")
    await month(house.services.database, "2025年3月", bad)
    get = house.client.get

    text = (await get("/v1/register/export.csv")).content
    lines = (await get("/v1/register/export.jsonl")).text
    data = (await get("/v1/register/export.xlsx")).content

    assert text.startswith("\ufeff".encode())
    head, first = csv.reader(io.StringIO(text.decode("utf-8-sig")))
    assert tuple(head) == COLUMNS
    cells = dict(zip(head, first, strict=True))
    assert cells["algorithm"] == "'=HYPERLINK(1)"
    assert cells["product"] == "'@SUM"
    assert json.loads(lines)["algorithm"] == "=HYPERLINK(1)"
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [c.value for c in sheet[1]] == list(COLUMNS)
    assert {c.data_type for c in sheet[2]} <= {"s", "n"}
    assert sheet.cell(2, 7).value == "+甲公司"


async def test_changes_are_fed(house):
    await filled(house.services.database)

    feed = ET.fromstring((await house.client.get("/v1/register/feed.atom")).content)
    json_feed = (await house.client.get("/v1/register/feed.json")).json()

    titles = [t.text for t in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert titles[1] == "注销：小红书图像生成算法（行吟信息）"
    assert len(json_feed["items"]) == 3
    assert "next_url" not in json_feed
    assert json_feed["items"][0]["tags"] == ["cancelled"]
    assert json_feed["feed_url"] == "https://shenbei.test/v1/register/feed.json"
    assert json_feed["items"][0]["url"].startswith("https://shenbei.test/register/filings/")
    links = [link.get("href") for link in feed.iter("{http://www.w3.org/2005/Atom}link")]
    assert all(link.startswith("https://shenbei.test/") for link in links)


async def test_a_feed_has_pages(house):
    numbers = [f"1101088234839012{n:03d}1" for n in range(60)]
    rows = [row(number=f"{n:0>21}"[-21:], algorithm=f"算法{n}") for n in numbers]
    await month(house.services.database, "2025年3月", *rows)

    first = (await house.client.get("/v1/register/feed.json")).json()
    second = (await house.client.get(first["next_url"])).json()
    atom = (await house.client.get("/v1/register/feed.atom")).text

    assert (len(first["items"]), len(second["items"])) == (50, 10)
    assert not {i["id"] for i in first["items"]} & {i["id"] for i in second["items"]}
    assert 'rel="next"' in atom


async def test_an_export_is_cached_until_the_register_changes(house):
    await filled(house.services.database)
    first = await house.client.get("/v1/register/export.csv")
    tag = {"If-None-Match": first.headers["etag"]}

    assert (await house.client.get("/v1/register/export.csv", headers=tag)).status_code == 304
    await month(house.services.database, "2026年1月", row(algorithm="新", entity="新"))
    await asyncio.sleep(0.3)
    assert (await house.client.get("/v1/register/export.csv", headers=tag)).status_code == 200


async def test_unknown_parameters_make_no_answers_of_their_own(house):
    first = await house.client.get("/v1/register/statistics?x=1")
    again = await house.client.get("/v1/register/statistics?x=2")

    assert first.headers["etag"] == again.headers["etag"]


async def test_one_address_is_counted(house):
    answers = [await house.client.get("/v1/register/export.csv") for _ in range(13)]

    assert 429 in {a.status_code for a in answers}
    refused = next(a for a in answers if a.status_code == 429)
    assert refused.json()["code"] == "request.too_many"
    assert refused.headers["retry-after"]


async def test_a_stranger_puts_nothing_into_kept_pages(house):
    await filled(house.services.database)

    await house.client.get("/register?q=算法&zz=EVIL&q=豆包")
    await house.client.get("/register?q=算法&zz=EVIL")
    page = (await house.client.get("/register?q=算法")).text

    assert "EVIL" not in page
    missing = await house.client.get("/v1/register/export.zip")
    assert missing.status_code == 404
    assert "etag" not in missing.headers


async def test_numbers_are_found_however_they_are_spelt(house):
    header = ["序号", "属地", "模型名称", "备案单位", "备案编号", "备案时间"]
    line = ["1", "北京", "某模型", "某公司", "Beijing－Ernie-Bot－20230821", "2023/8/21"]
    _, data = docx([header, line])
    await imported(house.services.database, "2024年3月.docx", data)

    spelt = "beijing-ernie-bot-20230821"
    found = (await house.client.get(f"/v1/register/filings/{spelt}")).json()
    told = (await house.client.get(f"/v1/register/numbers/{spelt}")).json()

    assert [one["number"] for one in found] == ["Beijing-Ernie-Bot-20230821"]
    assert [part["text"] for part in told["parts"]] == ["beijing", "ernie-bot", "20230821"]
    assert (told["parts"][0]["meaning"], told["doubts"]) == ("北京市", [])


async def test_a_digit_wrong_by_five_still_finds_the_listed_number(house):
    await filled(house.services.database)
    wrong = NUMBER[:8] + str((int(NUMBER[8]) + 5) % 10) + NUMBER[9:]

    told = (await house.client.get(f"/v1/register/numbers/{wrong}")).json()

    assert NUMBER in told["near_listed"]


async def test_answers_are_as_they_are_described(house):
    await filled(house.services.database)
    get = house.client.get
    page = Page.model_validate((await get("/v1/register/filings?q=算法")).json())
    assert page.items
    whole = Page.model_validate((await get("/v1/register/filings")).json())
    assert whole.counted is None
    filing = page.items[0]
    told = (await get(f"/v1/register/filings/{filing.number}")).json()
    assert [Told.model_validate(one).history[0].place for one in told]
    holder = (await get(f"/v1/register/entities/{filing.entity}")).json()
    assert Holder.model_validate(holder).total >= 1
    Diagnosis.model_validate((await get(f"/v1/register/numbers/{filing.number}")).json())
