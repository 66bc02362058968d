"""Fill a paper's template. A missing name is an error, never a blank; all text is escaped."""

from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

import segno
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from documents.papers import AnyPaper
from law.citation import numeral
from law.words import Words

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
    )
    environment.filters["chinese_date"] = chinese_date
    environment.filters["chinese_number"] = numeral
    environment.filters["qr"] = qr
    return environment
