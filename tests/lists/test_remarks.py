"""Remarks in the wordings of the real lists."""

import pytest

from lists.remarks import Change, remarks


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("", []),
        ("已注销", [("cancelled", "", "")]),
        ("备案已撤销", [("revoked", "", "")]),
        ("原主体名称“甲”变更为“乙”", [("entity", "甲", "乙")]),
        ('变更内容：主体名称由"甲"变更为"乙"', [("entity", "甲", "乙")]),
        ("主体由甲变更为乙", [("entity", "甲", "乙")]),
        ("2024年8月，原主体名称甲变更为乙", [("entity", "甲", "乙")]),
        ("变更内容：算法名称原“甲”变更为“乙”", [("algorithm", "甲", "乙")]),
        ("产品甲(其他)变更为乙(APP)", [("product", "甲(其他)", "乙(APP)")]),
        (
            "变更内容：原主体名称“甲”变更为“乙”，原产品名称“丙”变更为“丁”",
            [("entity", "甲", "乙"), ("product", "丙", "丁")],
        ),
        (
            "主体名称“甲”变更为“乙”，新增产品丙(网站)，“丁(APP)”变更为“戊(APP)”",
            [
                ("entity", "甲", "乙"),
                ("product", "丁(APP)", "戊(APP)"),
                ("product_added", "", "丙(网站)"),
            ],
        ),
        ("变更内容：新增产品甲(APP)、乙(网站)", [("product_added", "", "甲(APP)、乙(网站)")]),
        ("新增甲(公众账号)、乙(APP)", [("product_added", "", "甲(公众账号)、乙(APP)")]),
        ("变更内容：删除关联产品“甲（网站）”", [("product_removed", "甲（网站）", "")]),
        (
            "变更内容：新增产品甲(APP)，变更主要用途",
            [("product_added", "", "甲(APP)"), ("purpose", "", "")],
        ),
        ("变更内容：变更算法安全责任人", [("officer", "", "")]),
        ("产品变更、算法模型变更", [("product", "", ""), ("content", "", "")]),
        ("变更内容：变更法人", [("other", "", "")]),
    ],
)
def test_a_remark_tells_typed_changes(text, changes):
    found = [(r.what.value, r.before, r.after) for r in remarks(text)]

    assert found == changes


def test_a_remark_names_its_month():
    assert {r.month for r in remarks("2024年8月，新增关联产品甲(APP)")} == {"2024-08"}


@pytest.mark.parametrize(
    ("remark", "gone"),
    [
        ("因原主体注销，主体名称变更为乙公司", False),
        ("因账号注销", False),
        ("因公司注销", False),
        ("因业务调整，注销", True),
        ("因业务调整注销备案", True),
        ("因提供虚假材料予以撤销备案", True),
        ("已注销", True),
    ],
)
def test_only_the_filing_itself_is_gone(remark, gone):
    found = {one.what for one in remarks(remark)} & {Change.CANCELLED, Change.REVOKED}

    assert bool(found) is gone
