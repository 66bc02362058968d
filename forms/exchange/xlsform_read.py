"""XLSForm read back: a spreadsheet as a form, checked like any definition."""

# The spreadsheet library is untyped:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingModuleSource=false

import io
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from zipfile import BadZipFile

import orjson
from openpyxl import load_workbook

from forms.exchange.relevance import read_expression
from forms.exchange.xlsform import EN, HINT_EN, HINT_ZH, YES_NO, ZH, Row
from forms.questionnaire import Questionnaire

LARGEST: Final = 4 << 20
MOST_ROWS: Final = 5000


class SheetError(ValueError):
    """The file is no XLSForm that can be read; the message names sheet and row."""


def read(data: bytes) -> Questionnaire:
    """Return the form an XLSForm file holds.

    Raises:
        SheetError: It is too large, no workbook, or not an XLSForm of our vocabulary.
    """
    if len(data) > LARGEST:
        raise SheetError("超过 4 MB · larger than 4 MB")
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = {name: list(_read_rows(book[name])) for name in ("survey", "choices")}
        settings = next(iter(_read_rows(book["settings"])))
    except (BadZipFile, KeyError, StopIteration, OSError) as error:
        raise SheetError(f"不是 XLSForm · not an XLSForm: {error}") from None
    options: dict[str, list[dict[str, Any]]] = {}
    for row in sheets["choices"]:
        option = {"code": row["name"], "display": {"zh-CN": row[ZH], "en": row[EN]}}
        options.setdefault(row["list_name"], []).append(option)
    yes_no = {r["name"] for r in sheets["survey"] if r.get("type") == f"select_one {YES_NO}"}
    lines = iter(enumerate(sheets["survey"], start=2))
    name = settings["form_id"]
    return Questionnaire.model_validate(
        {
            "resourceType": "Questionnaire",
            "url": f"urn:shenbei:form:{name}",
            "name": name,
            "version": settings["version"],
            "title": {"zh-CN": settings["form_title"], "en": settings["form_title"]},
            "status": "draft",
            **orjson.loads(settings.get("shenbei") or "{}"),
            "item": _items(lines, Known(options, yes_no), ""),
        }
    )


def _read_rows(sheet: Any) -> Iterator[Row]:
    rows = sheet.iter_rows(values_only=True)
    head = [str(cell or "") for cell in next(rows)]
    for count, cells in enumerate(rows):
        if count > MOST_ROWS:
            raise SheetError(f"超过 {MOST_ROWS} 行 · more than {MOST_ROWS} rows")
        row = {h: str(c) for h, c in zip(head, cells, strict=False) if h and c is not None}
        if row:
            yield row


Lines = Iterator[tuple[int, Row]]


class Known(NamedTuple):
    """What the whole workbook says, before its rows are read one by one."""

    options: dict[str, list[dict[str, Any]]]
    booleans: set[str]


def _items(lines: Lines, known: Known, inside: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number, row in lines:
        kind = row.get("type", "")
        if kind.startswith("end"):
            return found
        try:
            item = _read_item(row, known)
        except (KeyError, ValueError) as error:
            raise SheetError(f"survey 第 {number} 行 · survey row {number}: {error}") from None
        if kind.startswith("begin"):
            children = _items(lines, known, row["name"])
            single = [c for c in children if c["linkId"] == f"{row['name']}.value"]
            if single and len(children) == 1 and kind.endswith("repeat"):
                inner = single[0]
                # Our own column names the type; a sheet of others has that of its question.
                kind = inner["type"] if item["type"] == "group" else item["type"]
                outer = {k: item[k] for k in item.keys() - {"text", "required"}}
                item = inner | outer | {"type": kind, "repeats": True}
            else:
                item |= {"type": "group", "item": children}
                item |= {"repeats": True} if kind.endswith("repeat") else {}
        found.append(item)
    if inside:
        raise SheetError(f"「{inside}」没有结束行 · {inside} has no end row")
    return found


def _read_item(row: Row, known: Known) -> dict[str, Any]:
    kind, _, list_name = row["type"].partition(" ")
    item: dict[str, Any] = {
        "linkId": row["name"],
        "type": _kind(kind, list_name),
        "text": {"zh-CN": row[ZH], "en": row[EN]},
    }
    if HINT_ZH in row:
        item["help"] = {"zh-CN": row[HINT_ZH], "en": row.get(HINT_EN, row[HINT_ZH])}
    if row.get("required") == "yes":
        item["required"] = True
    if item["type"] == "coding":
        item["answerOption"] = known.options[list_name]
        item |= {"repeats": True} if kind == "select_multiple" else {}
    if relevant := row.get("relevant"):
        item |= read_expression(relevant, known.booleans)
    kept: dict[str, Any] = orjson.loads(row.get("shenbei") or "{}")
    return item | kept


def _kind(kind: str, list_name: str) -> str:
    if kind.startswith("begin"):
        return "group"
    if kind.startswith("select"):
        return "boolean" if list_name == YES_NO else "coding"
    plain = {"note": "display", "file": "attachment"}
    known = {"text", "integer", "decimal", "date", "dateTime", *plain}
    if kind not in known:
        raise ValueError(f"type {kind}")
    return plain.get(kind, kind)
