"""The sheets of a filing hold the system's boxes in order, and no formula."""

import io
from copy import deepcopy

import openpyxl

from demo.facts import DOSSIER, read_dossier
from documents.sheets import forms_of, plain, sheets, workbook

FACTS = read_dossier(DOSSIER)


def test_a_provider_fills_four_pages_in_the_systems_order():
    told = plain(sheets(FACTS, "provider"))

    assert [form["form"] for form in told] == [
        *("filing_subject", "filing_algorithm", "filing_product", "publication_text")
    ]
    subject = told[0]["boxes"]
    names = [box["name"] for box in subject]
    assert names[:3] == ["主体名称", "统一社会信用代码", "主体类型"]
    values = {box["name"]: box["value"] for box in subject}
    assert values["主体名称"] == FACTS["project"]["institution"]["name"]
    missing = {box["path"] for box in subject if box["wrong"]}
    assert "legal_representative/name" in missing  # nobody told it yet
    assert "entity/name" not in missing
    assert all(bool(box["value"]) is not bool(box["wrong"]) for box in subject)


def test_codes_and_truth_are_told_in_words():
    told = plain(sheets(FACTS, "provider"))
    algorithm = {box["name"]: box["value"] for box in told[1]["boxes"]}

    assert algorithm["算法类型"] == "生成合成类"
    assert "服务提供者" in algorithm.values()


def test_a_supporter_tells_the_mode_of_service_instead_of_a_product():
    assert forms_of("supporter")[2] == "technical_service"


def test_a_workbook_holds_the_same_and_no_formula():
    facts = deepcopy(FACTS)
    facts["filing"]["algorithm_name"] = "=HYPERLINK(1)"
    facts["filing"]["scenario"] = "@SUM(A1)"

    book = openpyxl.load_workbook(io.BytesIO(workbook(sheets(facts, "provider"))))

    assert len(book.sheetnames) == 4
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert {"=HYPERLINK(1)", "@SUM(A1)"} <= {cell.value for cell in cells}


def test_a_value_that_is_no_choice_is_told():
    facts = deepcopy(FACTS)
    facts["project"]["institution"]["credit_code"] = "91110108MA04WQ2T02"

    box = plain(sheets(facts, "provider"))[0]["boxes"][1]

    assert box["value"] == "91110108MA04WQ2T02"
    assert box["wrong"]
