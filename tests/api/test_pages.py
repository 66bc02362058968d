"""Words of the pages: every one is translated; hostile words stay words."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from api.assets import stylesheet
from api.pages import translations
from tests.records.register.test_importing import month, row

ROOT = Path(__file__).parents[2]


def messages():
    method = [("pages/**.html", "jinja2"), ("charts/**.html", "jinja2")]
    return {found[2] for found in extract_from_dir(str(ROOT / "templates"), method)}


def test_every_word_of_the_pages_is_translated():
    catalog = translations()._catalog

    assert len(messages()) > 40
    assert sorted(messages() - set(catalog)) == []
    assert sorted(set(catalog) - messages() - {""}) == []  # none is left over
    assert all(catalog.values())


def test_the_sheet_carries_no_font_of_the_design_system():
    assert "GDS" not in stylesheet()
    assert "@font-face" not in stylesheet()
    assert "var(--app-font)" in stylesheet()


async def test_words_of_a_list_are_never_markup(house):
    bad = row(
        algorithm="<script>alert(1)</script>", entity="{{ 7*7 }}", product='"><img src=x>'
    )
    await month(house.services.database, "2025年3月", bad)

    for path in ("/register", "/register?q=<script>", "/register/entities/1"):
        answer = await house.client.get(path)
        assert "<script>" not in answer.text
        assert "<img" not in answer.text
        assert "49" not in answer.text.replace("2349", "")
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("headers", "query", "said"),
    [
        ({}, "", "zh-CN"),
        ({"Accept-Language": "en-GB"}, "", "en"),
        ({"Accept-Language": "en"}, "lang=zh-CN", "zh-CN"),
        ({"Cookie": "lang=en"}, "", "en"),
        ({"Cookie": "lang=xx"}, "lang=yy", "zh-CN"),
    ],
)
async def test_the_language_is_asked_kept_or_preferred(house, headers, query, said):
    answer = await house.client.get(f"/register?{query}", headers=headers)

    assert answer.status_code == 200
    assert answer.headers["content-language"] == said
    assert BytesIO(answer.content).read().startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/register?utm_source=a&q=xy", 200),
        ("/register?after=x", 422),
        ("/register?limit=0", 422),
        ("/register/entities/99999999999", 422),
        (f"/register/number?number={'1' * 81}", 422),
        ("/register/filings/1", 404),
    ],
)
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_a_wrong_address_of_a_page_is_answered_with_a_page(house, path, status, lang):
    answer = await house.client.get(path, headers={"Accept-Language": lang})

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-language"] == lang
