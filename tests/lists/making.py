"""Small lists for the tests: documents, workbooks, CSV."""

import csv
import io
import zipfile
from xml.sax.saxutils import escape

from openpyxl import Workbook

SYNTHESIS = [
    "序号",
    "算法名称",
    "角色",
    "主体名称",
    "应用产品",
    "主要用途",
    "备案编号",
    "备注",
]
GENERAL = ["序号", "算法名称", "算法类别", *SYNTHESIS[3:]]
_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(rows):
    return document([rows])


def document(tables, xml=None):
    """Return a name and a .docx; a cell ("merge", text) begins a vertical merge."""
    body = (
        xml
        or (
            f'<w:document xmlns:w="{_NS}"><w:body>'
            + "".join(f"<w:tbl>{''.join(map(_row, rows))}</w:tbl>" for rows in tables)
            + "</w:body></w:document>"
        ).encode()
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
    return "清单（2026年5月）.docx", data.getvalue()


def _row(cells):
    return f"<w:tr>{''.join(map(_cell, cells))}</w:tr>"


def _cell(cell):
    merge, text = cell if isinstance(cell, tuple) else ("", cell)
    kind = {"merge": '<w:vMerge w:val="restart"/>', "merged": "<w:vMerge/>"}.get(merge, "")
    shown = "".join(
        f"<w:p><w:r><w:t>{escape(part)}</w:t></w:r></w:p>" for part in text.split("\n")
    )
    return f"<w:tc><w:tcPr>{kind}</w:tcPr>{shown}</w:tc>"


def xlsx(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return "清单（2026年5月）.xlsx", data.getvalue()


def csv_of(rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return "清单（2026年5月）.csv", text.getvalue().encode("utf-8-sig")
