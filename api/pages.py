"""Server-rendered pages: one Jinja environment for each language, a strict content policy."""

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader

from api.problems import language
from law.words import Language, Words
from lists.labels import FACETS, FIELDS, OUTCOMES, label

_ROOT: Final = Path(__file__).parent.parent
_CATALOG: Final = _ROOT / "locales" / "zh_CN" / "LC_MESSAGES" / "messages.po"
_LANGUAGES: Final[dict[str, Language]] = {"zh-CN": "zh-CN", "en": "en"}
PARAMETERS: Final = frozenset(
    {
        *("q", "kind", "class", "role", "region", "year", "state"),
        *("after", "before", "limit", "lang", "number"),
    }
)
"""What addresses of the register may ask; others change no answer and are in no link."""
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def chosen(request: Request) -> Language:
    """Return the language of a page: asked for, kept in the cookie, or preferred."""
    for said in (request.query_params.get("lang"), request.cookies.get("lang")):
        if said in _LANGUAGES:
            return _LANGUAGES[said]
    return language(request)


async def _chosen(request: Request) -> Language:
    return chosen(request)


PageLanguage = Annotated[Language, Depends(_chosen)]


def page(request: Request, template: str, /, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page in the language chosen."""
    said = chosen(request)
    text = (
        _environment(said)
        .get_template(f"pages/{template}.html")
        .render(request=request, said=said, **values)
    )
    headers = _HEADERS | {"Content-Language": said, "Vary": "Accept-Language, Cookie"}
    answer = HTMLResponse(text, status, headers)
    if request.query_params.get("lang") in _LANGUAGES:
        answer.set_cookie("lang", said, max_age=31_536_000, samesite="lax", httponly=True)
    return answer


@cache
def _environment(said: Language) -> Environment:
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    environment = Environment(
        # The macros rely on missing names being false; our own pages are rendered in tests.
        loader=ChoiceLoader([FileSystemLoader(_ROOT / "templates"), macros]),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = translations() if said == "zh-CN" else gettext.NullTranslations()
    environment.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue] -- of the extension

    def in_words(words: Words) -> str:
        return words.say(said)

    def in_facet(facet: str, value: str) -> str:
        return label(facet, value).say(said)

    environment.filters["say"] = in_words
    names: dict[str, Any] = {
        "label": in_facet,
        "facet_names": {name: words.say(said) for name, words in FACETS.items()},
        "field_names": {name: words.say(said) for name, words in FIELDS.items()},
        "outcomes": {name: words.say(said) for name, words in OUTCOMES.items()},
        "address": _address,
    }
    environment.globals.update(names)
    return environment


@cache
def translations() -> gettext.GNUTranslations:
    """Return the Chinese catalog, compiled in memory."""
    with _CATALOG.open("rb") as file:
        catalog = read_po(file, locale="zh_CN")
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _address(request: Request, path: str = "", **changed: Any) -> str:
    """Return the address of a page with some of its parameters changed; None drops one."""
    asked = {} if path else dict(request.query_params)
    asked = {key: value for key, value in asked.items() if key in PARAMETERS}
    asked = {key: value for key, value in (asked | changed).items() if value not in {None, ""}}
    return f"{path or request.url.path}{'?' if asked else ''}{urlencode(asked)}"
