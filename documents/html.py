"""Fill a paper's template. A missing name is an error, never a blank; all text is escaped."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from documents.papers import AnyPaper
from law.citation import numeral

TEMPLATES: Final = Path(__file__).parent.parent / "templates"


def html(paper: AnyPaper) -> str:
    """Return a paper as HTML."""
    template = _environment().get_template(f"papers/{paper.template}.html")
    return template.render(paper=paper, head=paper.head)


def chinese_date(day: date) -> str:
    """Return a date as official papers write it.

    >>> chinese_date(date(2026, 11, 4))
    '2026年11月4日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


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
    return environment
