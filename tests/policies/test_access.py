"""The whole table: every cell against a plain reading of the rows, every row needed."""

import itertools

import pytest

from cases.procedures import person_acts
from policies.access import Access, NotAllowedError, PolicyError, Row, read_rows
from policies.relations import Person, Subject, relations
from policies.standing import access as build
from policies.vocabulary import EVERYBODY, OTHER_ACTS, RELATIONS, ROLES

ACTS = OTHER_ACTS | person_acts()
ROWS = read_rows()
ACCESS = build()


def person(*roles, party="b", id_="p", division=""):
    return Person(id_, party, frozenset(roles), division)


def plainly(role, act, held, stage):
    """Read the table as an auditor would: a denial wins; what nobody allows is denied."""
    fitting = [
        row.effect
        for row in ROWS
        if row.act == act
        and row.role in {role, EVERYBODY}
        and row.stage in {"*", stage}
        and row.relation in {"*", *held}
    ]
    return "deny" not in fitting and "allow" in fitting


def test_every_cell_is_as_the_rows_say():
    held = [
        (),
        *((r,) for r in sorted(RELATIONS)),
        *itertools.combinations(sorted(RELATIONS), 2),
    ]
    allowed = 0
    for role, act, stage in itertools.product(
        sorted(ROLES), sorted(ACTS), ("draft", "submitted")
    ):
        for names in held:
            answer = ACCESS.allows(person(role), act, frozenset(names), stage)
            assert answer is plainly(role, act, names, stage), (role, act, names, stage)
            allowed += answer
    assert allowed > 500


def test_every_row_changes_something():
    for row in ROWS:
        fewer = [r for r in ROWS if r != row]
        held = frozenset() if row.relation == "*" else frozenset({row.relation})
        roles = () if row.role == EVERYBODY else (row.role,)
        # A denial matters to one whom another row would allow.
        if row.effect == "deny":
            giver = next(r for r in fewer if r.act == row.act and r.effect == "allow")
            roles, held = (giver.role,), held | {giver.relation}
        stage = "draft"
        who = person(*roles) if roles else None
        acts = ACTS if any(r.act == row.act for r in fewer) else ACTS - {row.act}
        changed = Access(fewer, acts).allows(who, row.act, held, stage)
        assert changed is not ACCESS.allows(who, row.act, held, stage), str(row)


@pytest.mark.parametrize("act", ["ethics_review.cast_ballot", "case.read_dossier"])
@pytest.mark.parametrize("wall", ["undeclared", "recused"])
def test_the_conflict_wall_beats_every_permission(act, wall):
    everything = frozenset(RELATIONS - {"undeclared", "recused"}) | {wall}

    assert not ACCESS.allows(person(*ROLES), act, everything)


def test_the_operator_sees_no_case():
    held = frozenset(RELATIONS - {"undeclared", "recused"})
    closed = {a for a in ACTS if not ACCESS.allows(person("operator"), a, held)}

    assert {a for a in ACTS if a.startswith("case.")} - {"case.list"} <= closed


def test_a_refusal_names_the_row_that_denies_or_says_that_none_allows():
    with pytest.raises(
        NotAllowedError, match=r"any, ethics_review\.cast_ballot, \*, recused, deny"
    ):
        ACCESS.demand(
            person("member"), "ethics_review.cast_ballot", frozenset({"seated", "recused"})
        )
    with pytest.raises(NotAllowedError, match="没有规则允许"):
        ACCESS.demand(person("member"), "filing.record", frozenset())


def test_the_capacity_is_the_role_that_allows():
    assert (
        ACCESS.demand(
            person("chair", "member"), "ethics_review.issue_decision", frozenset({"seated"})
        )
        == "chair"
    )


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [*ROWS, ROWS[0]],
        [*ROWS, Row("king", "case.read", "*", "*", "allow")],
        [*ROWS, Row("member", "case.burn", "*", "*", "allow")],
        [*ROWS, Row("member", "case.read", "dawn", "*", "allow")],
        [*ROWS, Row("member", "case.read", "*", "cousin", "allow")],
        [*ROWS, Row("member", "case.read", "*", "*", "Deny")],
        [r for r in ROWS if r.act != "filing.record"],
    ],
)
def test_a_table_with_a_wrong_word_does_not_start(rows):
    with pytest.raises(PolicyError):
        Access(rows, ACTS)


@pytest.mark.parametrize(
    "line",
    [
        "p, member, case.read, *",
        "q, member, case.read, *, *, allow",
        "p, member, , *, *, allow",
    ],
)
def test_a_line_that_is_no_row_is_refused(tmp_path, line):
    path = tmp_path / "policy.csv"
    path.write_text(f"{line}\n")

    with pytest.raises(PolicyError):
        read_rows(path)


CASE = {
    "applicant": "a",
    "institution": "i",
    "committee": "c",
    "division": "110108",
    "stage": "submitted",
}
ETHICS = {
    "opening": {"seats": [{"person": "m1"}, {"person": "m2"}, {"person": "m3"}]},
    "declared": ["m1"],
    "recused": ["m3"],
}
EXPERT = {
    "opening": {"organiser": "o"},
    "group": [{"id": "e1"}, {"id": "e2"}, {"id": "e3"}],
    "declared": ["e1"],
    "recused": ["e3"],
}


@pytest.mark.parametrize(
    ("who", "held"),
    [
        (person("applicant", party="i", id_="a"), {"own", "same_institution"}),
        (person("secretary", party="x", id_="a"), {"own_in_another_seat"}),
        (person("officer", party="i"), {"same_institution"}),
        (person("member", party="c", id_="m1"), {"this_committee", "seated"}),
        (person("member", party="c", id_="m2"), {"this_committee", "seated", "undeclared"}),
        (person("member", party="c", id_="m3"), {"this_committee", "seated", "recused"}),
        (person("member", party="x", id_="m1"), set()),
        (person("expert", party="o", id_="e1"), {"in_group"}),
        (person("expert", party="o", id_="e2"), {"in_group", "undeclared"}),
        (person("expert", party="o", id_="e3"), {"in_group", "recused"}),
        (person("expert", party="o", id_="e9"), set()),
        (person("organiser", party="o", id_="o1"), {"organises"}),
        (person("filing_examiner", party="f"), {"same_authority"}),
        (person("regulator", party="r", division="110000"), {"jurisdiction"}),
        (person("regulator", party="r", division="110100"), {"jurisdiction"}),
        (person("regulator", party="r", division="110108"), {"jurisdiction"}),
        (person("regulator", party="r", division="110105"), set()),
        (person("regulator", party="r", division="310000"), set()),
    ],
)
def test_relations_are_computed_from_ids(who, held):
    states = {
        "ethics_review": ETHICS,
        "expert_review": EXPERT,
        "filing": {"opening": {"authority": "f"}},
    }

    assert relations(who, Subject(**CASE, states=states)) == held


def test_without_facts_nobody_is_related():
    stranger = person("regulator", "expert", "member", "organiser")

    assert relations(stranger, Subject()) == frozenset()
