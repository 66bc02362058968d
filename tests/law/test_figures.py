"""Each figure by what it does: the day it leads to, the list it counts, its words."""

import json
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from cases.dossier import self_review
from cases.ethics_review.state import Outcome
from forms.library import questionnaire
from law.citation import numeral
from law.clock import due, due_moment
from law.decision import opinion, to_carry, to_opine
from law.filing_number import AlgorithmClass, compose
from law.meeting import Category
from law.parameters import parameter
from law.pathways import Case, View, converts
from law.safety import Trigger
from law.triage import Exemption
from tests.shared import shared

DAY = date(2026, 11, 24)


def whole(name):
    return parameter(name, on=DAY).whole


@pytest.mark.parametrize(
    ("row", "start", "last"),
    [
        ("ai_ethics_measures_2026.decision_limit", "2026-06-01", "2026-07-01"),
        ("ai_ethics_measures_2026.followup_interval", "2026-06-01", "2027-06-01"),
        ("ai_ethics_measures_2026.expert_followup_interval", "2026-06-01", "2026-12-01"),
        ("algorithm_recommendation_2022.change_filing", "2026-06-01", "2026-06-15"),
        ("anthropomorphic_2026.guardian_age", "2026-08-01", "2040-08-01"),
        ("common_rule_us.records_years", "2026-06-01", "2029-06-01"),
        ("cybersecurity_law.log_months", "2024-01-05", "2024-07-05"),
        ("cybersecurity_law.log_months", "2026-01-05", "2026-07-05"),
        ("ethics_measures_2023.expert_limit", "2026-06-01", "2026-07-01"),
        ("labelling_2025.logs", "2026-01-05", "2026-07-05"),
        ("licensing_law.decision_limit", "2026-07-01", "2026-07-29"),
        ("licensing_law.extension", "2026-07-01", "2026-07-15"),
        ("life_science_measures_2023.decision_limit", "2026-06-01", "2026-07-01"),
        ("life_science_measures_2023.followup_interval", "2026-06-01", "2027-06-01"),
        ("office_policy.appeal_window", "2026-06-01", "2026-07-01"),
        ("office_policy.check_in_months", "2026-06-01", "2026-09-01"),
        ("office_policy.consultation_answer", "2026-07-01", "2026-07-08"),
        ("office_policy.retention_years", "2026-06-01", "2036-06-01"),
    ],
)
def test_a_term_leads_to_its_day(row, start, last):
    day = date.fromisoformat(start)

    assert due(day, parameter(row, on=day)).on.isoformat() == last


@pytest.mark.parametrize(
    ("row", "hours"),
    [
        ("life_science_measures_2023.emergency_hours", 72),
        ("anthropomorphic_2026.reminder_hours", 2),
    ],
)
def test_hours_lead_to_their_moment(row, hours):
    start = datetime(2026, 10, 1, 22, tzinfo=UTC)

    assert due_moment(start, parameter(row, on=DAY)) == start + timedelta(hours=hours)


def test_a_large_majority_is_counted_to_the_vote():
    assert to_carry(300, 300, on=DAY)[0] == 200
    assert to_carry(300, 900, ["life_science_measures_2023"], on=DAY)[0] == 451
    assert to_opine(300, on=DAY)[0] == 200


def test_a_term_is_half_over_and_four_fifths_over():
    shares = [
        parameter(f"office_policy.{name}", on=DAY).value * 30
        for name in ("escalation_half", "reminder_share")
    ]

    assert shares == [15, 24]


@pytest.mark.parametrize(("users", "many"), [(999_999, False), (1_000_000, True)])
def test_a_million_users_are_many(users, many):
    answers = self_review({"service": {"users_expected": users}})

    assert answers.over_a_million_users is many
    assert (users >= whole("anthropomorphic_2026.assessment_users")) is many


def _codes(name, link):
    return {
        o.code for i in questionnaire(name).walk() if i.linkId == link for o in i.answerOption
    }


def _cited(name, article):
    """Return the items of an article of the 2023 Measures that a form's groups stand for."""
    return {
        cite.item
        for item in questionnaire(name).walk()
        for cite in item.cite
        if (cite.instrument, cite.article) == ("ethics_measures_2023", article) and cite.item
    }


def _groups(name, parent):
    return {
        i.linkId
        for i in questionnaire(name).walk()
        if i.type == "group" and i.linkId.rpartition(".")[0] == parent
    }


def _verdicts():
    return {opinion(a, 7 - a, 7, on=DAY)[0] for a in range(8)} - {None}


LISTS = {
    "ai_ethics_measures_2026.dimensions": lambda: _groups("reviewer_opinion", "dimensions"),
    "algorithm_recommendation_2022.classes": lambda: {
        kind.words.zh.split("（")[0] for kind in AlgorithmClass
    },
    "deep_synthesis_2023.prominent_labels": lambda: (
        _codes("safety_assessment", "labelling.prominent") - {"none"}
    ),
    "deep_synthesis_2023.roles": lambda: _codes("project_facts", "filing.role"),
    "ethics_measures_2023.committee_categories": lambda: set(Category),
    "ethics_measures_2023.decision_kinds": lambda: set(Outcome),
    "ethics_measures_2023.expert_outcomes": _verdicts,
    "ethics_measures_2023.material_groups": lambda: _cited("ethics_application", 9),
    "ethics_measures_2023.meeting_categories": lambda: set(Category),
    "ethics_measures_2023.review_points": lambda: _cited("reviewer_opinion", 15),
    "ethics_measures_2023.simplified_cases": lambda: (
        {f.name for f in fields(Case)} - {"listed"}
    ),
    "ethics_measures_2023.simplified_convert": lambda: set(
        converts([View.NEGATIVE, View.DOUBT, View.MEETING], on=DAY).objections
    ),
    "filing_system.number_digits": lambda: set(
        enumerate(compose("110108", "9990101", AlgorithmClass.SYNTHESIS, 2026, 1).digits)
    ),
    "filing_system.stages": lambda: {
        questionnaire(name).name for name in ("filing_subject", "filing_algorithm")
    },
    "labelling_2025.modalities": lambda: (
        (
            _codes("safety_assessment", "labelling.output")
            | _codes("safety_assessment", "labelling.further")
        )
        - {"score"}
    ),
    "life_science_measures_2023.exemption": lambda: set(get_args(Exemption)) - {"none"},
    "office_policy.trust_levels": lambda: _codes(
        "safety_assessment", "trustworthiness.stability.level"
    ),
    "office_policy.trust_properties": lambda: _groups("safety_assessment", "trustworthiness"),
    "safety_assessment_2018.log_fields": lambda: (
        {
            item.linkId
            for item in questionnaire("safety_assessment").walk()
            if item.type == "boolean" and item.linkId.startswith("points.p3_logs.")
        }
        - {"points.p3_logs.published_information"}
    ),
    "safety_assessment_2018.triggers": lambda: set(Trigger),
}


@pytest.mark.parametrize("row", LISTS)
def test_a_list_is_as_long_as_its_figure_says(row):
    assert len(LISTS[row]()) == whole(row)


@pytest.mark.parametrize(
    ("row", "form_name", "link", "words"),
    [
        ("filing_system.overseas_corpus", "model_filing", "corpus.overseas_share", "{n}%"),
        ("genai_thresholds.opt_out_clicks", "model_filing", "measures.opt_out", "{zh}次点击"),
        ("genai_thresholds.repeat_inputs", "model_filing", "measures.abuse", "连续{zh}次"),
        ("genai_thresholds.daily_inputs", "model_filing", "measures.abuse", "一日累计{zh}次"),
    ],
)
def test_a_question_tells_its_figure(row, form_name, link, words):
    item = next(i for i in questionnaire(form_name).walk() if i.linkId == link)
    figure = whole(row)

    assert words.format(n=figure, zh=numeral(figure)) in item.help.zh


@pytest.mark.parametrize(
    "row",
    [
        "ai_ethics_measures_2026.meeting_quorum",
        "ai_ethics_measures_2026.decision_limit",
        "ai_ethics_measures_2026.followup_interval",
        "ai_ethics_measures_2026.expert_followup_interval",
        "life_science_measures_2023.decision_limit",
        "life_science_measures_2023.emergency_hours",
        "life_science_measures_2023.followup_interval",
        "life_science_measures_2023.simplified_minimum",
    ],
)
def test_a_special_instrument_repeats_the_figure_that_the_rules_read(row):
    assert whole(row) == whole(f"ethics_measures_2023.{row.split('.')[1]}")


def test_fines_rise_by_the_gravity_of_the_breach():
    steps = [
        whole(f"anthropomorphic_2026.{name}")
        for name in ("fine_low", "fine_high", "fine_harm_low", "fine_harm_high")
    ]

    assert steps == [10_000, 100_000, 100_000, 200_000]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("algorithm_recommendation_2022.fine_low", "{zh}元以上"),
        ("algorithm_recommendation_2022.fine_high", "{zh}元以下"),
        ("algorithm_recommendation_2022.first_filing", "提供服务之日起{zh}个工作日内"),
        ("algorithm_recommendation_2022.change_filing", "变更之日起{zh}个工作日内"),
        ("algorithm_recommendation_2022.cancellation", "终止服务之日起{zh}个工作日内"),
        ("algorithm_recommendation_2022.examination", "{zh}个工作日内"),
        ("safety_assessment_2018.report_limit", "{n} 个工作日内"),
        ("safety_assessment_2018.report_contents", "（{zh}）其他"),
        ("safety_assessment_2018.points", "（{zh}）建立为公安机关"),
        ("safety_assessment_2018.triggers", "（{zh}）地市级以上"),
        ("labelling_2025.logs", "不少于{zh}个月"),
    ],
)
def test_a_figure_stands_in_the_words_of_its_article(row, words):
    found = parameter(row, on=DAY)
    wan, rest = divmod(found.whole, 10_000)
    figure = numeral(wan) + "万" if wan and not rest else numeral(found.whole % 10_000)

    assert words.format(n=found.whole, zh=figure) in article(found.citation)


def article(citation):
    for name in ("instruments.json", "instruments-2.json"):
        for text in json.loads(shared("laws", name).read_text("utf-8")):
            if text["title"].replace("(", "（").replace(")", "）") == citation.title.zh:
                return next(
                    article["text"]
                    for chapter in text["chapters"]
                    for article in chapter["articles"]
                    if article["number"] == f"第{numeral(citation.article)}条"
                )
    raise LookupError(citation.title.zh)
