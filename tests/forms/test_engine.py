"""Definitions, conditions, values, prefill, diff and migration."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.facts import DOSSIER, read_dossier
from forms import library
from forms.completeness import problems, prune, shape_problems
from forms.diff import diff, pieces
from forms.library import DefinitionError, names, questionnaire, read
from forms.migrate import migrate, read_steps
from forms.prefill import Fed, prefill
from forms.reading import AnswersError, read_answers
from law.parameters import instruments
from tests.forms.making import item, make, when
from tests.shared import shared

FACTS = read_dossier(DOSSIER)
PROJECT = questionnaire("project_facts")
LINKS = {item.linkId for item in PROJECT.walk()}
WANTED = {
    "project_facts",
    "ethics_application",
    "self_review",
    "supplement_answer",
    "conflict_declaration",
    "reviewer_opinion",
    "clarification",
    "committee_registration",
    "expert_request",
    "expert_opinion",
    "safety_assessment",
    "genai_test_record",
    "filing_subject",
    "filing_algorithm",
    "filing_product",
    "technical_service",
    "publication_text",
    "main_responsibility",
    "algorithm_self_assessment",
    "filing_change",
    "filing_cancellation",
    "model_filing",
    "model_registration",
    "follow_up_report",
    "amendment",
    "incident",
    "appeal",
    "inspection",
    "consultation",
    "training_record",
}


def codes(form, answers):
    return {path: code for path, (code, _) in problems(form, answers).items()}


def test_every_form_is_there_and_well_formed():
    assert set(names()) == WANTED
    assert library.faults() == []


@pytest.mark.parametrize("name", sorted(WANTED))
def test_every_fact_is_one_and_every_instrument_is_known(name):
    form = questionnaire(name)

    assert {i.fact for i in form.walk() if i.fact} <= LINKS
    cited = {c.instrument for i in form.walk() for c in i.cite} | {
        c.instrument for c in form.cite
    }
    assert cited <= set(instruments())


def test_active_versions_are_locked():
    lines = library.definitions().joinpath("versions.lock").read_text("utf-8").splitlines()

    assert lines == library.lock_lines()


def test_a_changed_active_version_is_a_fault(monkeypatch, tmp_path):
    text = library.definitions().joinpath("appeal.form.yaml").read_bytes()
    (tmp_path / "appeal.form.yaml").write_bytes(
        text.replace("申诉".encode(), "申述".encode(), 1)
    )
    (tmp_path / "wrong.form.yaml").write_bytes(text)
    (tmp_path / "bad.form.yaml").write_bytes(b"name: [")
    digest = sha256(text).hexdigest()
    (tmp_path / "versions.lock").write_text(f"urn:shenbei:form:appeal|2026.1 {digest}\n")
    monkeypatch.setattr(library, "definitions", lambda: tmp_path)

    found = "\n".join(library.faults())

    assert "appeal.form.yaml: 已生效的版本不得修改" in found
    assert "wrong.form.yaml: 文件名与表单不符" in found
    assert "bad.form.yaml: 不是 YAML" in found
    (tmp_path / "versions.lock").write_text("")
    assert "appeal.form.yaml: 生效版本未锁定" in "\n".join(library.faults())


def test_an_earlier_version_is_read_by_its_name(monkeypatch, tmp_path):
    text = library.definitions().joinpath("appeal.form.yaml").read_text("utf-8")
    (tmp_path / "appeal.form.yaml").write_text(text.replace('"2026.1"', '"2027.1"'), "utf-8")
    (tmp_path / "appeal@2026.1.form.yaml").write_text(text, "utf-8")
    monkeypatch.setattr(library, "definitions", lambda: tmp_path)
    monkeypatch.setattr(library, "names", lambda: ("appeal",))
    questionnaire.cache_clear()

    try:
        assert questionnaire("appeal").version == "2027.1"
        assert questionnaire("appeal", "2026.1").version == "2026.1"
        with pytest.raises(DefinitionError, match=r"没有版本 2025\.1"):
            questionnaire("appeal", "2025.1")
        with pytest.raises(DefinitionError, match="no form nothing"):
            questionnaire("nothing")
        library.enter()
        assert library.faults() == []
    finally:
        questionnaire.cache_clear()


HEAD = """resourceType: Questionnaire
url: urn:shenbei:form:t
name: t
version: "2026.1"
status: draft
title: {zh-CN: 表, en: form}
cite: [{instrument: office_policy, article: 0}]
item:
"""


GROUP = """- linkId: a
  type: group
  text: {zh-CN: 甲, en: a}
  item: [{linkId: LINK, type: string, text: {zh-CN: 乙, en: b}}]"""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "- {linkId: a, type: string, text: {zh-CN: 甲}}",
            "t:9: item/0/text/en: 缺少这一项 · Field required",
        ),
        (
            "- {linkId: a, type: sheet, text: {zh-CN: 甲, en: a}}",
            "t:9: item/0/type: 不是允许的值",
        ),
        (
            "- {linkId: a, type: string, txt: 1, text: {zh-CN: 甲, en: a}}",
            "t:9: item/0/txt: 没有这样的键",
        ),
        (
            "- {linkId: a, type: string, maxLength: 0, text: {zh-CN: 甲, en: a}}",
            "t:9: item/0/maxLength: 不合要求",
        ),
        (
            "- {linkId: a, type: string, text: {zh-CN: 甲, en: a}}\n" * 2,
            "t:10: a: linkId 重复：['a']",
        ),
        (
            (
                "- {linkId: a, type: string, text: {zh-CN: 甲, en: a}}\n"
                "- {linkId: b, type: string, text: {zh-CN: 乙, en: b}, "
                "enableWhen: [{question: z, operator: '=', answer: x}]}"
            ),
            "t:10: b: 条件所指的问题不存在：['z'] · a condition on unknown questions: ['z']",
        ),
        (
            (
                "- {linkId: b, type: string, text: {zh-CN: 乙, en: b}, "
                "enableWhen: [{any: [{question: b, operator: is, answer: x}]}]}"
            ),
            "t:9: item/0/enableWhen/0/any/0/operator: 不是允许的值",
        ),
        ("- {linkId: a, type: group, text: {zh-CN: 甲, en: a}}", "holds items"),
        ("- {linkId: a, type: coding, text: {zh-CN: 甲, en: a}}", "has options"),
        ("- {linkId: a, type: string, regex: '[', text: {zh-CN: 甲, en: a}}", "unterminated"),
        (
            GROUP.replace("LINK", "b"),
            "not named after their group",
        ),
        (
            "- linkId: a\n  type: coding\n  text: {zh-CN: 甲, en: a}\n  answerOption:\n"
            + "  - {code: x, display: {zh-CN: 一, en: x}}\n" * 2,
            "an option stands twice",
        ),
        (
            "\n".join(
                f"- {{linkId: {own}, type: string, text: {{zh-CN: 甲, en: a}}, "
                f"enableWhen: [{{question: {other}, operator: '=', answer: x}}]}}"
                for own, other in ("ab", "ba")
            ),
            "conditions in a circle: ",
        ),
        (
            "- &x {linkId: a, type: string, text: {zh-CN: 甲, en: a}}\n- *x",
            "t:10: 不得使用 YAML 别名",
        ),
        ("- [", "不是 YAML"),
        ("- 7", "t:9: item/0"),
        ("- [7]", "t:9: item/0"),
    ],
)
def test_a_faulty_definition_is_refused_with_file_line_and_path(body, words):
    with pytest.raises(DefinitionError) as refusal:
        read((HEAD + body + "\n").encode(), "t")

    assert words in str(refusal.value)


def test_a_definition_without_citation_or_with_another_url_is_refused():
    for change in (
        HEAD.replace("cite: [{instrument: office_policy, article: 0}]\n", ""),
        HEAD.replace("urn:shenbei:form:t", "urn:shenbei:form:u"),
    ):
        text = change + "- {linkId: a, type: string, text: {zh-CN: 甲, en: a}}\n"
        with pytest.raises(DefinitionError, match=r"no citation|the url of"):
            read(text.encode(), "t")


def test_a_definition_larger_than_a_megabyte_is_refused():
    with pytest.raises(DefinitionError, match="1048576"):
        read(b"#" * (library.LARGEST + 1), "t")


FILE = {"name": "a.pdf", "type": "application/pdf", "size": 10, "sha256": "a" * 64}


@pytest.mark.parametrize(
    ("kind", "more", "value", "code"),
    [
        ("string", {"maxLength": 3}, "abc", None),
        ("string", {"maxLength": 3}, "abcd", "text"),
        ("string", {"regex": "[a-z]+"}, "abc", None),
        ("string", {"regex": "[a-z]+"}, "abc1", "format"),
        ("string", {"check": "email"}, "a@b.cn", None),
        ("string", {"check": "email"}, "a@b", "check"),
        ("string", {"check": "mobile"}, "13800000000", None),
        ("string", {"check": "mobile"}, "1380000000", "check"),
        ("string", {"check": "division"}, "110108", None),
        ("string", {"check": "division"}, "11010", "check"),
        ("string", {"check": "credit_code"}, "91110108MA01YL8X3B", "check"),
        ("string", {"check": "filing_number"}, "网信算备110108823483901230031号", None),
        ("string", {"check": "filing_number"}, "网信算备1号", "check"),
        ("text", {}, "多行\n文字", None),
        ("text", {}, 7, "type"),
        ("integer", {"minValue": 1, "maxValue": 3}, 0, "limit"),
        ("integer", {"minValue": 1, "maxValue": 3}, 1, None),
        ("integer", {"minValue": 1, "maxValue": 3}, 3, None),
        ("integer", {"minValue": 1, "maxValue": 3}, 4, "limit"),
        ("integer", {}, 2**53, "limit"),
        ("integer", {}, True, "type"),
        ("decimal", {"minValue": 0, "maxValue": 1}, "1.0", None),
        ("decimal", {"minValue": 0, "maxValue": 1}, "1.01", "limit"),
        ("decimal", {"minValue": 0, "maxValue": 1}, "-0.1", "limit"),
        ("decimal", {}, 3, None),
        ("decimal", {}, 0.5, "type"),
        ("boolean", {}, "yes", "type"),
        ("date", {}, "2026-02-29", "type"),
        ("date", {}, "1899-12-31", "limit"),
        ("date", {}, "1900-01-01", None),
        ("dateTime", {}, "2026-11-24T09:00:00+08:00", None),
        ("dateTime", {}, "2026-11-24T09:00:00", "type"),
        ("dateTime", {}, 7, "type"),
        ("dateTime", {}, "2101-01-01T00:00:00+08:00", "limit"),
        ("url", {}, "https://example.cn/a", None),
        ("url", {}, "ftp://example.cn", "format"),
        ("url", {}, "<b>", "text"),
        ("attachment", {}, FILE, None),
        ("attachment", {}, FILE | {"size": 0}, "limit"),
        ("attachment", {"maxSize": 10}, FILE, None),
        ("attachment", {"maxSize": 9}, FILE, "limit"),
        ("attachment", {}, FILE | {"type": "text/html"}, "choice"),
        ("attachment", {}, FILE | {"sha256": "x"}, "format"),
        ("attachment", {}, FILE | {"name": "<b>"}, "format"),
        ("attachment", {}, FILE | {"more": 1}, "type"),
        ("attachment", {}, "a.pdf", "type"),
    ],
)
def test_a_value_is_judged_by_its_type(kind, more, value, code):
    found = codes(make(item("a", kind, **more)), {"a": value})

    assert found == ({"a": code} if code else {})


ROWS = make(
    {
        **item("r", "group", repeats=True, required=True, minOccurs=2, maxOccurs=3),
        "item": [
            item("r.kind"),
            item("r.why", required=True, enableWhen=[when("r.kind", "=", "x")]),
        ],
    }
)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], {"r": "required"}),
        ([{}], {"r": "too_few"}),
        ([{}, {}], {}),
        ([{}, {}, {}], {}),
        ([{}] * 4, {"r": "too_many"}),
        ([{"kind": "x"}, {"kind": "y"}], {"r/0/why": "required"}),
        ([{"kind": "y"}, {"kind": "x", "why": "w"}], {}),
        ([7, {}], {"r/0": "type"}),
        ("x", {"r": "type"}),
    ],
)
def test_rows_are_counted_and_ask_by_their_own_answers(rows, found):
    assert codes(ROWS, {"r": rows}) == found


def test_a_draft_may_have_too_few_rows():
    assert shape_problems(ROWS, {"r": [{}]}) == {}


@pytest.mark.parametrize(
    ("condition", "answers", "asked"),
    [
        (when("n", ">", 3), {"n": 3}, False),
        (when("n", ">", 3), {"n": 4}, True),
        (when("n", ">=", 3), {"n": 3}, True),
        (when("n", "<", 3), {"n": 3}, False),
        (when("n", "<=", 3), {"n": 3}, True),
        (when("n", ">", 3), {}, False),
        (when("n", ">", 3), {"n": True}, False),
        (when("d", ">=", "2025-09-01"), {"d": "2025-08-31"}, False),
        (when("d", ">=", "2025-09-01"), {"d": "2025-09-01"}, True),
        (when("m", "=", "x"), {"m": ["y", "x"]}, True),
        (when("m", "!=", "x"), {"m": ["y", "x"]}, False),
        (when("m", "!=", "x"), {"m": ["y"]}, True),
        (when("s", "!=", "x"), {}, False),
        (when("s", "!=", "x"), {"s": "y"}, True),
        (when("s", "exists", True), {"s": ""}, False),
        (when("s", "exists", False), {}, True),
        ({"any": [when("s", "=", "x"), when("n", "=", 1)]}, {"n": 1}, True),
        ({"any": [when("s", "=", "x"), when("n", "=", 1)]}, {"n": 2}, False),
    ],
)
def test_conditions_compare_numbers_dates_and_choices(condition, answers, asked):
    options = [{"code": c, "display": {"zh-CN": c, "en": c}} for c in "xy"]
    form = make(
        item("n", "integer"),
        item("d", "date"),
        item("m", "coding", repeats=True, answerOption=options),
        item("s"),
        item("q", required=True, enableWhen=[condition]),
    )

    assert ("q" in problems(form, answers)) is asked


def test_a_hidden_answer_asks_nothing_and_is_pruned():
    form = make(
        item("a", "boolean"),
        item("b", "boolean", enableWhen=[when("a", "=", True)]),
        item("c", required=True, enableWhen=[when("b", "=", True)]),
    )

    assert "c" in problems(form, {"a": True, "b": True})
    assert "c" not in problems(form, {"a": False, "b": True})
    assert prune(form, {"a": False, "b": True, "c": "x"}) == {"a": False}


def test_a_display_is_no_question():
    form = make(item("a", "display"))

    assert problems(form, {}) == {}
    assert codes(form, {"a": "x"}) == {"a": "unknown"}


def test_an_answer_of_ten_megabytes_is_refused_in_one_line():
    found = problems(PROJECT, {"project": {"purpose": "字" * 10_000_000}})
    rows = problems(PROJECT, {"data": [{}] * 1_000_000})

    assert found["project/purpose"][0] == "text"
    assert rows["data"][0] == "too_many"


def test_facts_fill_a_form_and_say_which_fed_what():
    form = questionnaire("publication_text")

    answers, fed = prefill(form, FACTS)

    assert Fed("algorithm_name", "filing.algorithm_name") in fed
    assert answers["algorithm_name"] == FACTS["filing"]["algorithm_name"]


def test_what_a_person_answered_is_not_overwritten():
    form = questionnaire("publication_text")

    answers, fed = prefill(form, FACTS, {"algorithm_name": "另一名称"})

    assert answers["algorithm_name"] == "另一名称"
    assert "algorithm_name" not in {f.path for f in fed}


def test_rows_are_filled_row_by_row_and_a_lone_fact_goes_to_the_first():
    form = make(
        {
            **item("people", "group", repeats=True, fact="project.funding"),
            "item": [item("people.source"), item("people.amount_cny", "integer")],
        },
        {
            **item("products", "group", repeats=True),
            "item": [item("products.name", fact="service.name"), item("products.more")],
        },
        {**item("g", "group"), "item": [item("g.x", fact="project.leader"), item("g.y")]},
    )

    answers, fed = prefill(form, FACTS, {"products": [{"more": "已填"}, {"more": "二"}]})

    assert answers["people"] == FACTS["project"]["funding"]
    assert answers["products"] == [
        {"more": "已填", "name": FACTS["service"]["name"]},
        {"more": "二"},
    ]
    assert "g" not in answers  # a group of facts does not fit a single box
    assert [f.path for f in fed] == ["people", "products/0/name"]


@pytest.mark.parametrize("name", sorted(WANTED - {"project_facts"}))
@pytest.mark.parametrize("dossier", ["01-public-assistant.yaml", "02-lung-imaging.yaml"])
def test_the_dossiers_fill_every_form_without_a_fault(name, dossier):
    form = questionnaire(name)
    facts = read_dossier(shared("applications", dossier))

    answers, _ = prefill(form, facts)

    assert shape_problems(form, answers) == {}


@given(
    st.text("审查算法备案一二三\n", max_size=60), st.text("审查算法备案一二三\n", max_size=60)
)
def test_the_pieces_of_a_comparison_join_to_both_sides(before, after):
    found = pieces(before, after)

    assert "".join(t for kind, t in found if kind != "added") == before
    assert "".join(t for kind, t in found if kind != "removed") == after


def test_a_diff_names_each_box_that_differs_in_the_order_of_the_form():
    funding = [{"source": "自筹", "amount_cny": 1}, {"source": "二"}]
    changed = FACTS | {
        "emergency_plan": "二十分钟内下线。",
        "project": FACTS["project"] | {"title": "问渠二期", "funding": funding},
        "model": FACTS["model"] | {"output": ["text"]},
    }
    del changed["conflict_statement"]

    found = {change.path: change for change in diff(PROJECT, FACTS, changed)}

    assert list(found) == [
        "project/title",
        "project/funding/0/source",
        "project/funding/0/amount_cny",
        "project/funding/1/source",
        "model/output",
        "emergency_plan",
        "conflict_statement",
    ]
    assert [c.kind for c in found.values()].count("changed") == 5
    assert found["project/funding/1/source"].kind == "added"
    assert found["conflict_statement"].kind == "removed"
    assert found["project/title"].pieces[0] == ("same", "问渠")
    assert diff(PROJECT, FACTS, FACTS) == ()


STEPS = """
- {rename: old, to: group.new}
- {drop: gone, why: 不再需要}
- {drop: never, why: 不再需要}
- {put: added, answer: 7}
- {put: kept, answer: 7}
- {recode: kind, codes: {a: alpha}}
- {recode: kinds, codes: {a: alpha}}
- {split: name, at: ／, into: [zh, en]}
- {rename: nowhere.at_all, to: x}
- {rename: kept.inner, to: x}
"""


def test_a_draft_is_brought_along_by_declared_steps(monkeypatch, tmp_path):
    folder = tmp_path / "project_facts"
    folder.mkdir()
    (folder / "2025.1-2025.2.yaml").write_text(STEPS, "utf-8")
    (folder / "2025.2-2026.1.yaml").write_text("- {put: last, answer: true}", "utf-8")
    monkeypatch.setattr("forms.migrate.migrations", lambda: tmp_path)
    draft = {
        "old": "旧",
        "gone": "去",
        "kept": 1,
        "kind": "a",
        "kinds": ["a", "b"],
        "name": "甲／A",
    }
    before = dict(draft)

    moved = migrate("project_facts", "2025.1", draft)

    assert draft == before
    assert moved.version == "2026.1"
    assert moved.dropped == {"gone": "去"}
    assert moved.answers == {
        "group": {"new": "旧"},
        "kept": 1,
        "kind": "alpha",
        "kinds": ["alpha", "b"],
        "added": 7,
        "zh": "甲",
        "en": "A",
        "last": True,
    }


def test_a_rename_onto_an_answer_keeps_what_stood_there(monkeypatch, tmp_path):
    folder = tmp_path / "project_facts"
    folder.mkdir()
    (folder / "2025.1-2026.1.yaml").write_text("- {rename: a, to: b}", "utf-8")
    monkeypatch.setattr("forms.migrate.migrations", lambda: tmp_path)

    moved = migrate("project_facts", "2025.1", {"a": "新", "b": "旧"})

    assert (moved.answers, moved.dropped) == ({"b": "新"}, {"b": "旧"})


ROW_STEPS = """
- {rename: team.members.old, to: team.members.new}
- {drop: team.members.papers.gone, why: 不再需要}
- {put: team.members.added, answer: true}
- {recode: team.members.kind, codes: {a: alpha}}
- {split: team.members.name, at: ／, into: [team.members.zh, team.members.en]}
"""


def test_a_step_is_taken_in_each_row_of_a_repeating_group(monkeypatch, tmp_path):
    folder = tmp_path / "project_facts"
    folder.mkdir()
    (folder / "2025.1-2026.1.yaml").write_text(ROW_STEPS, "utf-8")
    monkeypatch.setattr("forms.migrate.migrations", lambda: tmp_path)
    papers = [{"gone": 1, "kept": 2}, {"gone": 3}]
    members = [{"old": "旧", "kind": "a", "papers": papers}, {"name": "甲／A", "old": "二"}]

    moved = migrate("project_facts", "2025.1", {"team": {"members": members}})

    assert moved.answers["team"]["members"] == [
        {"new": "旧", "kind": "alpha", "papers": [{"kept": 2}, {}], "added": True},
        {"new": "二", "zh": "甲", "en": "A", "added": True},
    ]
    assert moved.dropped == {
        "team/members/0/papers/0/gone": 1,
        "team/members/0/papers/1/gone": 3,
    }


def test_without_a_declared_map_a_draft_stays():
    with pytest.raises(DefinitionError, match="no declared map"):
        migrate("project_facts", "2020.1", {})
    assert migrate("project_facts", "2026.1", {"a": 1}).answers == {"a": 1}


@pytest.mark.parametrize("text", [b"- {explode: x}", b"- [", b"- {drop: x, why: ''}"])
def test_a_map_of_unknown_steps_is_refused(text):
    with pytest.raises(DefinitionError, match="s: "):
        read_steps(text, "s")


def test_null_and_blank_groups_are_no_answers():
    form = make({**item("g", "group"), "item": [item("g.a")]}, item("b"))

    assert codes(form, {"g": "", "b": None}) == {"g": "type", "b": "type"}


def test_facts_of_another_shape_fill_nothing():
    group = {**item("g", "group", repeats=True, fact="risks"), "item": [item("g.risk")]}

    answers, fed = prefill(make(group), {"risks": ["a risk", {"risk": "误用"}, {}]})
    assert answers == {"g": [{"risk": "误用"}]}
    assert prefill(make(group), {"risks": {"risk": "x"}})[0] == {}
    one = {**item("g", "group", fact="risks"), "item": [item("g.risk")]}
    assert prefill(make(one), {"risks": "x"})[0] == {}
    assert [f.path for f in fed] == ["g"]


def test_an_answer_and_an_empty_one_do_not_differ():
    form = make(item("a"), item("b"))

    assert diff(form, {"a": "", "b": "1"}, {"a": None, "b": "1"}) == ()


def test_new_active_versions_are_entered_and_drafts_are_not(monkeypatch, tmp_path):
    text = library.definitions().joinpath("appeal.form.yaml").read_text("utf-8")
    (tmp_path / "appeal.form.yaml").write_text(text, "utf-8")
    draft = text.replace("status: active", "status: draft")
    for old in ("urn:shenbei:form:appeal", "name: appeal"):
        draft = draft.replace(old, old.replace("appeal", "later"))
    (tmp_path / "later.form.yaml").write_text(draft, "utf-8")
    monkeypatch.setattr(library, "definitions", lambda: tmp_path)

    library.enter()

    lines = (tmp_path / "versions.lock").read_text("utf-8").splitlines()
    assert [line.split("|")[0] for line in lines] == ["urn:shenbei:form:appeal"]
    assert library.lock_lines() == lines


def test_answers_are_read_from_a_file_or_refused(tmp_path):
    file = tmp_path / "a.yaml"
    for text, words in (
        ("- 1", "应为一组回答"),
        ("a: [", "不是 YAML"),
        ("[" * 20_000, "YAML|嵌套"),
    ):
        file.write_text(text, "utf-8")
        with pytest.raises(AnswersError, match=words):
            read_answers(file)
    file.write_text("a: 2026-11-24\nb: [2026-11-24]", "utf-8")

    assert read_answers(file) == {"a": "2026-11-24", "b": ["2026-11-24"]}


def test_what_nests_too_deeply_is_refused():
    with pytest.raises(DefinitionError, match="嵌套过深"):
        read(b"[" * 20_000 + b"]" * 20_000, "t")
