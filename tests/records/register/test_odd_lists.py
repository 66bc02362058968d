"""What careless lists do: notices too early, wrong maps, names that only look alike."""

from hashlib import sha256

import pytest
from sqlmodel import select

from lists.columns import Column, column_map
from lists.official import listed, published
from records.register.entering import Source, enter
from records.register.importing import begin, report, take
from records.register.tables import Entity, ListFile, RegisteredFiling
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
from tests.records.register.test_search import found, names

NOTICE = ["备案编号", "注销日期"]


async def test_a_notice_that_comes_before_its_list_still_cancels(database):
    early = await month(database, "2026年6月", [NUMBER, "2026-05-03"], header=NOTICE)
    await month(database, "2026年5月", row())

    (filing,) = await filings(database)

    assert early.problems[0].code == "unknown_number"
    assert (filing.state, filing.state_on) == ("cancelled", "2026-05-03")
    assert (await found(database, facets={"state": "cancelled"})).counted == 1


async def test_a_dated_notice_counts_by_its_day_whatever_the_file_is_called(database):
    await month(database, "2025年3月", row())
    _, data = docx([NOTICE, [NUMBER, "2026年5月3日"]])

    told = await imported(database, "cancel.docx", data)

    assert counts(told) == (0, 0, 1, 0, 0)
    assert [f.state for f in await filings(database)] == ["cancelled"]


async def test_one_list_that_tells_two_algorithms_under_one_number_keeps_both(database):
    await month(database, "2025年3月", row(), row(algorithm="乙算法"))

    assert [(f.algorithm, f.twin) for f in await filings(database)] == [
        ("甲算法", 0),
        ("乙算法", 1),
    ]


async def test_a_later_list_may_rename_the_algorithm_of_the_same_entity(database):
    await month(database, "2025年3月", row())
    await month(database, "2025年5月", row(algorithm="乙算法"))

    assert [f.algorithm for f in await filings(database)] == ["乙算法"]


async def test_a_list_read_wrongly_is_read_again(database):
    header = ["备案编号", "公司", "名字"]
    rows = [header, [NUMBER, "甲公司", "甲算法"], [OTHER, "乙公司", "乙算法"]]
    name, data = docx(rows)
    await month(database, "2025年3月", row(number=OTHER, algorithm="乙算法", entity="乙公司"))
    digest = sha256(data).hexdigest()

    async def read(columns, named, text):
        lines = list(listed(name, data, named))
        async with database.writing() as session:
            file = ListFile(
                sha256=digest,
                name=name,
                published=text,
                columns=columns,
                total=len(lines),
                imported_at=AT,
            )
            file = await begin(session, file)
            await take(session, file, 0, lines, AT)
        async with database.reading() as session:
            return await report(session, digest)

    wrong = "algorithm=公司,entity=名字"
    right = "algorithm=名字,entity=公司"
    await read(wrong, column_map(wrong), "2025-05")
    assert len(await filings(database)) == 2  # names swapped
    told = await read(right, column_map(right), "2025-05")

    assert counts(told)[:2] == (1, 1)
    now = {(f.kind, f.number): (f.algorithm, f.entity_name) for f in await filings(database)}
    assert len(now) == 2
    assert set(now.values()) == {("乙算法", "乙公司"), ("甲算法", "甲公司")}
    assert names(await found(database, "甲算法")) == ["甲算法"]
    assert Column.NUMBER in Column


async def test_a_credit_code_told_later_is_kept(database):
    await month(database, "2025年3月", row())
    header = [*SYNTHESIS, "统一社会信用代码"]
    code = "91110108MA01YL8X3A"
    await month(database, "2025年5月", [*row(), code], header=header)
    moved = [*row(number=OTHER, algorithm="丙", entity="全新名称公司"), code]
    await month(database, "2025年7月", moved, header=header)

    async with database.reading() as session:
        (entity,) = (await session.exec(select(Entity))).all()
    assert entity.credit_code == code
    assert {f.entity for f in await filings(database)} == {entity.id}


async def test_what_stands_does_not_depend_on_the_order_of_import(database):
    lists = [
        ("2025年1月", row()),
        (
            "2025年3月",
            row(product="二", remark="原主体名称“甲公司”变更为“乙公司”", entity="乙公司"),
        ),
        ("2025年5月", row(product="三", entity="乙公司", remark="已注销")),
    ]
    for text, line in (lists[1], lists[2], lists[0]):
        await month(database, text, line)

    (filing,) = await filings(database)

    assert (filing.product, filing.state, filing.first_published) == (
        "三",
        "cancelled",
        "2025-01",
    )


async def test_rows_entered_already_stay(database):
    _, data = docx([SYNTHESIS, row()])
    (line,) = listed("a（2025年1月）.docx", data)
    source = Source("f", published("a（2025年1月）.docx"), AT)
    for _ in range(2):
        async with database.writing() as session:
            await enter(session, source, [("1:2", line)])

    async with database.reading() as session:
        assert len((await session.exec(select(RegisteredFiling))).all()) == 1


@pytest.mark.parametrize(
    ("remark", "state"),
    [
        ("已注销", "cancelled"),
        ("2025年3月，已注销", "cancelled"),
        ("备案已撤销", "revoked"),
        ("新增账号注销功能", "changed"),
        ("关联产品“甲(APP)”已注销", "filed"),
        ("主体未注销", "filed"),
        ("撤销变更", "filed"),
        ("原主体已注销，主体名称变更为乙公司", "changed"),
    ],
)
async def test_only_a_clause_of_its_own_cancels(database, remark, state):
    await month(database, "2025年3月", row(remark=remark))

    (filing,) = await filings(database)

    assert filing.state == state
    async with database.reading() as session:
        assert "名称" not in {e.name for e in (await session.exec(select(Entity))).all()}
