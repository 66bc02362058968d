"""Which column of a list holds what, found by its header in any order."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from law.words import Words
from lists.errors import ListError
from lists.text import normal


class Column(StrEnum):
    """What a column of a list holds."""

    NUMBER = "number"
    ALGORITHM = "algorithm"
    CLASS = "class"
    ROLE = "role"
    ENTITY = "entity"
    PRODUCT = "product"
    PURPOSE = "purpose"
    REMARK = "remark"
    CREDIT_CODE = "credit_code"
    REGION = "region"
    DATE = "date"
    BASE_MODEL = "base_model"


class Kind(StrEnum):
    """What a list publishes."""

    GENERAL = "general"
    SYNTHESIS = "synthesis"
    MODEL = "model"
    REGISTRATION = "registration"
    CANCELLATION = "cancellation"

    @property
    def words(self) -> Words:
        """The kind in words."""
        return {
            "general": Words("算法推荐服务清单", "algorithm recommendation list"),
            "synthesis": Words("深度合成服务清单", "deep synthesis list"),
            "model": Words("生成式人工智能备案", "generative-AI model filing"),
            "registration": Words("生成式人工智能登记", "generative-AI registration"),
            "cancellation": Words("注销公告", "cancellation notice"),
        }[self.value]


_HEADERS: Final[Mapping[Column, tuple[str, ...]]] = {
    Column.NUMBER: ("备案编号", "备案号", "上线编号", "登记编号", "登记号"),
    Column.ALGORITHM: ("算法名称", "模型名称", "应用/功能名称", "应用名称", "功能名称"),
    Column.CLASS: ("算法类别", "算法类型"),
    Column.ROLE: ("角色", "备案角色"),
    Column.ENTITY: ("主体名称", "备案单位", "登记单位", "主体"),
    Column.PRODUCT: ("应用产品", "产品名称", "关联产品"),
    Column.PURPOSE: ("主要用途", "用途"),
    Column.REMARK: ("备注",),
    Column.CREDIT_CODE: ("统一社会信用代码", "信用代码"),
    Column.REGION: ("属地", "地区"),
    Column.DATE: (
        *("备案时间", "登记时间", "注销日期", "注销时间"),
        *("撤销日期", "撤销时间", "日期"),
    ),
    Column.BASE_MODEL: ("所使用的已备案模型", "调用模型", "所用模型"),
}
_KNOWN: Final = {normal(name): column for column, names in _HEADERS.items() for name in names}
_NOTICE: Final = frozenset({Column.NUMBER, Column.DATE, Column.REMARK, Column.ENTITY})
_ONLINE: Final = frozenset({"上线编号", "登记编号", "登记号"})
_LONGEST_HEADER: Final = 40
_BRACKETS: Final = re.compile(r"\(.*?\)")


class Layout:
    """The columns of one table, and the kind of list that they make."""

    def __init__(
        self, places: Mapping[Column, int], kind: Kind, header: Sequence[str]
    ) -> None:
        self.places = places
        self.kind = kind
        self.width = len(header)
        date = header[places[Column.DATE]] if Column.DATE in places else ""
        self.revokes = kind is Kind.CANCELLATION and "撤销" in date

    def cell(self, cells: Sequence[str], column: Column) -> str:
        """Return the text of a column; a row may end early."""
        place = self.places.get(column)
        return cells[place] if place is not None and place < len(cells) else ""


def layout(cells: Sequence[str], own: Mapping[str, Column]) -> Layout | None:
    """Return the layout a row is the header of; None for any other row.

    Args:
        cells: A row.
        own: The columns of headers that bear names of their own, as they are compared.
    """
    places: dict[Column, int] = {}
    said: set[Column] = set()
    for place, cell in enumerate(cells):
        if len(cell) > _LONGEST_HEADER:
            continue
        header = normal(cell)
        plain = _BRACKETS.sub("", header)
        if (named := own.get(header) or own.get(plain)) is not None:
            places[named] = place  # what is said by hand counts before what is known
            said.add(named)
        elif (known := _KNOWN.get(plain)) is not None and known not in said:
            places.setdefault(known, place)
    if Column.NUMBER not in places or len(places) < 2:  # noqa: PLR2004 -- a number alone is text
        return None
    return Layout(places, _kind(places, cells), cells)


def column_map(text: str) -> dict[Column, str]:
    """Read a column map such as `number=编号,entity=公司`.

    Raises:
        ListError: An entry names no column of ours or no header.
    """
    named: dict[Column, str] = {}
    for part in filter(None, text.split(",")):
        key, _, header = part.partition("=")
        if key.strip() not in list(Column) or not header.strip():
            known = "、".join(Column)
            raise ListError(
                "column_map",
                Words(
                    f"列对应「{part}」应写作 列=表头，列为 {known} 之一",
                    f"{part!r} is not column=header with a column of {', '.join(Column)}",
                ),
            )
        named[Column(key.strip())] = header.strip()
    return named


def _kind(places: Mapping[Column, int], cells: Sequence[str]) -> Kind:
    date = cells[places[Column.DATE]] if Column.DATE in places else ""
    if "注销" in date or "撤销" in date:
        return Kind.CANCELLATION
    if Column.ALGORITHM not in places:
        if set(places) <= _NOTICE and {Column.DATE, Column.REMARK} & set(places):
            return Kind.CANCELLATION
        raise ListError(
            "no_names",
            Words(
                "表头没有算法（模型、应用）名称列；名称不同的，请给出列对应 algorithm=表头",
                "no column of algorithm names; give a column map if its header differs",
            ),
        )
    if Column.CLASS in places:
        return Kind.GENERAL
    if Column.ROLE in places:
        return Kind.SYNTHESIS
    number = _BRACKETS.sub("", normal(cells[places[Column.NUMBER]]))
    return Kind.REGISTRATION if number in _ONLINE else Kind.MODEL
