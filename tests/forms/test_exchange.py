"""Every form, as JSON Schema, FHIR and XLSForm: accepted by tools that others wrote."""

import io
from datetime import UTC, datetime

import pytest
from fhir.resources.questionnaire import Questionnaire as FhirQuestionnaire
from fhir.resources.questionnaireresponse import QuestionnaireResponse
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert
from ruamel.yaml import YAML

from demo.facts import DOSSIER, read_dossier
from forms.completeness import problems, prune
from forms.exchange import fhir, fhir_response, json_schema, xlsform, xlsform_read
from forms.exchange.relevance import read_expression
from forms.exchange.xlsform_read import SheetError
from forms.library import definitions, names, questionnaire
from forms.prefill import prefill
from tests.forms.making import item, make, when

FACTS = read_dossier(DOSSIER)
AUTHORED = datetime(2026, 11, 24, tzinfo=UTC).isoformat()
FORM = questionnaire("project_facts")


@pytest.fixture(params=names())
def form(request):
    return questionnaire(request.param)


def answered(form):
    """Return the answers that the demonstration's facts give to a form."""
    return FACTS if form.name == "project_facts" else prefill(form, FACTS)[0]


def test_the_answers_schema_is_a_schema_and_takes_what_the_facts_fill(form):
    schema = json_schema.schema(form)
    Draft202012Validator.check_schema(schema)
    answers = prune(form, answered(form))

    wrong = list(Draft202012Validator(schema).iter_errors(answers))

    # Filled by facts alone a form is incomplete, but nothing in it is malformed.
    assert {e.validator for e in wrong} <= {"required", "minItems"}
    assert schema["$id"] == form.canonical


def paths(value, path=()):
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*path, index))


PATHS = [p for p in paths(FACTS) if p and isinstance(p[-1], str)]


def without(answers, path):
    if len(path) == 1:
        return {k: v for k, v in answers.items() if k != path[0]}
    if isinstance(answers, list):
        return [without(v, path[1:]) if n == path[0] else v for n, v in enumerate(answers)]
    return {k: without(v, path[1:]) if k == path[0] else v for k, v in answers.items()}


@given(st.lists(st.sampled_from(PATHS), max_size=3), st.booleans(), st.booleans())
def test_schema_and_completeness_agree_on_what_is_missing(gone, public, mobilises):
    answers = FACTS
    for path in gone:
        try:
            answers = without(answers, path)
        except (KeyError, AttributeError):
            continue
    service = answers.get("service", {}) | {"public": public}
    review = answers.get("self_review", {}) | {"opinion_mobilisation": mobilises}
    answers = prune(FORM, answers | {"service": service, "self_review": review})

    valid = Draft202012Validator(json_schema.schema(FORM)).is_valid(answers)

    assert valid is (problems(FORM, answers) == {})


def test_definition_files_follow_their_schema():
    validator = Draft202012Validator(json_schema.definition_schema())

    for name in names():
        text = definitions().joinpath(f"{name}.form.yaml").read_text("utf-8")
        validator.validate(YAML(typ="safe", pure=True).load(text))


def test_fhir_takes_the_form_and_gives_it_back(form):
    resource = fhir.questionnaire(form)

    FhirQuestionnaire.model_validate(resource)
    assert fhir.read(resource) == form


def test_fhir_takes_the_answers_and_gives_them_back(form):
    answers = prune(form, answered(form))
    resource = fhir_response.response(form, answers, AUTHORED)

    if resource["item"]:
        QuestionnaireResponse.model_validate(resource)
    assert fhir_response.read_response(form, resource) == answers


def test_answers_to_another_form_are_refused():
    resource = fhir_response.response(FORM, FACTS, AUTHORED)

    with pytest.raises(ValueError, match="not urn:shenbei:form:appeal"):
        fhir_response.read_response(questionnaire("appeal"), resource)
    with pytest.raises(ValueError, match="no question"):
        fhir_response.read_response(FORM, resource | {"item": [{"linkId": "x"}]})
    with pytest.raises(ValueError, match="not a FHIR Questionnaire"):
        fhir.read(resource)


@pytest.mark.parametrize("resource", [[1], {"resourceType": "Patient"}, "x"])
def test_what_is_no_questionnaire_is_refused(resource):
    with pytest.raises(ValueError, match="不是 FHIR Questionnaire"):
        fhir.read(resource)


@pytest.mark.parametrize("key", ["url", "version", "name", "status"])
def test_a_questionnaire_names_itself(key):
    resource = fhir.questionnaire(FORM)
    del resource[key]

    with pytest.raises(ValueError, match=f"missing: {key}"):
        fhir.read(resource)


def test_attachments_keep_their_hash_through_fhir():
    form = questionnaire("ethics_application")
    file = {"name": "a.pdf", "type": "application/pdf", "size": 9, "sha256": "0" * 64}
    once = [top for top in form.item if not any(i.repeats for i in top.walk())]
    item = next(i for top in once for i in top.walk() if i.type == "attachment")
    answers = file
    for key in reversed(item.linkId.split(".")):
        answers = {key: answers}

    resource = fhir_response.response(form, answers, AUTHORED)

    assert fhir_response.read_response(form, resource) == answers


def test_pyxform_takes_the_workbook_and_it_reads_back_the_same(form, tmp_path):
    data = xlsform.workbook(form)
    path = tmp_path / f"{form.name}.xlsx"
    path.write_bytes(data)

    result = convert(str(path), validate=False)

    assert form.title.zh in result.xform
    assert xlsform_read.read(data) == form


def test_a_label_edited_in_the_sheet_is_read():
    book = load_workbook(io.BytesIO(xlsform.workbook(FORM)))
    book["survey"]["C2"] = "项目的概况"
    stream = io.BytesIO()
    book.save(stream)

    assert xlsform_read.read(stream.getvalue()).item[0].text.zh == "项目的概况"


def foreign(*rows):
    book = Workbook()
    book.active.title = "survey"
    head = ("type", "name", xlsform.ZH, xlsform.EN, "required", "relevant")
    for row in (head, *rows):
        book["survey"].append(row)
    for sheet, lines in (
        ("choices", [("list_name", "name", xlsform.ZH, xlsform.EN), ("k", "a", "甲", "A")]),
        ("settings", [("form_id", "form_title", "version", "shenbei"), SETTINGS]),
    ):
        made = book.create_sheet(sheet)
        for line in lines:
            made.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


SETTINGS = (
    "outside",
    "外来表",
    "2026.1",
    '{"cite": [{"instrument": "office_policy", "article": 0}]}',
)


def test_a_sheet_that_others_made_is_read():
    data = foreign(
        ("select_one k", "kind", "类别", "Kind", "yes", ""),
        ("text", "why", "理由", "Why", "", "${kind} = 'a'"),
        ("begin_repeat", "row", "行", "Row", "", ""),
        ("integer", "row.count", "数", "Count", "", ""),
        ("end_repeat", "row", "", "", "", ""),
    )

    form = xlsform_read.read(data)

    assert [item.type for item in form.walk()] == ["coding", "text", "group", "integer"]
    assert form.item[1].enableWhen[0].answer == "a"
    assert form.item[2].repeats


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("geopoint", "place", "地点", "Place", "", "")], "survey row 2: type geopoint"),
        ([("text", "a", "甲", "A", "", "today() > 1")], "not a condition of ours"),
        ([("text", "a", None, "A", "", "")], "survey row 2"),
        ([("begin_group", "a", "甲", "A", "", "")], "a has no end row"),
        ([("select_one z", "a", "甲", "A", "", "")], "survey row 2"),
    ],
)
def test_what_we_have_no_word_for_is_refused_with_its_row(rows, words):
    with pytest.raises(SheetError, match=words):
        xlsform_read.read(foreign(*rows))


def test_a_sheet_with_too_many_rows_is_refused():
    rows = [("integer", f"q{n}", "问", "Q", "", "") for n in range(xlsform_read.MOST_ROWS + 2)]

    with pytest.raises(SheetError, match="5000"):
        xlsform_read.read(foreign(*rows))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"x" * (xlsform_read.LARGEST + 1)])
def test_what_is_no_workbook_is_refused(data):
    with pytest.raises(SheetError):
        xlsform_read.read(data)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("${a} = 1 and ${b} = 2 or ${c} = 3", "mixed"),
        ("(${a} = 1 and ${b} = 2)", "only «or»"),
        ("${a} + 1", "not a condition"),
        ("((${a} = 1)", "mixed"),
    ],
)
def test_an_expression_outside_the_grammar_is_refused(text, words):
    with pytest.raises(ValueError, match=words):
        read_expression(text, set())


def test_expressions_are_read_as_conditions():
    found = read_expression(
        "${a} != '' and (${b} >= 3 or not(selected(${c}, 'x and y')))", set()
    )

    assert found == {
        "enableWhen": [
            {"question": "a", "operator": "exists", "answer": True},
            {
                "any": [
                    {"question": "b", "operator": ">=", "answer": 3},
                    {"question": "c", "operator": "!=", "answer": "x and y"},
                ]
            },
        ]
    }
    either = read_expression("${a} = 'no' or ${b} = 'no'", {"a"})
    assert either["enableBehavior"] == "any"
    assert [c["answer"] for c in either["enableWhen"]] == [False, "no"]


def test_every_operator_has_its_expression_in_fhir():
    shown = [
        when("b", "exists", False),
        {"any": [when("a", "=", "x"), when("b", "exists", True)]},
    ]
    first = item("a", text={"zh-CN": "甲", "en": "a"})
    form = make(first, item("b"), item("c", enableWhen=shown))
    resource = fhir.questionnaire(form)

    expression = resource["item"][2]["extension"][0]["valueExpression"]["expression"]
    assert expression.count(".exists()") == expression.count(".empty()") == 1
    assert fhir.read(resource) == form
    resource["item"][0]["_text"]["extension"][0]["extension"][0]["valueCode"] = "fr"
    assert fhir.read(resource).item[0].text.en == "甲"


def test_blank_rows_of_a_sheet_are_passed_over():
    data = foreign((None,) * 6, ("text", "a", "甲", "A", "", ""), (None,) * 6)

    assert len(xlsform_read.read(data).item) == 1
