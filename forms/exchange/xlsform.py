"""XLSForm: a form as the spreadsheet that people edit in Excel.

Sheets `survey`, `choices`, `settings` with labels in both languages. The column `shenbei`
holds what XLSForm has no column for, as JSON; a sheet that others made need not have it.
"""

# The spreadsheet library is untyped:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingModuleSource=false, reportOptionalMemberAccess=false

import io
from collections.abc import Iterator, Sequence
from typing import Final

import orjson
from openpyxl import Workbook

from forms.exchange.relevance import expression
from forms.questionnaire import Item, Questionnaire

YES_NO: Final = "yes_no"
ZH: Final = "label::中文 (zh)"
EN: Final = "label::English (en)"
HINT_ZH: Final = "hint::中文 (zh)"
HINT_EN: Final = "hint::English (en)"
_SURVEY: Final = (
    *("type", "name", ZH, EN, HINT_ZH, HINT_EN),
    *("required", "relevant", "constraint", "shenbei"),
)
_CHOICES: Final = ("list_name", "name", ZH, EN)
_SETTINGS: Final = ("form_id", "form_title", "name", "version", "default_language", "shenbei")
_TYPES: Final = {
    "display": "note",
    "string": "text",
    "text": "text",
    "url": "text",
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "dateTime": "dateTime",
    "attachment": "file",
}
_LIMITS: Final = ("maxLength", "minValue", "maxValue", "minOccurs", "maxOccurs", "maxSize")
_KEPT: Final = frozenset({"type", "fact", "cite", "check", "regex", "mimeTypes", *_LIMITS})
Row = dict[str, str]


def workbook(form: Questionnaire) -> bytes:
    """Return a form as an XLSX file."""
    book = Workbook()
    survey, choices = book.active, book.create_sheet("choices")
    settings = book.create_sheet("settings")
    survey.title = "survey"
    survey.append(_SURVEY)
    types = {item.linkId: item for item in form.walk()}
    for row in _rows(form.item, types):
        survey.append([row.get(column, "") for column in _SURVEY])
    choices.append(_CHOICES)
    for choice in _choices(form):
        choices.append(choice)
    settings.append(_SETTINGS)
    kept = form.model_dump(by_alias=True, include={"status", "title", "description", "cite"})
    more = orjson.dumps(kept).decode()
    # The root of the answers; by default it is called `data`, which a group may be.
    root = "shenbei"
    settings.append([form.name, form.title.zh, root, form.version, "中文 (zh)", more])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rows(items: tuple[Item, ...], types: dict[str, Item]) -> Iterator[Row]:
    for item in items:
        row = _row(item, types)
        if item.type == "group":
            kind = "repeat" if item.repeats else "group"
            yield row | {"type": f"begin_{kind}"}
            yield from _rows(item.item, types)
            yield {"type": f"end_{kind}", "name": item.linkId}
        elif item.repeats and item.type != "coding":
            # A question that repeats is a repeat around one question.
            outer = {k: row[k] for k in ("name", ZH, EN, "relevant", "shenbei") if k in row}
            yield outer | {"type": "begin_repeat"}
            yield row | {"name": f"{item.linkId}.value", "relevant": "", "shenbei": ""}
            yield {"type": "end_repeat", "name": item.linkId}
        else:
            yield row


def _row(item: Item, types: dict[str, Item]) -> Row:
    said = item.model_dump(by_alias=True, exclude_defaults=True)
    kept = {key: value for key, value in said.items() if key in _KEPT}
    return {
        "type": _type(item),
        "name": item.linkId,
        ZH: item.text.zh,
        EN: item.text.en,
        HINT_ZH: item.help.zh if item.help else "",
        HINT_EN: item.help.en if item.help else "",
        "required": "yes" if item.required else "",
        "relevant": expression(item, types),
        "constraint": _constraint(item),
        "shenbei": orjson.dumps(kept).decode(),
    }


def _type(item: Item) -> str:
    if item.type == "boolean":
        return f"select_one {YES_NO}"
    if item.type == "coding":
        return f"select_{'multiple' if item.repeats else 'one'} {_list(item)}"
    return _TYPES.get(item.type, item.type)


def _list(item: Item) -> str:
    return item.linkId.replace(".", "_")


def _constraint(item: Item) -> str:
    parts: list[str] = []
    if item.minValue is not None:
        parts.append(f". >= {item.minValue}")
    if item.maxValue is not None:
        parts.append(f". <= {item.maxValue}")
    if item.type in {"string", "text"}:
        parts.append(f"string-length(.) <= {item.maxLength}")
    if item.regex:
        parts.append(f"regex(., '{item.regex}')")
    return " and ".join(parts)


def _choices(form: Questionnaire) -> Iterator[Sequence[str]]:
    yield (YES_NO, "yes", "是", "Yes")
    yield (YES_NO, "no", "否", "No")
    for item in form.walk():
        for option in item.answerOption:
            yield (_list(item), option.code, option.display.zh, option.display.en)
