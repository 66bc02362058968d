import copy

import pytest
from pydantic import ValidationError

from demo.facts import DOSSIER, read_dossier
from forms.completeness import problems, prune, shape_problems
from forms.library import questionnaire
from forms.questionnaire import Questionnaire
from tests.shared import shared

FORM = questionnaire("project_facts")


def changed(path, value):
    answers = copy.deepcopy(read_dossier(DOSSIER))
    *outer, last = path.split("/")
    target = answers
    for part in outer:
        target = target[int(part)] if part.isdigit() else target[part]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return answers


def test_the_demonstration_is_complete():
    assert problems(FORM, read_dossier(DOSSIER)) == {}


@pytest.mark.parametrize(
    ("name", "open_questions"),
    [
        ("01-public-assistant.yaml", {}),
        ("02-lung-imaging.yaml", {}),
    ],
)
def test_what_is_open_in_the_real_dossiers(name, open_questions):
    found = problems(FORM, read_dossier(shared("applications", name)))

    assert {path: code for path, (code, _) in found.items()} == open_questions


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("emergency_plan", None, "required"),
        ("project/title", "", "required"),
        ("project/title", "长" * 201, "text"),
        ("project/title", "长" * 200, None),
        ("project/title", "<b>题</b>", "text"),
        ("project/purpose", "{{ 7*7 }}", "text"),
        ("project/title", 7, "type"),
        ("project/starts_on", "2026-13-01", "type"),
        ("project/starts_on", "昨天", "type"),
        ("project/institution/credit_code", "91110108MA01YL8X3B", "check"),
        ("project/institution/type", "shop", "choice"),
        ("project/international", "no", "type"),
        ("project/funding", [], "required"),
        ("project/funding", "钱", "type"),
        ("project/funding/0/amount_cny", -1, "limit"),
        ("project/funding/0/amount_cny", 0, None),
        ("project/funding/0/amount_cny", True, "type"),
        ("project/funding/0/amount_cny", 1.5, "type"),
        ("project/leader", "许知微", "type"),
        ("people_involved/count", None, "required"),
        ("people_involved/vulnerable", ["aliens"], "choice"),
        ("genai_tests/corpus_technical/share", "0.1x", "type"),
        ("genai_tests/corpus_technical/share", "0.12", None),
        ("project/hobby", "围棋", "unknown"),
    ],
)
def test_each_fault_has_its_code(path, value, code):
    found = problems(FORM, changed(path, value))

    assert {entry[0] for entry in found.values()} == ({code} if code else set())
    assert all(p.startswith(path) for p in found)


def test_all_faults_come_in_one_list():
    assert len(problems(FORM, {})) > 30
    assert shape_problems(FORM, {}) == {}


def test_a_question_not_asked_is_not_missed_and_is_pruned():
    answers = changed("people_involved/participants", False)

    assert problems(FORM, answers) == {}
    assert "count" not in prune(FORM, answers)["people_involved"]
    assert prune(FORM, read_dossier(DOSSIER))["people_involved"]["count"] == 120


def test_a_condition_needs_the_very_type():
    answers = changed("people_involved/participants", 1)

    assert problems(FORM, answers)["people_involved/participants"][0] == "type"


@pytest.mark.parametrize(
    "change",
    [
        {"item": [{"linkId": "a", "type": "string", "text": {"zh-CN": "甲", "en": "a"}}] * 2},
        {
            "item": [
                {
                    "linkId": "a",
                    "type": "string",
                    "text": {"zh-CN": "甲", "en": "a"},
                    "enableWhen": [{"question": "b", "operator": "=", "answer": True}],
                }
            ]
        },
        {"item": [{"linkId": "a", "type": "spreadsheet", "text": {"zh-CN": "甲", "en": "a"}}]},
    ],
)
def test_a_definition_that_is_not_coherent_is_refused(change):
    with pytest.raises(ValidationError):
        Questionnaire.model_validate(FORM.model_dump(by_alias=True) | change)


def make(*items):
    cite = [{"instrument": "office_policy", "article": 0}]
    data = FORM.model_dump(by_alias=True) | {"item": items, "cite": cite}
    return Questionnaire.model_validate(data)


def item(link, **more):
    return {"linkId": link, "type": "string", "text": {"zh-CN": link, "en": link}, **more}


def test_conditions_join_by_any_and_know_exists_and_differs():
    form = make(
        item("a"),
        item("b"),
        item(
            "c",
            required=True,
            enableBehavior="any",
            enableWhen=[
                {"question": "a", "operator": "exists", "answer": True},
                {"question": "b", "operator": "!=", "answer": "x"},
            ],
        ),
    )

    assert "c" in problems(form, {"a": "1", "b": "x"})
    assert "c" in problems(form, {"b": "y"})
    assert "c" not in problems(form, {"b": "x"})
