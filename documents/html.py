"""Fill a paper's template. A missing name is an error, never a blank; all text is escaped."""

from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import segno
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from documents.papers import AnyPaper
from law.citation import numeral
from law.words import Words

LONGEST: Final = 8000
"""Characters of one text on a paper, about twelve pages."""
TEMPLATES: Final = Path(__file__).parent.parent / "templates"


def html(paper: AnyPaper) -> str:
    """Return a paper as HTML."""
    template = _environment().get_template(f"papers/{paper.template}.html")
    return template.render(paper=paper, head=paper.head)


def title(template: str) -> Words:
    """Return what a kind of paper is called.

    >>> title("decision_letter").en
    'Ethics review decision'
    """
    found = _environment().get_template(f"papers/{template}.html")
    context = found.new_context({})
    zh, en = ("".join(found.blocks[name](context)) for name in ("title", "english_title"))
    return Words(zh, en)


def chinese_date(day: date) -> str:
    """Return a date as official papers write it.

    >>> chinese_date(date(2026, 11, 4))
    '2026年11月4日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def clamped(value: Any) -> Any:
    """Return what is printed: a text beyond `LONGEST` ends in a note; the record holds it all.

    >>> clamped("甲" * 8001)[-30:]
    '甲甲甲……（余下 1 字见内嵌记录 record.json）'
    """
    if type(value) is not str or len(value) <= LONGEST:
        return value
    left = len(value) - LONGEST
    return f"{value[:LONGEST]}……（余下 {left} 字见内嵌记录 record.json）"


def qr(address: str) -> Markup:
    """Return an address as a QR code (ISO/IEC 18004), level M, as a drawing."""
    drawn = BytesIO()
    segno.make_qr(address, error="m").save(
        drawn, kind="svg", border=0, xmldecl=False, title=address, nl=False, omitsize=True
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704 -- a drawing of modules, no text of anybody


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=clamped,
    )
    environment.filters["chinese_date"] = chinese_date
    environment.filters["chinese_number"] = numeral
    environment.filters["qr"] = qr
    return environment
