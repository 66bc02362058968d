"""A row of a list as a filing: its number, names, class or role; or why it cannot be read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from unicodedata import normalize

from law import credit_code
from law.credit_code import CreditCodeError
from law.division import PROVINCES
from law.filing_number import AlgorithmClass, FilingNumber, FilingNumberError, parse
from law.words import Words
from lists.columns import Column, Kind, Layout
from lists.remarks import Change, Remark, remarks
from lists.text import clean, normal

_PRINTED: Final = re.compile(r"(?:网信算备)?(\d+)号?")
_MODEL: Final = re.compile(r"([A-Za-z]+)-[A-Za-z0-9.+-]+-(20\d{6})\d*")
_DATE: Final = re.compile(r"(20\d\d)\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})")
_COMPACT: Final = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_LONGEST_NAME: Final = 200
_MOST: Final = {Column.PRODUCT: 4000, Column.PURPOSE: 4000, Column.REMARK: 4000}
_CLASSES: Final = {
    "生成合成类": AlgorithmClass.SYNTHESIS,
    "个性化推送类": AlgorithmClass.PUSH,
    "排序精选类": AlgorithmClass.RANKING,
    "信息检索类": AlgorithmClass.SEARCH,
    "内容过滤类": AlgorithmClass.FILTER,
    "调度决策类": AlgorithmClass.DISPATCH,
}
_OPTIONAL: Final = (Column.PRODUCT, Column.PURPOSE, Column.REMARK)
_NOTHING: Final = frozenset({"-", "--", "—", "——", "/", "无", "暂无"})
_OLD_CLASS: Final = "检索过滤类"  # until 2023; the number tells which of the two it became
_ROLES: Final = {"服务提供者": "provider", "服务技术支持者": "supporter"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A listed filing. Words are cleaned; the row keeps them as printed."""

    kind: Kind
    number: str
    algorithm: str = ""
    class_name: str = ""
    algorithm_class: str = ""
    role: str = ""
    entity: str = ""
    product: str = ""
    purpose: str = ""
    remark: str = ""
    credit_code: str = ""
    division: str = ""
    year: str = ""
    on: str = ""
    remarks: tuple[Remark, ...] = ()
    doubts: tuple[Words, ...] = ()

    @property
    def state(self) -> str:
        """What the list says of the filing: filed, changed, cancelled or revoked."""
        said = {remark.what for remark in self.remarks} - {Change.OTHER}
        if Change.REVOKED in said:
            return "revoked"
        if self.kind is Kind.CANCELLATION or Change.CANCELLED in said:
            return "cancelled"
        return "changed" if said else "filed"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a row is no filing."""

    code: str
    reason: Words


def entry(cells: Sequence[str], layout: Layout) -> Entry | Unreadable:
    """Return what a row of a list says, or why it cannot be read."""
    said = {column: clean(layout.cell(cells, column)) for column in Column}
    said |= {column: "" for column in _OPTIONAL if said[column] in _NOTHING}
    for column, text in said.items():
        if len(text) > (most := _MOST.get(column, _LONGEST_NAME)):
            words = Words(f"「{column}」超过 {most} 字", f"{column} exceeds {most} characters")
            return Unreadable("too_long", words)
    needed = [Column.NUMBER]
    if layout.kind is not Kind.CANCELLATION:
        needed += [Column.ALGORITHM, Column.ENTITY]
    if missing := [column for column in needed if not said[column]]:
        names = ", ".join(missing)
        return Unreadable("missing", Words(f"缺少：{names}", f"missing: {names}"))
    found = _read(said, layout.kind)
    if isinstance(found, Unreadable) or layout.kind is not Kind.CANCELLATION:
        return found
    return _notice(found, layout)


def _notice(found: Entry, layout: Layout) -> Entry | Unreadable:
    """Return a row of a notice: what it takes back must be said, by its column or remark."""
    if layout.revokes:
        return replace(found, remarks=(Remark(Change.REVOKED), *found.remarks))
    gone = {remark.what for remark in found.remarks} & {Change.CANCELLED, Change.REVOKED}
    if Column.DATE not in layout.places and not gone:
        words = Words("没有日期，备注也未说明注销", "no date, and no remark of a cancellation")
        return Unreadable("missing", words)
    return found


def _read(said: dict[Column, str], kind: Kind) -> Entry | Unreadable:
    text = said[Column.NUMBER]
    match = _PRINTED.fullmatch(normal(text))
    model = _MODEL.fullmatch(normalize("NFKC", text))
    if match is None and model is None and kind in {Kind.GENERAL, Kind.SYNTHESIS}:
        words = Words(f"「{text[:60]}」不是备案编号", f"{text[:60]!r} is no filing number")
        return Unreadable("number", words)
    number = match[1] if match else normalize("NFKC", text)
    filing, doubts = _number(number) if match else (None, [])
    if filing and kind is Kind.MODEL:  # a list of ours has neither classes nor roles
        kind = _kind(filing)
        doubts.append(Words("没有类别、角色列，种类按编号推断", "its kind is from its number"))
    class_name, code = said[Column.CLASS], ""
    if kind is Kind.SYNTHESIS:
        code = AlgorithmClass.SYNTHESIS.value
    elif class_name:
        code, more = _class(class_name, filing)
        doubts += more
    if filing and code and kind is not Kind.CANCELLATION and filing.algorithm_class != code:
        doubts.append(
            Words(
                f"编号的类别位 {filing.algorithm_class.value} 与清单类别「{class_name}」不符",
                f"the number's class {filing.algorithm_class.value} is not the listed one",
            )
        )
    place = _region(said[Column.REGION], model)
    if filing and place and place != filing.division[:2]:
        doubts.append(
            Words(
                f"编号的区划 {filing.division[:2]} 与清单属地「{said[Column.REGION]}」不符",
                f"the number's division {filing.division[:2]} is not the listed region",
            )
        )
    credit, wrong = _credit_code(said[Column.CREDIT_CODE])
    on, undated = _dated(said[Column.DATE])
    if undated and kind is Kind.CANCELLATION:
        return Unreadable("date", *undated)
    return Entry(
        kind=kind,
        number=number,
        algorithm=said[Column.ALGORITHM],
        class_name=class_name,
        algorithm_class=code,
        role=_ROLES.get(said[Column.ROLE], said[Column.ROLE]),
        entity=said[Column.ENTITY],
        product=said[Column.PRODUCT],
        purpose=said[Column.PURPOSE],
        remark=said[Column.REMARK],
        credit_code=credit,
        division=filing.division if filing else place,
        year=f"20{filing.year}" if filing else (on[:4] or (model[2][:4] if model else "")),
        on=on,
        remarks=remarks(said[Column.REMARK]),
        doubts=(*doubts, *wrong, *undated),
    )


def model_parts(text: str) -> tuple[tuple[Words, str, Words], ...]:
    """Return name, text and meaning of each part of a model's number; none if it is none.

    >>> [part for _, part, _ in model_parts("Beijing-Ernie-Bot-20230821")]
    ['Beijing', 'Ernie-Bot', '20230821']
    """
    model = _MODEL.fullmatch(normalize("NFKC", text.strip()))
    if model is None:
        return ()
    code = _region("", model)
    place = PROVINCES[code] if code else Words("未知地区", "unknown region")
    day = _day(model[2])
    middle = model[0][len(model[1]) + 1 : model.start(2) - model.start() - 1]
    return (
        (Words("属地", "Region"), model[1], place),
        (Words("模型", "Model"), middle, Words("服务或者模型的名称", "service or model")),
        (Words("日期", "Day"), model[2], Words(day or "不是日期", day or "no date")),
    )


def _number(digits: str) -> tuple[FilingNumber | None, list[Words]]:
    try:
        filing = parse(digits)
    except FilingNumberError as error:
        return None, [error.words]
    return filing, list(filing.doubts())


def _class(name: str, filing: FilingNumber | None) -> tuple[str, list[Words]]:
    if name == _OLD_CLASS:
        kinds = {AlgorithmClass.SEARCH, AlgorithmClass.FILTER}
        known = filing.algorithm_class if filing else AlgorithmClass.SEARCH
        return (known if known in kinds else AlgorithmClass.SEARCH).value, []
    if name in _CLASSES:
        return _CLASSES[name].value, []
    return "", [Words(f"未知的算法类别「{name}」", f"an unknown class: {name}")]


def _credit_code(text: str) -> tuple[str, tuple[Words, ...]]:
    if not text:
        return "", ()
    try:
        found = credit_code.parse(text)
    except CreditCodeError as error:
        return "", (error.words,)
    return str(found), found.doubts()


def _region(name: str, model: re.Match[str] | None) -> str:
    if name:
        return next((c for c, w in PROVINCES.items() if w.zh.startswith(name[:2])), "")
    spelt = model[1].casefold() if model else ""
    codes = (c for c, w in PROVINCES.items() if w.en.replace(" ", "").casefold() == spelt)
    return next(codes, "")


def _kind(filing: FilingNumber) -> Kind:
    synthesis = filing.algorithm_class is AlgorithmClass.SYNTHESIS
    return Kind.SYNTHESIS if synthesis else Kind.GENERAL


def _dated(text: str) -> tuple[str, tuple[Words, ...]]:
    """Return a day, and what speaks against its text."""
    day = _day(text)
    if day or not text:
        return day, ()
    return "", (Words(f"「{text[:40]}」不是日期", f"{text[:40]!r} is no date"),)


def _day(text: str) -> str:
    match = _DATE.search(text) or _COMPACT.fullmatch(text)
    if match is None:
        return ""
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return ""
