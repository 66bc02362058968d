"""The sheets of a filing: what to type into the authority's system, box by box.

In the order and under the names of the system's own pages (主体信息、算法信息、
产品及功能信息 or 技术服务方式、拟公示内容), as a workbook and as JSON.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs] -- none are published

from forms.boxes import Box, boxes
from forms.library import questionnaire
from forms.prefill import prefill
from law.words import Words

_HEAD: Final = ("项目", "填写内容", "尚需")
_WIDTHS: Final = (34, 80, 30)


def forms_of(role: str) -> tuple[str, ...]:
    """Return the system's pages for a provider or a technical supporter, in its order."""
    product = "technical_service" if role == "supporter" else "filing_product"
    return ("filing_subject", "filing_algorithm", product, "publication_text")


def sheets(facts: Mapping[str, Any], role: str) -> dict[str, tuple[Words, list[Box]]]:
    """Return, by form, its title and boxes, filled from what the case knows."""
    found: dict[str, tuple[Words, list[Box]]] = {}
    for name in forms_of(role):
        form = questionnaire(name)
        filled, _ = prefill(form, facts)
        found[name] = (form.title.words, boxes(form, filled))
    return found


def plain(found: Mapping[str, tuple[Words, list[Box]]]) -> list[dict[str, Any]]:
    """Return the sheets as JSON types, boxes in order."""
    return [
        {
            "form": name,
            "title": title.zh,
            "boxes": [
                {
                    "path": box.path,
                    "group": box.group.zh,
                    "name": box.name.zh,
                    "value": box.value,
                    "wrong": box.wrong.zh if box.wrong else None,
                }
                for box in listed
            ],
        }
        for name, (title, listed) in found.items()
    ]


def workbook(found: Mapping[str, tuple[Words, list[Box]]]) -> bytes:
    """Return the sheets as a workbook; no text is taken for a formula or a link."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book: Any = xlsxwriter.Workbook(out, options)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "bg_color": "#EEEEEE"})
    for title, listed in found.values():
        sheet = book.add_worksheet(title.zh[:31])
        sheet.freeze_panes(1, 0)
        for column, (head, width) in enumerate(zip(_HEAD, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width, wrapped)
            sheet.write_string(0, column, head, bold)
        _fill(sheet, listed, bold)
    book.close()
    return out.getvalue()


def _fill(sheet: Any, listed: list[Box], bold: Any) -> None:
    line, group = 1, ""
    for box in listed:
        if box.group.zh != group:
            group = box.group.zh
            sheet.write_string(line, 0, group, bold)
            line += 1
        sheet.write_string(line, 0, box.name.zh)
        sheet.write_string(line, 1, box.value)
        sheet.write_string(line, 2, box.wrong.zh if box.wrong else "")
        line += 1
