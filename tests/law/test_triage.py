"""What follows from a self-review: route, lists, duties, and what one answer would change."""

from dataclasses import fields, replace
from datetime import date

import pytest

from cases.dossier import assumed, self_review
from demo.facts import read_dossier
from law.counterfactual import counterfactuals
from law.parameters import instrument_data, parameter
from law.triage import Answers, Route, triage
from tests.shared import shared

DAY = date(2026, 11, 24)
NO = Answers(
    **{f.name: False for f in fields(Answers) if f.type in ("bool", bool)},
    exemption="none",
    model_use="",
    safety_trigger="",
)


def yes(*names, **more):
    return replace(NO, **dict.fromkeys(names, True), **more)


@pytest.mark.parametrize(
    ("answers", "route", "expert"),
    [
        (NO, Route.NOT_IN_SCOPE, False),
        (yes("personal_data"), Route.MEETING, False),
        (yes("biosamples"), Route.MEETING, False),
        (yes("personal_data", "minimal_risk"), Route.SIMPLIFIED, False),
        (yes("personal_data", "minor_modification"), Route.SIMPLIFIED, False),
        (yes("personal_data", "follow_up_unchanged"), Route.SIMPLIFIED, False),
        (yes("personal_data", "minimal_risk", "human_machine_fusion"), Route.MEETING, True),
        (yes("participants", "opinion_mobilisation"), Route.MEETING, False),
        (
            yes("participants", "opinion_mobilisation", "consciousness_guiding"),
            Route.MEETING,
            True,
        ),
        (yes("animals"), Route.MEETING, False),
        (yes("highly_autonomous_decision"), Route.MEETING, True),
        (yes("animals", "emergency"), Route.EMERGENCY, False),
        (yes("animals", "emergency", "germline_editing"), Route.EMERGENCY, True),
        (yes("personal_data", "life_science", exemption="anonymised"), Route.EXEMPT, False),
        (yes("personal_data", exemption="anonymised"), Route.MEETING, False),
        (
            yes(
                "personal_data",
                "life_science",
                "sensitive_or_commercial",
                exemption="anonymised",
            ),
            Route.MEETING,
            False,
        ),
        (
            yes("personal_data", "life_science", "new_species", exemption="anonymised"),
            Route.MEETING,
            True,
        ),
    ],
)
def test_route_and_expert_review(answers, route, expert):
    found = triage(answers, on=DAY)

    assert (found.route, found.expert_review) == (route, expert)
    assert found.because.reason.citation.article > 0


@pytest.mark.parametrize(
    ("needs", "code", "item"),
    [
        (entry["needs"], f"{prefix}.{entry['code']}", entry["item"])
        for file, prefix in (
            ("ethics_measures_2023", "annex"),
            ("ai_ethics_measures_2026", "ai_annex"),
        )
        for entry in instrument_data(file)["annex"]
    ],
)
def test_each_listed_activity_needs_all_its_answers(needs, code, item):
    found = {c.code: c for c in triage(yes(*needs), on=DAY).listed}

    assert found[code].reason.citation.annex == item
    for name in needs:
        rest = [n for n in needs if n != name]
        assert code not in {c.code for c in triage(yes(*rest), on=DAY).listed}


def test_the_lists_hold_seven_and_three_activities():
    rows = {
        "ethics_measures_2023": "ethics_measures_2023.annex_items",
        "ai_ethics_measures_2026": "ai_ethics_measures_2026.expert_review_list",
    }

    for file, row in rows.items():
        assert len(instrument_data(file)["annex"]) == parameter(row, on=DAY).whole


def test_the_ai_list_is_not_cited_before_its_day():
    answers = yes("human_machine_fusion")

    codes = [c.code for c in triage(answers, on=date(2026, 3, 19)).listed]
    assert codes == ["annex.human_machine_fusion"]
    codes = [c.code for c in triage(answers, on=date(2026, 3, 20)).listed]
    assert codes == ["annex.human_machine_fusion", "ai_annex.human_machine_fusion"]


CHOSEN = {"model_use", "safety_trigger"}
MEDICAL = yes("life_science", "participants")
PUBLIC = ("public_service", "can_mobilise")
FILING = "algorithm_recommendation_2022.filing_duty"


@pytest.mark.parametrize(
    ("answers", "duty", "due"),
    [
        (yes(*PUBLIC, "recommendation_algorithm"), FILING, True),
        (yes("public_service", "opens_forum", "recommendation_algorithm"), FILING, True),
        (yes("public_service", "recommendation_algorithm"), FILING, False),
        (yes("can_mobilise", "recommendation_algorithm"), FILING, False),
        (yes(*PUBLIC), FILING, False),
        (yes(*PUBLIC), "safety_assessment_2018.attribute", True),
        (yes(*PUBLIC), "safety_assessment_2018.report_before_launch", True),
        (
            yes(*PUBLIC, safety_trigger="3.2"),
            "safety_assessment_2018.report_before_launch",
            True,
        ),
        (yes(*PUBLIC), "safety_assessment_2018.report_limit", False),
        (yes(*PUBLIC, safety_trigger="3.3"), "safety_assessment_2018.report_limit", True),
        (
            yes(*PUBLIC, safety_trigger="3.5"),
            "safety_assessment_2018.report_before_launch",
            False,
        ),
        (yes(*PUBLIC, "deep_synthesis"), "deep_synthesis_2023.filing_duty", True),
        (
            # Who supports others and serves the public itself is both (Art. 19 (1) and (2)).
            yes(*PUBLIC, "deep_synthesis", "technical_supporter"),
            "deep_synthesis_2023.filing_duty",
            True,
        ),
        (
            yes("deep_synthesis", "technical_supporter"),
            "deep_synthesis_2023.supporter_filing",
            True,
        ),
        (yes(*PUBLIC, "generative_ai"), "generative_ai_2023.model_filing", True),
        (
            yes(*PUBLIC, "generative_ai", model_use="fine_tuned"),
            "generative_ai_2023.model_filing",
            True,
        ),
        (
            yes(*PUBLIC, "generative_ai", model_use="filed_unchanged"),
            "generative_ai_2023.model_filing",
            False,
        ),
        (
            yes(*PUBLIC, "generative_ai", model_use="filed_unchanged"),
            "generative_ai_2023.model_registration",
            True,
        ),
        (yes(*PUBLIC, "generative_ai"), "labelling_2025.in_filing", True),
        (yes("generative_ai"), "labelling_2025.explicit", False),
        (yes("public_service", "deep_synthesis"), "labelling_2025.explicit", True),
        (yes("public_service", "deep_synthesis"), "labelling_2025.in_filing", False),
        (
            yes("public_service", "deep_synthesis", "can_mobilise"),
            "labelling_2025.in_filing",
            True,
        ),
        (yes("opinion_mobilisation"), "ai_ethics_measures_2026.committee_duty", True),
        (
            yes("life_science", "participants"),
            "life_science_measures_2023.decision_limit",
            True,
        ),
        (yes("life_science"), "life_science_measures_2023.emergency_hours", False),
        (
            yes("life_science", "participants", "emergency"),
            "life_science_measures_2023.emergency_hours",
            True,
        ),
        (yes("public_service", "anthropomorphic"), "anthropomorphic_2026.assessment", True),
        (
            yes("public_service", "anthropomorphic"),
            "anthropomorphic_2026.reminder_hours",
            True,
        ),
        (
            yes("public_service", "anthropomorphic"),
            "anthropomorphic_2026.assessment_users",
            False,
        ),
        (
            yes("public_service", "anthropomorphic", "over_a_million_users"),
            "anthropomorphic_2026.assessment_users",
            True,
        ),
        (yes("deep_synthesis"), "ai_ethics_measures_2026.committee_duty", True),
        (yes("human_machine_fusion"), "ai_ethics_measures_2026.before_start", True),
        (yes("personal_data"), "ai_ethics_measures_2026.before_start", False),
        (
            yes("life_science", "participants"),
            "life_science_measures_2023.decision_majority",
            True,
        ),
        (yes("international"), "ethics_measures_2023.international", True),
        (
            yes("deep_synthesis", "edits_biometrics"),
            "deep_synthesis_2023.biometric_consent",
            True,
        ),
        (yes("edits_biometrics"), "deep_synthesis_2023.biometric_assessment", False),
        (yes("germline_editing"), "ethics_measures_2023.register_activity", True),
    ],
)
def test_which_duties_a_case_opens(answers, duty, due):
    found = {c.code: c for c in triage(answers, on=DAY).duties}

    assert (duty in found) is due
    if due:
        assert all(getattr(answers, name) or name in CHOSEN for name in found[duty].answers)


def test_a_duty_is_not_opened_before_its_law():
    answers = yes("public_service", "anthropomorphic")

    early = {c.code for c in triage(answers, on=date(2026, 7, 14)).duties}
    assert "anthropomorphic_2026.assessment" not in early
    assert "anthropomorphic_2026.assessment" in {
        c.code for c in triage(answers, on=date(2026, 7, 15)).duties
    }


def test_re_review_is_omitted_on_state_approval_but_not_on_one_source_alone():
    listed = yes("germline_editing", "participants")

    omitted = triage(replace(listed, state_approval=True), on=DAY)
    assert not omitted.expert_review
    assert [c.reason.confidence for c in omitted.omitted] == ["memory"]
    assert "ethics_measures_2023.expert_review_list" not in omitted.codes
    # The office does not rely on the filed-regime exemption: one source only.
    assert triage(replace(listed, filed_regime=True), on=DAY).expert_review


def test_an_unanswered_self_review_escapes_nothing():
    found = triage(Answers(), on=DAY)

    assert found.expert_review
    assert found.route is Route.MEETING
    assert all(c.answers for c in (*found.scope, *found.listed, *found.duties))
    assert str(found.listed[0].reason.citation) == "《科技伦理审查办法（试行）》附件第五项"


def test_a_service_not_offered_to_the_public_need_not_file():
    found = triage(replace(Answers(), public_service=False), on=DAY)

    assert FILING not in found.codes


def test_counterfactuals_are_every_answer_that_changes_something_and_no_other():
    answers = yes("participants", "opinion_mobilisation", *PUBLIC)
    before = triage(answers, on=DAY).codes
    found = {(c.answer, c.value): c for c in counterfactuals(answers, on=DAY)}

    guiding = found["consciousness_guiding", True]
    assert guiding.gained == (
        "expert_review",
        "annex.opinion_mobilisation",
        "ai_annex.opinion_mobilisation",
        "ethics_measures_2023.expert_review_list",
        "ethics_measures_2023.register_activity",
    )
    assert guiding.lost == ()
    assert found["minimal_risk", True].route is Route.SIMPLIFIED
    for field in fields(Answers):
        value = getattr(answers, field.name)
        if isinstance(value, bool):
            after = triage(replace(answers, **{field.name: not value}), on=DAY).codes
            assert ((field.name, not value) in found) is (after != before)
    assert (
        found.keys()
        == {(c.answer, c.value): c for c in counterfactuals(answers, on=DAY)}.keys()
    )


def facts(name):
    return read_dossier(shared("applications", name))


def test_the_public_assistant_is_listed_and_files():
    found = triage(self_review(facts("01-public-assistant.yaml")), on=DAY)

    assert found.route is Route.MEETING
    assert found.expert_review
    assert [c.code for c in found.listed] == [
        "annex.opinion_mobilisation",
        "ai_annex.opinion_mobilisation",
    ]
    assert {FILING, "generative_ai_2023.model_filing", "labelling_2025.in_filing"} <= set(
        found.codes
    )


def test_the_lung_study_is_listed_and_medical_and_does_not_file():
    sheet = facts("02-lung-imaging.yaml")
    found = triage(self_review(sheet), on=DAY)

    assert found.expert_review
    assert "annex.autonomous_decision" in found.codes
    assert "life_science_measures_2023.decision_majority" in found.codes
    assert not any("filing" in code for code in found.codes)
    assert [c.code for c in found.listed] == [
        "annex.autonomous_decision",
        "ai_annex.autonomous_decision",
    ]
    assert assumed(sheet) == ("opens_forum", "can_mobilise")  # asked of public services


def test_before_the_measures_the_duties_of_other_rules_stand_alone():
    answers = yes(
        "participants",
        "opinion_mobilisation",
        "consciousness_guiding",
        "recommendation_algorithm",
        *PUBLIC,
    )
    before = triage(answers, on=date(2023, 11, 30))
    after = triage(answers, on=date(2023, 12, 1))

    assert before.route is Route.NOT_IN_SCOPE
    assert "2023-12-01" in before.because.reason.words.zh
    assert FILING in before.codes
    assert not before.listed
    assert after.route is Route.MEETING
    assert [c.code for c in after.listed] == ["annex.opinion_mobilisation"]


def test_nobody_is_exempt_by_silence():
    hospital = {
        "project": {"institution": {"type": "medical"}},
        "people_involved": {"participants": False},
        "data": [{"personal": True, "sensitive": False}],
        "self_review": {"scope": ["human"], "exemption": "anonymised"},
    }
    none = (
        "human_machine_fusion",
        "opinion_mobilisation",
        "consciousness_guiding",
        "highly_autonomous_decision",
    )
    said = hospital["self_review"] | dict.fromkeys(none, False)
    silent = self_review(hospital | {"self_review": said})
    spoken = self_review(hospital | {"self_review": said | {"sensitive_or_commercial": False}})

    assert silent.life_science
    assert triage(silent, on=DAY).route is Route.MEETING
    assert triage(spoken, on=DAY).route is Route.EXEMPT


def test_what_is_said_counts_before_what_the_facts_show():
    sheet = {"filing": {"class": "SYNTH"}, "self_review": {"deep_synthesis": False}}

    assert self_review({"filing": {"class": "SYNTH"}}).deep_synthesis
    assert not self_review(sheet).deep_synthesis
    assert self_review({"self_review": {"filed_regime": "网信算备…"}}).filed_regime
    assert self_review({"filing": {"role": "supporter"}}).technical_supporter
    assert self_review({"model": {"third_party": False}}).model_use == "own"
    assert (
        self_review({"service": {"internet_information_service": False}}).deep_synthesis
        is False
    )
