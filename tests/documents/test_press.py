"""The press holds against hostile material: bounded time and memory, and it goes on."""

import time
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from datetime import date

import orjson
import pytest

from documents import fonts, pdf
from documents.html import LONGEST, html
from documents.papers import record
from documents.press import Press
from documents.verify import verify
from documents.verifying.trust import Trust
from tests.documents.samples import SAMPLES

DAY = date(2026, 11, 24)
SEAL = '<div id="seal"></div>'
LETTER = SAMPLES["decision_letter"]
NESTED = '<div style="display:flex">' * 24 + "x" + "</div>" * 24
BOMBS = {
    "nested flex": NESTED,
    "wide cell": '<table><tr><td colspan="65534">x</td></tr></table>' * 3,
    "many rows": f"<table>{'<tr><td>1</td><td>甲</td></tr>' * 5000}</table>",
    "deep": "<div>" * 150 + "x" + "</div>" * 150,
    "deeper": "<div>" * 5000 + "x",
    "svg use": '<svg xmlns="http://www.w3.org/2000/svg"><defs>'
    '<g id="a0"><path d="M0 0h1"/></g>'
    + "".join(f'<g id="a{n}">{f"""<use href="#a{n - 1}"/>""" * 10}</g>' for n in range(1, 9))
    + '</defs><use href="#a8"/></svg>',
}


@pytest.mark.parametrize("bomb", sorted(BOMBS))
async def test_a_bomb_ends_in_bounded_time_and_the_press_goes_on(bomb):
    press = Press(seconds=12)
    begun = time.monotonic()
    try:
        try:
            sheet = await press.lay_out(SEAL + BOMBS[bomb], b"{}", DAY)
        except (BrokenProcessPool, MemoryError, RecursionError, ValueError):
            pass
        else:
            assert sheet.pdf.startswith(b"%PDF")
        assert time.monotonic() - begun < 60

        after = await press.lay_out(html(LETTER), orjson.dumps(record(LETTER)), DAY)
        assert after.pdf.startswith(b"%PDF")
    finally:
        press.close()


def test_a_text_without_end_is_cut_with_a_note_and_kept_in_the_record():
    letter = replace(LETTER, reasons=("甲" * 200_000,))

    filled = html(letter)

    assert "甲" * LONGEST in filled
    assert "甲" * (LONGEST + 1) not in filled
    assert f"余下 {200_000 - LONGEST} 字见内嵌记录" in filled
    assert record(letter)["reasons"] == ["甲" * 200_000]


@pytest.mark.parametrize(
    "words",
    [
        "{{ 7 * 7 }}",
        "{% for x in y %}",
        "{{ ''.__class__.__mro__ }}",
        "<img src=file:///etc/x>",
    ],
)
def test_braces_and_tags_in_answers_are_printed_as_they_are(words):
    sheet = pdf.lay_out(html(replace(LETTER, reasons=(words,))), b"{}", DAY)

    assert sheet.pdf.startswith(b"%PDF")
    assert "&#39;&#39;.__class__" in html(replace(LETTER, reasons=("{{ ''.__class__ }}",)))
    assert "<img" not in html(replace(LETTER, reasons=(words,)))


def test_an_offices_own_fonts_are_taken(tmp_path):
    ours = fonts.assets()
    try:
        (tmp_path / "regular.ttf").write_bytes(ours["asset:bold"].read_bytes())
        fonts.choose(tmp_path)
        assert set(fonts.assets().values()) == {tmp_path / "regular.ttf"}
        fonts.choose(tmp_path / "nothing")
        assert fonts.assets() == ours
    finally:
        fonts.choose(None)


def test_polyglots_and_broken_files_are_no_papers(tmp_path):
    sheet = pdf.lay_out(html(LETTER), b"{}", DAY)
    for data in (
        b"PK\x03\x04" + sheet.pdf,
        sheet.pdf[: len(sheet.pdf) // 2],
        sheet.pdf.replace(b"/Root", b"/Boot"),
        b"%PDF-1.7\n" + b"[" * 100_000,
        b"%PDF-1.7\n1 0 obj<</A 1 0 R>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
    ):
        assert not verify(data, Trust((), ()))
