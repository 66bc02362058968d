from dataclasses import dataclass
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import text
from cases.notices import TOLD
from cases.procedures import PROCEDURES, AnyEvent, person_acts, procedure_of, proceeding_id
from cases.safety_assessment import Point, Signer, SubmitReport
from cases.status import STATUS


@dataclass(frozen=True)
class Row:
    note: text.Prose
    code: str = "<b>"


@dataclass(frozen=True)
class Act:
    reason: text.Prose
    items: tuple[text.Prose, ...]
    rows: tuple[Row, ...]
    code: str = "{{ not prose }}"


ACT = Act("因", ("一", "二"), (Row("甲"), Row("")))


def test_all_prose_is_found_with_its_path_and_nothing_else():
    assert dict(text.prose(ACT)) == {
        "reason": "因",
        "items/0": "一",
        "items/1": "二",
        "rows/0/note": "甲",
    }
    assert list(text.prose("no act")) == []


def test_each_field_has_its_own_salt():
    rows = text.payloads(ACT, "ab" * 32)

    assert len({row.salt for row in rows}) == len(rows) == 4
    assert all(
        row.commitment == text.commitment(row.path, row.salt, row.value) for row in rows
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_commitment_binds_its_words(one, other):
    same = text.commitment("p", "ab" * 32, one) == text.commitment("p", "ab" * 32, other)

    assert same is (one == other)


@pytest.mark.parametrize(
    "value",
    [
        "<script>",
        "</p>",
        "<!-- -->",
        "<img src=x>",
        "{{x}}",
        "{% x %}",
        "{# x #}",
        "&#60;",
        "JavaScript:alert(1)",
        "\x00",
        "\x1b[31m",
        "字" * 5001,
    ],
)
def test_hostile_text_is_not_plain(value):
    assert text.unplain(value)


@pytest.mark.parametrize(
    "value", ["", "a < b > c", "准确率<95%", "第一行\n第二行", "{单花括号}", "字" * 5000]
)
def test_ordinary_text_is_plain(value):
    assert text.unplain(value) is None


def test_nested_prose_of_a_report_is_committed_to():
    report = SubmitReport(
        points=(Point(number=1, met=True, note="甲"),),
        open_hazards=0,
        signers=(Signer(role="assessment_head", name="乙"),),
        conclusion="丙",
    )

    assert {p.path for p in text.payloads(report, "00" * 32)} == {
        "points/0/note",
        "signers/0/name",
        "conclusion",
    }


def test_every_stage_after_the_opening_has_a_status():
    for procedure in PROCEDURES.values():
        stages = set(type(procedure.state.__dataclass_fields__["stage"].default)) - {"new"}
        assert {(procedure.name, stage) for stage in stages} <= STATUS.keys()
    assert all(
        s.words.zh.startswith("在") and s.words.en.startswith("with") for s in STATUS.values()
    )


def test_notices_speak_of_events_that_exist():
    kinds = {event.__dataclass_fields__["kind"].default for event in get_args(AnyEvent)}

    assert TOLD.keys() <= kinds
    assert len(kinds) == len(get_args(AnyEvent))


def test_kinds_and_ids_are_of_their_procedure():
    for kind in person_acts():
        assert kind.split(".")[0] in PROCEDURES
    for name in PROCEDURES:
        assert procedure_of(proceeding_id(name, "BJ-2026-000001", 1)).name == name


@pytest.mark.parametrize(
    ("items", "refused"),
    [
        (("x",) * text.ENTRIES, False),
        (("x",) * (text.ENTRIES + 1), True),
        (("x" * text.LIMIT,) * (text.TOTAL // text.LIMIT), False),
        (("x" * text.LIMIT,) * (text.TOTAL // text.LIMIT) + ("x",), True),
    ],
)
def test_an_act_brings_only_so_many_words(items, refused):
    act = Act("", items, ())

    if refused:
        with pytest.raises(text.TextError, match="最多"):
            text.check(act)
    else:
        text.check(act)
