"""What a single answer may be, by the type of its question."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, cast

from cases.text import unplain
from forms.questionnaire import Check, Item, Kind
from law.credit_code import is_valid
from law.filing_number import FilingNumberError, parse
from law.words import Words

Problem = tuple[str, Words]  # (code, what is wrong)

_DECIMAL: Final = re.compile(r"-?\d{1,15}(\.\d{1,10})?\Z")
_LARGEST: Final = 2**53 - 1  # what every JSON reader keeps exactly
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_URL: Final = re.compile(r"https?://[^\s/?#]+\.[^\s]+\Z")
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+\Z")
_MOBILE: Final = re.compile(r"(\+86[ -]?)?1\d{10}\Z")
_DIVISION: Final = re.compile(r"\d{6}\Z")
_SHA256: Final = re.compile(r"[0-9a-f]{64}\Z")
_ATTACHMENT: Final = {"name": str, "type": str, "size": int, "sha256": str}


def problem(item: Item, value: Any) -> Problem | None:
    """Return what is wrong with one answer to a question; None when nothing is."""
    return _BY_KIND[item.type](item, value)


def _text(item: Item, value: Any) -> Problem | None:
    if not isinstance(value, str):
        return "type", Words("应为文字", "must be text")
    if wrong := unplain(value, item.maxLength):
        return "text", wrong
    if item.regex and not re.fullmatch(item.regex, value):
        return "format", Words(f"格式不符：{item.regex}", f"must match {item.regex}")
    if item.check:
        return _CHECKS[item.check](value)
    return None


def _credit_code(value: str) -> Problem | None:
    if is_valid(value):
        return None
    return "check", Words(
        "统一社会信用代码校验不符（GB 32100）", "fails its check character (GB 32100)"
    )


def _filing_number(value: str) -> Problem | None:
    try:
        parse(value)
    except FilingNumberError as error:
        return "check", error.words
    return None


def _shape(pattern: re.Pattern[str], words: Words) -> Callable[[str], Problem | None]:
    return lambda value: None if pattern.match(value) else ("check", words)


_CHECKS: Final[dict[Check, Callable[[str], Problem | None]]] = {
    "credit_code": _credit_code,
    "filing_number": _filing_number,
    "email": _shape(_EMAIL, Words("不是电子邮箱", "not an e-mail address")),
    "mobile": _shape(_MOBILE, Words("不是手机号码", "not a mobile number")),
    "division": _shape(
        re.compile(r"\d{6}\Z"), Words("应为六位区划代码", "must be six digits")
    ),
}


def _integer(item: Item, value: Any) -> Problem | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return "type", Words("应为整数", "must be a whole number")
    if abs(value) > _LARGEST:
        return "limit", Words("数字过大", "too large")
    return _within(item, Decimal(value))


def _decimal(item: Item, value: Any) -> Problem | None:
    text = value if isinstance(value, str) else str(value) if isinstance(value, int) else ""
    if isinstance(value, bool) or not _DECIMAL.match(text):
        return "type", Words("应为数字（小数写作文字）", "must be a number, decimals as text")
    return _within(item, Decimal(text))


def _within(item: Item, value: Decimal) -> Problem | None:
    if item.minValue is not None and value < item.minValue:
        return "limit", Words(f"不得小于 {item.minValue}", f"must be at least {item.minValue}")
    if item.maxValue is not None and value > item.maxValue:
        return "limit", Words(f"不得大于 {item.maxValue}", f"must be at most {item.maxValue}")
    return None


def _boolean(_item: Item, value: Any) -> Problem | None:
    if isinstance(value, bool):
        return None
    return "type", Words("应为是或者否", "must be true or false")


def _date(_item: Item, value: Any) -> Problem | None:
    try:
        year = date.fromisoformat(value).year
    except (TypeError, ValueError):
        return "type", Words("应为日期（2026-11-24）", "must be a date (2026-11-24)")
    return _year(year)


def _moment(_item: Item, value: Any) -> Problem | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        return "type", Words(
            "应为带时区的时间（2026-11-24T09:00:00+08:00）",
            "must be a moment with its zone (2026-11-24T09:00:00+08:00)",
        )
    return _year(moment.year)


def _year(year: int) -> Problem | None:
    if _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    return "limit", Words(f"年份应在 {_FIRST_YEAR} 至 {_LAST_YEAR} 之间", "year out of range")


def _coding(item: Item, value: Any) -> Problem | None:
    if isinstance(value, str) and value in {option.code for option in item.answerOption}:
        return None
    codes = "、".join(option.code for option in item.answerOption)
    return "choice", Words(f"只能是：{codes}", f"must be one of: {codes}")


def _url(item: Item, value: Any) -> Problem | None:
    if wrong := _text(item, value):
        return wrong
    if not _URL.match(value):
        return "format", Words(
            "应为网址（https://…）", "must be an address that begins with https://"
        )
    return None


def _attachment(item: Item, value: Any) -> Problem | None:
    if not isinstance(value, Mapping):
        return "type", Words("应为附件", "must be an attachment")
    file = cast("Mapping[str, Any]", value)
    if set(file) != set(_ATTACHMENT) or any(
        type(file[name]) is not kind for name, kind in _ATTACHMENT.items()
    ):
        return "type", Words(
            "附件应有 name、type、size、sha256", "has name, type, size and sha256"
        )
    if not _SHA256.match(file["sha256"]) or unplain(file["name"], 255):
        return "format", Words("附件名称或者哈希不符", "its name or hash is malformed")
    if file["type"] not in item.mimeTypes:
        kinds = "、".join(item.mimeTypes)
        return "choice", Words(f"只接受：{kinds}", f"must be one of: {kinds}")
    if not 0 < file["size"] <= item.maxSize:
        return "limit", Words(
            f"不得超过 {item.maxSize} 字节", f"must be at most {item.maxSize} bytes"
        )
    return None


_BY_KIND: Final[dict[Kind, Callable[[Item, Any], Problem | None]]] = {
    "string": _text,
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "dateTime": _moment,
    "coding": _coding,
    "url": _url,
    "attachment": _attachment,
}
