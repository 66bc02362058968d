"""Lists in, every row accounted for, twice over, on both back ends."""

import csv
from hashlib import sha256

import pytest
from sqlmodel import func, select

from lists.official import listed, published
from records.register.importing import BATCH, begin, report, take
from records.register.tables import Entity, EntityName, ListFile, ListRow, RegisteredFiling
from tests.lists.making import GENERAL, SYNTHESIS, docx
from tests.shared import shared

AT = "2026-11-25T00:00:00.000000Z"
NUMBER = "网信算备110108823483901230031号"
OTHER = "网信算备110108645502801230035号"


async def imported(database, name, data):
    digest = sha256(data).hexdigest()
    rows = list(listed(name, data))
    async with database.writing() as session:
        file = ListFile(
            sha256=digest,
            name=name,
            published=published(name),
            total=len(rows),
            imported_at=AT,
        )
        file = await begin(session, file)
        done, again = file.done, file.finished
    while done < len(rows):
        async with database.writing() as session:
            done = await take(session, file, done, rows[done : done + BATCH], AT)
    async with database.reading() as session:
        return await report(session, digest, again=again)


def row(number=NUMBER, algorithm="甲算法", entity="甲公司", product="甲(APP)", remark=""):
    return ["", algorithm, "服务提供者", entity, product, "用途", number, remark]


async def month(database, text, *rows, header=SYNTHESIS):
    _, data = docx([header, *rows])
    return await imported(database, f"清单（{text}）.docx", data)


async def filings(database):
    async with database.reading() as session:
        rows = await session.exec(select(RegisteredFiling).order_by(RegisteredFiling.id))
        return list(rows)


def counts(found):
    return (found.added, found.changed, found.cancelled, found.unchanged, found.unreadable)


async def test_all_official_lists_are_imported_twice_over(database):
    folder = shared("official-lists")
    expected = {
        line["file"]: int(line["rows_with_filing_number"])
        for line in csv.DictReader(
            (folder / "expected_counts.csv").read_text("utf-8-sig").splitlines()
        )
    }
    paths = sorted(folder.glob("*.docx"), key=lambda p: (published(p.name), p.name))

    first = [await imported(database, p.name, p.read_bytes()) for p in paths]
    again = [await imported(database, p.name, p.read_bytes()) for p in paths]

    assert {r.file: r.rows for r in first} == expected
    assert sum(r.rows for r in first) == sum(sum(counts(r)) for r in first) == 5102
    assert [sum(c) for c in zip(*map(counts, first), strict=True)] == [5054, 1, 47, 0, 0]
    assert [sum(c) for c in zip(*map(counts, again), strict=True)] == [0, 0, 0, 5102, 0]
    rows = await filings(database)
    assert len(rows) == 5101  # one filing was listed twice
    assert len({r.number for r in rows}) == 5091  # ten numbers stand in both kinds of list
    assert not any(r.twin for r in rows)
    async with database.reading() as session:
        entities = (await session.exec(select(func.count()).select_from(Entity))).one()
        names = (await session.exec(select(func.count()).select_from(EntityName))).one()
    assert entities < names


async def test_a_later_list_updates_field_by_field_and_an_earlier_one_does_not(database):
    await month(database, "2025年3月", row())
    renamed = row(
        entity="乙公司", product="乙(APP)", remark="原主体名称“甲公司”变更为“乙公司”"
    )

    found = await month(database, "2025年5月", renamed)
    late = await month(database, "2025年1月", row(product="旧(APP)"))

    assert (counts(found), counts(late)) == ((0, 1, 0, 0, 0), (0, 0, 0, 1, 0))
    (filing,) = await filings(database)
    assert (filing.entity_name, filing.product, filing.state) == (
        "乙公司",
        "乙(APP)",
        "changed",
    )
    assert (filing.first_published, filing.published) == ("2025-01", "2025-05")
    async with database.reading() as session:
        names = (await session.exec(select(EntityName))).all()
        changed = (
            await session.exec(select(ListRow).where(ListRow.outcome == "changed"))
        ).one()
    assert {n.name: n.entity for n in names} == {"甲公司": 1, "乙公司": 1}
    assert '["entity","甲公司","乙公司"]' in changed.changes


async def test_the_same_number_in_two_lists_is_two_filings(database):
    await month(database, "2025年3月", row())
    general = ["", "甲算法", "生成合成类", "甲公司", "", "", NUMBER, ""]

    await month(database, "2025年3月", general, header=GENERAL)

    assert [(f.kind, f.twin) for f in await filings(database)] == [
        ("synthesis", 0),
        ("general", 0),
    ]


async def test_a_number_printed_for_another_algorithm_is_kept_apart_with_a_doubt(database):
    await month(database, "2025年3月", row(), row(algorithm="乙算法", entity="乙公司"))

    one, twin = await filings(database)

    assert (one.twin, twin.twin) == (0, 1)
    assert "同一编号" in twin.doubts


async def test_a_cancellation_notice_cancels_every_filing_of_a_number(database):
    await month(database, "2025年3月", row(), row(number=OTHER, algorithm="乙"))
    general = ["", "甲算法", "生成合成类", "甲公司", "", "", NUMBER, ""]
    await month(database, "2025年3月", general, header=GENERAL)
    head = ["备案编号", "注销日期"]

    found = await month(
        database,
        "2026年1月",
        [NUMBER, "2026-01-15"],
        ["网信算备110108604314601230013号", "2026-01-15"],
        header=head,
    )

    assert counts(found) == (0, 0, 1, 0, 1)
    (problem,) = found.problems
    assert (problem.place, problem.code) == ("1:3", "unknown_number")
    states = [(f.state, f.state_on) for f in await filings(database)]
    assert states == [
        ("cancelled", "2026-01-15"),
        ("filed", "2025-03"),
        ("cancelled", "2026-01-15"),
    ]


async def test_a_filing_listed_again_after_its_cancellation_is_filed_again(database):
    await month(database, "2025年1月", row(remark="已注销"))
    await month(database, "2025年9月", row())

    (filing,) = await filings(database)

    assert (filing.state, filing.state_on) == ("filed", "2025-09")


async def test_entities_met_apart_are_joined_when_a_remark_says_so(database):
    await month(
        database, "2025年1月", row(), row(number=OTHER, algorithm="乙", entity="乙公司")
    )
    third = row(
        number="网信算备110108604314601230013号",
        algorithm="丙",
        entity="乙公司",
        remark="原主体名称“甲公司”变更为“乙公司”",
    )

    await month(database, "2025年3月", third)

    assert len({f.entity for f in await filings(database)}) == 1
    async with database.reading() as session:
        assert len((await session.exec(select(Entity))).all()) == 1


async def test_an_import_goes_on_where_it_stopped(database):
    rows = [row(algorithm=f"算法{n}") for n in range(BATCH + 3)]
    name, data = docx([SYNTHESIS, *rows])
    digest = sha256(data).hexdigest()
    read = list(listed(name, data))
    async with database.writing() as session:
        file = ListFile(
            sha256=digest, name=name, published="2025-01", total=len(read), imported_at=AT
        )
        file = await begin(session, file)
        assert await take(session, file, 0, read[:BATCH], AT) == BATCH
    async with database.writing() as session:  # what is done already is passed over
        assert await take(session, file, 0, read[:BATCH], AT) == BATCH

    found = await imported(database, name, data)

    assert (found.rows, sum(counts(found))) == (BATCH + 3, BATCH + 3)


@pytest.mark.parametrize("broken", ["", "暂无"])
async def test_an_unreadable_row_is_reported_with_its_place_and_reason(database, broken):
    found = await month(database, "2025年1月", row(), row(number=broken))

    assert counts(found) == (1, 0, 0, 0, 1)
    assert found.problems[0].place == "1:3"
    assert found.problems[0].reason
    assert found.problems[0].reason_en
