"""Each kind of event has a title, a form and a place on the page of all events."""

import re
from typing import get_args

from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from audit.event import read
from cases.kinds import SENTENCES, TITLES, VERSIONS, version
from cases.procedures import AnyEvent
from cli import app
from clitools import eventdocs
from clitools.eventfields import FIELDS
from records.folding import event_schema

KINDS = {one.__dataclass_fields__["kind"].default for one in get_args(AnyEvent)}


def test_each_kind_has_a_title_a_sentence_a_version_and_a_form():
    assert set(TITLES) == KINDS >= set(VERSIONS)
    assert all(words.zh and words.en for words in TITLES.values())
    assert list(SENTENCES) == list(TITLES)
    assert all(re.fullmatch("[^。]*[一-鿿][^。]*。", said) for said in SENTENCES.values())
    assert {version(kind) for kind in KINDS} == {1}
    assert set(event_schema()["discriminator"]["mapping"]) == KINDS


def test_the_page_tells_of_each_kind_and_its_example_is_an_entry():
    page = eventdocs.page()

    assert all(f"| `{name}` |" in page for name in FIELDS)
    for kind in KINDS:
        assert f"\n`{kind}`, 版本 version 1. {SENTENCES[kind]}" in page
    (body,) = [line for line in page.split("\n") if line.startswith('{"actor"')]
    event = read(body.encode())["event"]
    Draft202012Validator(event_schema()).validate(event)
    assert eventdocs.merkle.leaf(body.encode()).hex() in page


def test_a_page_that_is_out_of_date_is_refused_until_it_is_written_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(eventdocs, "PAGE", tmp_path / "events.md")
    ask = CliRunner().invoke

    assert ask(app, ["trail", "schema", "--check"]).exit_code == 2
    assert ask(app, ["trail", "schema", "--docs"]).exit_code == 0
    assert ask(app, ["trail", "schema", "--check"]).exit_code == 0
    eventdocs.PAGE.write_text(eventdocs.PAGE.read_text("utf-8") + "x", "utf-8")
    assert ask(app, ["trail", "schema", "--check"]).exit_code == 2
