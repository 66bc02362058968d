"""Official lists read row by row: every row accounted for, hostile files refused."""

import csv
import io
import zipfile

import pytest
from openpyxl import Workbook

from lists.archive import LARGEST
from lists.columns import Column, Kind, column_map
from lists.entry import Entry, Unreadable
from lists.errors import ListError
from lists.official import listed, published
from tests.lists.making import GENERAL, SYNTHESIS, csv_of, document, docx, xlsx
from tests.shared import shared

NUMBER = "网信算备110108823483901230031号"
ROW = [
    "1",
    "豆包大模型算法",
    "服务提供者",
    "北京抖音信息服务有限公司",
    "豆包(APP)",
    "对话",
    NUMBER,
    "",
]


def entries(name, data, **more):
    return [found.found for found in listed(name, data, **more)]


def test_every_row_of_the_official_lists_is_read():
    folder = shared("official-lists")
    expected = {
        row["file"]: int(row["rows_with_filing_number"])
        for row in csv.DictReader(
            (folder / "expected_counts.csv").read_text("utf-8-sig").splitlines()
        )
    }
    found = {
        path.name: entries(path.name, path.read_bytes()) for path in folder.glob("*.docx")
    }

    assert {name: len(rows) for name, rows in found.items()} == expected
    rows = [row for rows in found.values() for row in rows]
    assert len(rows) == 5102
    assert all(isinstance(row, Entry) for row in rows)
    assert sum(row.state == "cancelled" for row in rows) == 47
    assert {str(d) for row in rows for d in row.doubts} == {
        "备案编号应为「网信算备」加二十一位数字加「号」",
        "校验位应为 7，现为 5",
        "没有以 40 开头的行政区划",
        "编号的类别位 05 与清单类别「调度决策类」不符",
    }


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("境内深度合成服务算法备案清单（2023年6月）.docx", "2023-06"),
        ("list-2026-05.csv", "2026-05"),
        ("清单.docx", ""),
    ],
)
def test_a_file_name_tells_its_month(name, month):
    assert published(name) == month


@pytest.mark.parametrize("make", [docx, xlsx, csv_of])
def test_the_same_rows_are_read_from_each_kind_of_file(make):
    shuffled = [[*row[::-1]] for row in (SYNTHESIS, ROW)]

    for rows in ([SYNTHESIS, ROW], shuffled):
        name, data = make(rows)
        (found,) = entries(name, data)
        assert (found.kind, found.number) == (Kind.SYNTHESIS, "110108823483901230031")
        assert (found.algorithm, found.entity) == (
            "豆包大模型算法",
            "北京抖音信息服务有限公司",
        )
        assert (found.role, found.algorithm_class) == ("provider", "01")
        assert (found.division, found.year, found.state) == ("110108", "2023", "filed")


def test_stray_spaces_full_width_and_control_characters_are_cleaned():
    row = [*ROW]
    row[3] = " 北京 抖音\n信息服务\u200b有限公司 "
    row[6] = "网信算备１１０１０８８２３４８３９０１２３００３１号 "

    (found,) = entries(*docx([SYNTHESIS, row]))

    assert found.entity == "北京抖音信息服务有限公司"
    assert found.number == "110108823483901230031"


def test_merged_cells_count_in_each_row_they_cover():
    rows = [
        ["算法名称", "角色", "主体名称", "备案编号"],
        ["甲算法", "服务提供者", ("merge", "某公司"), NUMBER],
        ["乙算法", "服务提供者", ("merged", ""), NUMBER],
    ]
    first, second = entries(*docx(rows))
    assert (first.entity, second.entity) == ("某公司", "某公司")

    book = Workbook()
    sheet = book.active
    for row in (
        ["算法名称", "角色", "主体名称", "备案编号"],
        ["甲", "x", "某公司", NUMBER],
        ["乙", "x", None, NUMBER],
    ):
        sheet.append(row)
    sheet.merge_cells("C2:C3")
    data = io.BytesIO()
    book.save(data)
    assert [e.entity for e in entries("a.xlsx", data.getvalue())] == ["某公司", "某公司"]


def test_several_tables_each_have_their_own_header():
    one, other = (
        [SYNTHESIS, ROW],
        [GENERAL, ["1", "排序", "排序精选类", "乙公司", "", "", NUMBER, "已注销"]],
    )
    name, data = document([one, [["标题"]], other])

    found = list(listed(name, data))

    assert [f.found.kind for f in found] == [Kind.SYNTHESIS, Kind.GENERAL]
    assert [f.row.place for f in found] == ["1:2", "3:2"]
    assert found[1].found.state == "cancelled"


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        (6, "", "missing"),
        (1, " ", "missing"),
        (3, "", "missing"),
        (6, "暂无", "number"),
        (5, "长" * 4001, "too_long"),
    ],
)
def test_what_cannot_be_read_says_why(cell, value, code):
    row = [*ROW]
    row[cell] = value

    (found,) = entries(*docx([SYNTHESIS, row]))

    assert isinstance(found, Unreadable)
    assert found.code == code


@pytest.mark.parametrize(
    ("number", "doubt"),
    [
        ("1101088234839012300310", "二十一位"),
        ("网信算备110108823483901230033号", "校验位应为 1"),
        ("网信算备110108823483903230035号", "类别位 03"),
    ],
)
def test_an_odd_number_is_kept_with_a_doubt(number, doubt):
    row = [*ROW]
    row[6] = number

    (found,) = entries(*docx([SYNTHESIS, row]))

    assert any(doubt in words.zh for words in found.doubts)


def test_generative_ai_filings_and_registrations_have_their_place():
    head = ["序号", "属地", "模型名称", "备案单位", "备案号", "备案时间"]
    row = ["1", "北京", "云雀", "抖音", "Beijing-YunQue-20230821", "2023年8月31日"]
    (model,) = entries(*docx([head, row]))
    assert (model.kind, model.number) == (Kind.MODEL, "Beijing-YunQue-20230821")
    assert (model.division, model.year, model.on) == ("11", "2023", "2023-08-31")

    head = ["属地", "应用/功能名称", "登记单位", "上线编号", "登记时间"]
    (online,) = entries(
        *docx([head, ["上海市", "客服", "乙", "沪模用-2025-001", "2025-13-40"]])
    )
    assert (online.kind, online.division, online.on) == (Kind.REGISTRATION, "31", "")


def test_a_cancellation_notice_is_numbers_and_a_day():
    (found,) = entries(*docx([["备案编号", "注销日期"], [NUMBER, "2026-03-05"]]))

    assert (found.kind, found.state, found.on) == (
        Kind.CANCELLATION,
        "cancelled",
        "2026-03-05",
    )


def test_columns_of_other_names_are_mapped():
    rows = [["编号", "公司", "名字", "credit"], [NUMBER, "甲", "算法", "91110108MA01YL8X3A"]]
    named = column_map("number=编号, entity=公司,algorithm=名字,credit_code=credit")

    (found,) = entries(*docx(rows), named=named)

    assert (found.entity, found.credit_code) == ("甲", "91110108MA01YL8X3A")
    with pytest.raises(ListError, match="列对应"):
        column_map("nummer=编号")
    assert column_map("") == {}
    assert Column.NUMBER in column_map("number=编号")


def bomb():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (300 << 20))
    return data.getvalue()


def entities():
    return document(
        [],
        b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa">
<!ENTITY b "&a;&a;&a;">]><d>&b;</d>""",
    )[1]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.docx", bomb, "bomb"),
        ("a.docx", entities, "entities"),
        ("a.docx", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 512, "old_office"),
        ("a.docx", lambda: docx([SYNTHESIS, ROW])[1][:-100], "broken_archive"),
        ("a.docx", lambda: b"", "broken_archive"),
        ("a.docx", lambda: xlsx([SYNTHESIS, ROW])[1], "no_document"),
        ("a.docx", lambda: docx([["甲", "乙"], ["1", "2"]])[1], "no_table"),
        ("a.docx", lambda: document([], b"<w:p")[1], "broken_xml"),
        ("a.xlsx", lambda: docx([SYNTHESIS, ROW])[1], "no_document"),
        ("a.csv", lambda: b"\xff\xfe\x00\x01", "encoding"),
        ("a.csv", '序号,"备案'.encode, "broken_csv"),
        ("a.pdf", lambda: b"%PDF", "file_type"),
        ("a.csv", lambda: b"x" * (LARGEST + 1), "too_large"),
    ],
)
def test_a_file_that_is_no_list_is_refused(name, data, code):
    with pytest.raises(ListError) as refused:
        list(listed(name, data()))

    assert refused.value.code == f"list.{code}"
    assert refused.value.words.zh
    assert refused.value.words.en


def test_a_chinese_csv_of_a_spreadsheet_is_read():
    text = "\n".join(",".join(row) for row in (SYNTHESIS, ROW))

    assert len(entries("a.csv", text.encode("gb18030"))) == 1
    assert len(entries("a.tsv", text.replace(",", "\t").encode("utf-8-sig"))) == 1


def test_a_formula_is_text():
    row = [*ROW]
    row[4] = "=cmd|'/c calc'!A1"

    (found,) = entries(*xlsx([SYNTHESIS, row]))

    assert found.product == "=cmd|'/c calc'!A1"


def test_a_table_cut_by_a_page_goes_on_without_its_header():
    name, data = document([[SYNTHESIS, ROW], [ROW, ROW], [["甲", "乙"]]])

    found = list(listed(name, data))

    assert [f.row.place for f in found] == ["1:2", "2:1", "2:2", "3:1"]
    assert [isinstance(f.found, Entry) for f in found] == [True, True, True, False]
    assert found[3].found.code == "no_header"


def test_a_list_without_algorithm_names_is_no_notice():
    rows = [
        ["备案编号", "模型 / 算法的名称", "主体名称", "主要用途"],
        [NUMBER, "甲", "乙", "丙"],
    ]

    with pytest.raises(ListError) as refused:
        entries(*docx(rows))

    assert refused.value.code == "list.no_names"


def test_a_number_that_a_sheet_has_rounded_is_unreadable():
    row = [*ROW]
    row[6] = 110108823483901230031.0
    (found,) = entries(*xlsx([SYNTHESIS, row]))

    assert isinstance(found, Unreadable)
    assert found.code == "number"


@pytest.mark.parametrize("flip", range(0, 400, 7))
def test_a_damaged_archive_is_refused_or_read_but_never_fails_otherwise(flip):
    for name, data in (docx([SYNTHESIS, ROW]), xlsx([SYNTHESIS, ROW])):
        damaged = bytearray(data)
        damaged[flip % len(data)] ^= 0xFF
        try:
            entries(name, bytes(damaged))
        except ListError as refused:
            assert refused.words.zh


def test_spans_and_merges_do_not_multiply_text():
    cell = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    wide = cell.format('<w:gridSpan w:val="64"/><w:vMerge w:val="restart"/>', "长" * 19_000)
    more = "<w:tr>" + cell.format('<w:gridSpan w:val="64"/><w:vMerge/>', "") + "</w:tr>"
    ns = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    table = f"<w:tbl><w:tr>{wide}</w:tr>{more * 100}</w:tbl>"
    xml = f'<w:document xmlns:w="{ns}">{table}</w:document>'

    with pytest.raises(ListError) as refused:
        entries("a.docx", document([], xml.encode())[1])

    assert refused.value.code == "list.oversized_row"


def test_a_span_that_is_no_number_is_refused():
    ns = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="abc"/></w:tcPr></w:tc>'
    xml = f'<w:document xmlns:w="{ns}"><w:tbl><w:tr>{cell}</w:tr></w:tbl></w:document>'

    with pytest.raises(ListError) as refused:
        entries("a.docx", document([], xml.encode())[1])

    assert refused.value.code == "list.broken_file"


def test_a_listed_region_that_is_not_the_number_s_is_a_doubt():
    (found,) = entries(*docx([[*SYNTHESIS, "属地"], [*ROW, "上海"]]))

    assert any("属地" in words.zh for words in found.doubts)


def test_a_row_with_one_cell_is_a_note_only_before_our_columns():
    lines = [
        "序号,备案编号,算法名称,主体名称,角色",
        f"1,{NUMBER},甲算法,甲公司,服务提供者",
        ",,乙算法,,",
        ",,,某某公司,",
        "注：以上按编号排列,,,,",
        ",,,,",
    ]

    found = list(listed("x.csv", "\n".join(lines).encode()))

    problems = [one.found.code for one in found if isinstance(one.found, Unreadable)]
    assert problems == ["missing", "missing"]
    assert len(found) == 3


def test_a_list_without_class_and_role_takes_its_kind_from_the_number():
    lines = ["备案编号,算法名称,主体名称,日期"]
    lines += [f"{NUMBER},甲算法,甲公司,20230821", f"{NUMBER},甲算法,甲公司,2024-02-30"]

    one, other = (row.found for row in listed("x.csv", "\n".join(lines).encode()))

    assert one.kind is not Kind.MODEL
    assert one.on == "2023-08-21"
    assert [w.en for w in other.doubts] == [
        *(w.en for w in one.doubts),
        "'2024-02-30' is no date",
    ]


def test_a_notice_whose_date_is_none_is_unreadable():
    (row,) = listed("x.csv", f"备案编号,注销日期\n{NUMBER},2024-02-30".encode())

    assert (row.found.code, row.found.reason.en) == ("date", "'2024-02-30' is no date")


def test_a_workbook_with_a_row_beyond_the_format_is_refused_at_once():
    book = Workbook()
    book.active.append(["备案编号", "算法名称", "主体名称"])
    out = io.BytesIO()
    book.save(out)
    far = rezipped(out.getvalue(), b'<row r="1"', b'<row r="8000000"')

    with pytest.raises(ListError, match="1048576"):
        list(listed("x.xlsx", far))


def test_a_workbook_with_too_many_merged_ranges_is_refused():
    book = Workbook()
    for n in range(1, 1003):
        book.active.merge_cells(
            start_row=2 * n, end_row=2 * n + 1, start_column=1, end_column=1
        )
    out = io.BytesIO()
    book.save(out)

    with pytest.raises(ListError, match="1000"):
        list(listed("x.xlsx", out.getvalue()))


def rezipped(data, old, new):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content.replace(old, new) if "sheet1" in name else content)
    return out.getvalue()
