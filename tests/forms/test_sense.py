"""Definitions that are well-formed and make no sense."""

import pytest

from forms.library import DefinitionError, files, read
from forms.sense import nonsense
from tests.forms.making import item, make, when

YES_NO = item("b", "boolean")
CHOICE = item(
    "c", "coding", answerOption=[{"code": "x", "display": {"zh-CN": "甲", "en": "x"}}]
)
ROWS = {**item("g", "group", repeats=True), "item": [item("g.a")]}


def asked(condition, *more):
    return list(nonsense(make(YES_NO, CHOICE, ROWS, item("t"), *more, condition)))


@pytest.mark.parametrize(
    ("question", "operator", "answer", "wrong"),
    [
        ("b", "=", True, ""),
        ("b", "=", "true", "never"),
        ("b", ">", True, "no order"),
        ("c", "=", "x", ""),
        ("c", "!=", "y", "no option"),
        ("t", "=", "甲", ""),
        ("t", "<", "甲", "no order"),
        ("g", "=", "甲", "no question"),
        ("g", "exists", True, ""),
        ("g.a", "=", "甲", "repeating group g"),
    ],
)
def test_a_condition_that_never_holds_is_told(question, operator, answer, wrong):
    found = asked(item("z", enableWhen=[when(question, operator, answer)]))

    assert [link for link, _ in found] == (["z"] if wrong else [])
    assert all(wrong in words.en and words.zh for _, words in found)


def test_a_condition_inside_its_own_row_holds():
    inside = item("h.b", enableWhen=[when("h.a", "=", "甲")])
    rows = {**item("h", "group", repeats=True), "item": [item("h.a"), inside]}

    assert list(nonsense(make(rows))) == []


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "integer", "minValue": 3, "maxValue": 2},
        {"minOccurs": 3, "maxOccurs": 2, "repeats": True},
        {"cite": [{"instrument": "nowhere", "article": 1}]},
    ],
)
def test_limits_and_citations_are_looked_at(more):
    found = asked(item("z", **more))

    assert [link for link, _ in found] == ["z"]


def test_every_definition_makes_sense():
    forms = [read(file.read_bytes(), file.name) for file in files()]

    assert len(forms) >= 30


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "instrument: ethics_measures_2023, article: 15}",
            "instrument: nowhere, article: 15}",
            "nowhere",
        ),
        ('answer: "does_not_meet"', 'answer: "doesnt"', "doesnt"),
        ('{zh-CN: "备注", en: "Note"}', '{zh-CN: "备注", en: " "}', "en"),
    ],
)
def test_a_fault_is_told_by_file_and_line(old, new, said):
    (file,) = [f for f in files() if f.name.startswith("reviewer_opinion")]
    text = file.read_text("utf-8")
    assert old in text

    with pytest.raises(DefinitionError, match=said) as refused:
        read(text.replace(old, new, 1).encode(), "x.form.yaml")

    assert str(refused.value).startswith("x.form.yaml:")


def test_an_empty_file_is_refused():
    with pytest.raises(DefinitionError):
        read(b"", "x.form.yaml")
