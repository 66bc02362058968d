"""Rows that are easily lost, told twice or told wrongly: what stands in the register then."""

from hashlib import sha256

import pytest
from sqlmodel import select

from law.credit_code import check_character
from lists.errors import ListError
from lists.official import listed
from records.register.importing import begin, take
from records.register.reading import newest, version
from records.register.tables import Entity, ListFile, ListRow
from tests.lists.making import SYNTHESIS, docx
from tests.records.register.test_importing import (
    AT,
    NUMBER,
    OTHER,
    counts,
    filings,
    imported,
    month,
    row,
)

MODELS = ["备案编号", "模型名称", "备案单位", "备案时间", "备注"]
MODEL = "Beijing-WenXin-20240301"


async def entities(database):
    async with database.reading() as session:
        rows = await session.exec(select(Entity).order_by(Entity.id))
        return [(entity.name, entity.credit_code) for entity in rows]


async def again(database, data, published, columns=""):
    """Import a list that was imported before in another way."""
    rows = list(listed("x.docx", data))
    digest = sha256(data).hexdigest()
    async with database.writing() as session:
        file = ListFile(
            sha256=digest,
            name="x.docx",
            published=published,
            columns=columns,
            total=len(rows),
            imported_at=AT,
        )
        file = await begin(session, file)
        await take(session, file, 0, rows, AT)


async def test_rows_before_the_header_and_rows_with_one_cell_are_accounted_for(database):
    alone = ["", "", "", "", "", "", OTHER, ""]
    caption = ["算法备案清单", *[""] * 7]
    rows = [caption, row(), SYNTHESIS, row(number=OTHER), alone, [""] * 8, caption]

    found = await imported(database, *docx(rows))

    assert counts(found) == (1, 0, 0, 0, 2)
    assert [(p.place, p.code) for p in found.problems] == [
        ("1:2", "no_header"),
        ("1:5", "missing"),
    ]


async def test_a_notice_without_a_day_cancels_by_its_month(database):
    await month(database, "2025年3月", row())
    told = await month(database, "2025年9月", [NUMBER, ""], header=["备案编号", "注销日期"])

    (filing,) = await filings(database)
    assert counts(told) == (0, 0, 1, 0, 0)
    assert (filing.state, filing.state_on) == ("cancelled", "2025-09")


async def test_a_later_list_counts_though_its_rows_bear_the_same_day(database):
    for n, text in enumerate(("旧", "新甲", "新乙", "新丙")):
        line = [MODEL, "文心", "百度", "2024-03-01", text]
        told = await month(database, f"2024年{4 + n}月", line, header=MODELS)
        assert counts(told) == ((1, 0, 0, 0, 0) if n == 0 else (0, 1, 0, 0, 0))

    (filing,) = await filings(database)
    assert (filing.remark, filing.published) == ("新丙", "2024-07")


async def test_a_notice_that_prints_names_cancels_and_files_nothing(database):
    await month(database, "2025年3月", row())
    header = ["备案编号", "算法名称", "主体名称", "注销日期"]
    line = [NUMBER, "甲算法", "甲公司", "2025-10-03"]

    told = await month(database, "2025年10月", line, header=header)

    assert counts(told) == (0, 0, 1, 0, 0)
    assert [(f.kind, f.state) for f in await filings(database)] == [("synthesis", "cancelled")]


@pytest.mark.parametrize(
    ("header", "line", "state"),
    [
        (["备案编号", "撤销日期"], [NUMBER, "2025-10-03"], "revoked"),
        (
            ["备案编号", "注销日期", "备注"],
            [NUMBER, "2025-10-03", "因提供虚假材料予以撤销备案"],
            "revoked",
        ),
        (["备案编号", "备注"], [NUMBER, "撤销备案"], "revoked"),
        (["备案编号", "备注"], [NUMBER, "已注销"], "cancelled"),
        (["备案编号", "注销日期"], [NUMBER, "2025-10-03"], "cancelled"),
    ],
)
async def test_a_notice_says_whether_it_cancels_or_revokes(database, header, line, state):
    await month(database, "2025年3月", row())
    await month(database, "2025年10月", line, header=header)

    assert [f.state for f in await filings(database)] == [state]


async def test_a_notice_of_numbers_and_remarks_must_say_what_it_takes_back(database):
    await month(database, "2025年3月", row())
    header = ["备案编号", "备注"]
    told = await month(database, "2025年10月", [NUMBER, "见附件"], header=header)

    assert [p.code for p in told.problems] == ["missing"]
    assert [f.state for f in await filings(database)] == ["filed"]


async def test_a_list_read_again_after_a_cancellation_leaves_one_cancelled_filing(database):
    _, data = docx([SYNTHESIS, row()])
    await again(database, data, "2022-08")
    notice = ["备案编号", "注销日期"]
    await month(database, "2025年10月", [NUMBER, "2025-10-03"], header=notice)

    await again(database, data, "2022-09")

    (filing,) = await filings(database)
    assert (filing.algorithm, filing.state, filing.twin) == ("甲算法", "cancelled", 0)
    assert filing.first_published == "2022-09"


async def test_a_number_cancelled_before_it_stands_in_a_second_kind_of_list(database):
    notice = ["备案编号", "注销日期"]
    await month(database, "2025年10月", [NUMBER, "2025-10-03"], header=notice)
    await month(database, "2025年3月", row())
    general = ["", "甲算法", "生成合成类", *row()[3:]]
    header = ["序号", "算法名称", "算法类别", *SYNTHESIS[3:]]
    await month(database, "2025年4月", general, header=header)

    assert [(f.kind, f.state) for f in await filings(database)] == [
        ("synthesis", "cancelled"),
        ("general", "cancelled"),
    ]
    async with database.reading() as session:
        rows = await session.exec(select(ListRow).where(ListRow.place == "1:2"))
        parts = sorted((r.part, r.filing) for r in rows if "cancellation" in r.said)
    assert [filing for _, filing in parts] == [1, 2]
    assert parts[0][0] == 0


async def test_a_notice_for_two_kinds_survives_that_one_list_is_read_again(database):
    _, data = docx([SYNTHESIS, row()])
    await again(database, data, "2025-03")
    header = ["序号", "算法名称", "算法类别", *SYNTHESIS[3:]]
    general = ["", "甲算法", "生成合成类", *row()[3:]]
    await month(database, "2025年4月", general, header=header)
    _, notice = docx([["备案编号", "注销日期"], [NUMBER, "2025-10-03"]])
    await imported(database, "清单（2025年10月）.docx", notice)

    for published in ("2025-02", "2025-01"):
        await again(database, data, published)

        told = await imported(database, "清单（2025年10月）.docx", notice)
        assert told.unreadable == 0
        states = {f.kind: f.state for f in await filings(database)}
        assert states == {"synthesis": "cancelled", "general": "cancelled"}


async def test_a_notice_that_names_an_entity_cancels_its_filing_only(database):
    both = [row(algorithm="甲", entity="甲公司"), row(algorithm="乙", entity="乙公司")]
    await month(database, "2025年3月", *both)
    header = ["备案编号", "主体名称", "注销日期"]
    await month(database, "2025年10月", [NUMBER, "乙公司", "2025-10-03"], header=header)

    assert [(f.algorithm, f.state) for f in await filings(database)] == [
        ("甲", "filed"),
        ("乙", "cancelled"),
    ]


async def test_two_credit_codes_are_two_entities(database):
    header = [*SYNTHESIS, "统一社会信用代码"]
    body = "91310000MA1FL0001"
    one, two = "91110108MA01YL8X3A", body + check_character(body)
    lines = [
        [*row(number=NUMBER, entity="甲公司"), one],
        [*row(number=OTHER, entity="乙公司"), two],
        [*row(number="网信算备310101216601301260049号", entity="乙公司"), one],
    ]
    await month(database, "2024年4月", *lines, header=header)

    assert await entities(database) == [("甲公司", one), ("乙公司", two)]
    assert [f.entity for f in await filings(database)] == [1, 2, 1]


async def test_what_was_taken_back_keeps_its_numbers(database):
    _, data = docx([SYNTHESIS, row()])
    await again(database, data, "2022-08")
    async with database.reading() as session:
        before = await version(session)

    await again(database, data, "2022-09")

    async with database.reading() as session:
        assert await version(session) == before + 1
        assert len(await entities(database)) == 1
    assert [f.id for f in await filings(database)] == [2]


async def test_an_import_that_was_begun_anew_meanwhile_is_refused(database):
    name, data = docx([SYNTHESIS, *[row(algorithm=f"算法{n}") for n in range(6)]])
    digest = sha256(data).hexdigest()
    rows = list(listed(name, data))
    async with database.writing() as session:
        file = {"sha256": digest, "name": name, "total": 6, "imported_at": AT}
        file_read = await begin(session, ListFile(**file, published="2025-01"))
        await take(session, file_read, 0, rows[:3], AT)
    async with database.writing() as session:
        again = await begin(session, ListFile(**file, published="2025-02"))

    async with database.writing() as session:
        with pytest.raises(ListError, match="另一种读法"):
            await take(session, file_read, 3, rows[3:], AT)
    async with database.writing() as session:  # nor may the first reading mix into the second
        await take(session, again, 0, rows[:3], AT)
        with pytest.raises(ListError, match="另一种读法"):
            await take(session, file_read, 3, rows[3:], AT)


async def test_a_list_of_no_month_enters_no_row_without_a_day(database):
    _, data = docx([SYNTHESIS, row()])

    told = await imported(database, "later.docx", data)

    assert [(p.place, p.code) for p in told.problems] == [("1:2", "no_month")]
    assert await filings(database) == []


async def test_a_copy_without_a_month_in_its_name_changes_nothing(database):
    name, data = docx([SYNTHESIS, row()])
    await imported(database, f"2023年6月{name}", data)

    told = await imported(database, "copy.docx", data)

    assert (told.unchanged, told.unreadable) == (1, 0)
    assert len(await filings(database)) == 1


@pytest.mark.parametrize("notice_first", [False, True])
@pytest.mark.parametrize(
    ("header", "line", "states"),
    [
        (
            ["备案编号", "主体名称", "注销日期"],
            [NUMBER, "丙公司", "2025-10-03"],
            ["filed"] * 2,
        ),
        (["备案编号", "注销日期"], [NUMBER, "2025-10-03"], ["cancelled"] * 2),
        (
            ["备案编号", "算法名称", "注销日期"],
            [NUMBER, "甲算法", "2025-10-03"],
            ["cancelled", "filed"],
        ),
        (
            ["备案编号", "主体名称", "注销日期"],
            [NUMBER, "甲公司", "2025-10-03"],
            ["cancelled", "cancelled"],
        ),
    ],
)
async def test_a_notice_means_what_it_names_whichever_comes_first(
    database, header, line, states, notice_first
):
    two = [row(algorithm="甲算法", entity="甲公司"), row(algorithm="乙算法", entity="甲公司")]
    lists = [("2025年3月.docx", [SYNTHESIS, *two]), ("2025年11月.docx", [header, line])]
    for name, rows in reversed(lists) if notice_first else lists:
        await imported(database, name, docx(rows)[1])

    assert [f.state for f in await filings(database)] == states


async def test_a_list_of_many_rows_is_taken_back(database, monkeypatch):
    monkeypatch.setattr("records.register.entering._AT_ONCE", 2)
    rows = [row(number=f"{n:0>21}", algorithm=f"算法{n}") for n in range(5)]
    _, data = docx([SYNTHESIS, *rows, ["x", "", ""]])
    await imported(database, "2025年3月.docx", data)

    told = await imported(database, "2025年4月.docx", data)

    assert told.added == 5
    assert {f.published for f in await filings(database)} == {"2025-04"}


async def test_a_notice_that_waited_is_among_the_newest_when_it_is_heard(database):
    notice = docx([["备案编号", "注销日期"], [NUMBER, "2025-10-03"]])[1]
    await imported(database, "2025年11月.docx", notice)
    others = [row(number=f"{n:0>21}", algorithm=f"算法{n}") for n in range(3)]
    await imported(database, "2025年3月.docx", docx([SYNTHESIS, *others])[1])

    await imported(database, "2025年4月.docx", docx([SYNTHESIS, row()])[1])

    async with database.reading() as session:
        told = [(one["outcome"], one["number"]) for one in await newest(session)]
    assert told[0][0] == "cancelled"
    assert NUMBER.endswith(f"{told[0][1]}号")
