"""`law`, `number`, `genai`, `forms` from the command line: answers, refusals in words."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from audit.witness import ForkError
from clitools.errors import CommandError
from demo.facts import DOSSIER, read_dossier
from documents.pki import DevelopmentAuthority
from forms.library import DefinitionError
from forms.reading import AnswersError
from settings import Settings
from tests.law.test_genai import GOOD
from tests.law.test_whatif import copied

RUNNER = CliRunner()


def run(*arguments):
    return RUNNER.invoke(cli.app, [str(a) for a in arguments], catch_exceptions=True)


def answer(*arguments):
    done = run(*arguments, "--json")
    assert done.exit_code in {0, 1}, done.output
    return json.loads(done.output)


@pytest.mark.parametrize(
    ("rule", "start", "due", "provisional"),
    [
        ("filing.first", "2026-02-12", "2026-03-04", False),
        ("filing.authority", "2026-11-23", "2027-01-05", True),
        ("review.limit", "2026-03-05", "2026-04-07", False),
        ("followup.max_months", "2024-02-29", "2025-02-28", False),
        ("emergency.hours", "2026-10-01T09:00", "2026-10-04T09:00:00+08:00", False),
        ("report.annual", "2026-05-01", "2027-03-31", False),
        ("us.followup.max_months", "2026-01-31", "2027-01-31", False),
    ],
)
def test_a_term_is_answered_with_its_day(rule, start, due, provisional):
    found = answer("law", "due", rule, "--from", start)

    assert (found["due"], found["provisional"]) == (due, provisional)
    assert found["place"]
    assert found["confidence"]


def test_the_days_of_a_term_are_accounted_for():
    found = answer("law", "due", "filing.first", "--from", "2026-02-12")

    lines = {line["on"]: line for line in found["explanation"]}
    assert lines["2026-02-14"] == {
        "on": "2026-02-14",
        "kind": "星期六，调休上班 Sat, make-up working day",
        "counted": 2,
    }
    said = run("law", "due", "filing.first", "--from", "2026-02-12").output
    assert "2026-02-14 星期六，调休上班" in said


def test_every_rule_is_listed_and_shown():
    rows = answer("law", "list")

    assert len(rows) >= 200
    found = answer("law", "show", "logs.min_months", "--on", "2025-12-31")
    assert found["place"] == "《中华人民共和国网络安全法》第二十一条第（三）项"
    assert "memory" in run("law", "show", "simplified.min_members").output


def test_facts_are_triaged_with_grounds_and_counterfactuals():
    found = answer("law", "triage", DOSSIER, "--on", "2026-11-24")

    assert (found["route"], found["expert_review"]) == ("meeting", True)
    assert all(c["citation"] and c["confidence"] and c["answers"] for c in found["duties"])
    guiding = [c for c in found["counterfactuals"] if c["answer"] == "consciousness_guiding"]
    assert "expert_review" in guiding[0]["lost"]
    said = run("law", "triage", DOSSIER, "--on", "2026-11-24").output
    assert "路径 route meeting；专家复核需要" in said
    assert "若 if consciousness_guiding = False" in said


def test_what_if_names_rows_and_answers_that_differ(tmp_path):
    folder = copied(tmp_path)
    file = folder / "ethics_measures_2023.toml"
    file.write_text(
        file.read_text("utf-8").replace(
            "value = 30, article = 17", "value = 20, article = 17"
        ),
        "utf-8",
    )

    found = answer("law", "whatif", "--data", folder, DOSSIER, "--on", "2026-11-24")

    assert [row[0] for row in found["rows"]] == ["ethics_measures_2023.decision_limit"]
    assert [(d["question"], d["because"]) for d in found["differences"]] == [
        (
            "due:ethics_measures_2023.decision_limit",
            ["ethics_measures_2023.decision_limit"],
        )
    ]
    said = run("law", "whatif", "--data", folder, DOSSIER, "--on", "2026-11-24").output
    assert "1 处不同" in said


def test_what_if_judges_what_is_recorded_of_a_case_by_its_own_day(tmp_path):
    folder = copied(tmp_path)
    for name, old, new in (
        ("ethics_measures_2023.toml", "5, article = 14", "6, article = 14"),
    ):
        text = (folder / name).read_text("utf-8")
        (folder / name).write_text(text.replace(old, new), "utf-8")
    calendar = folder / "calendar" / "2026.toml"
    calendar.write_text(
        calendar.read_text("utf-8").replace("2026-01-01, ", "2026-01-01, 2026-11-26, ", 1)
    )
    recorded = {
        "on": "2026-11-20",
        "starts": {"filing.first": "2026-11-23"},
        "present": ["peer", "peer", "peer", "ethics", "law"],
        "count": [4, 5, 7],
        "experts": [4, 1, 5],
    }
    facts = tmp_path / "case.json"
    facts.write_text(json.dumps({**read_dossier(DOSSIER), "recorded": recorded}), "utf-8")

    found = answer("law", "whatif", "--data", folder, facts)

    changed = {d["question"]: (d["before"], d["after"]) for d in found["differences"]}
    assert changed["quorum"] == ("True", "False")
    first = "due:algorithm_recommendation_2022.first_filing"
    assert changed[first] == ("2026-12-07", "2026-12-08")
    facts.write_text(json.dumps({**read_dossier(DOSSIER), "recorded": {"count": 7}}), "utf-8")
    refused = run("law", "whatif", "--data", folder, facts)
    assert "recorded: " in str(refused.exception)


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("emergency.hours", {"on": "2026-11-27T00:00:00+08:00", "counted": 72}),
        ("report.annual", {"on": "2027-03-31", "counted": 1}),
    ],
)
def test_terms_that_count_no_days_are_explained_in_one_line(rule, line):
    (found,) = answer("law", "due", rule, "--from", "2026-11-24")["explanation"]

    assert {key: found[key] for key in line} == line


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("civil_code.toml", None, None, "缺少文件"),
        ("calendar/2026.toml", "2026-01-01, ", "2025-01-01, ", "不是当年的日期"),
        ("calendar/2026.toml", "published = true", "publishd = true", "missing published"),
        ("calendar/2027.toml", "work = []", "work = [2027-01-01]", "既放假又上班"),
        ("ethics_measures_2023.toml", "value = 30,", "valve = 30,", "[decision_limit]"),
    ],
)
def test_an_altered_law_that_cannot_be_judged_by_is_refused_by_its_file(
    tmp_path, file, old, new, words
):
    path = copied(tmp_path) / file
    if old is None:
        path.unlink()
    else:
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    refused = run("law", "whatif", "--data", tmp_path / "law", DOSSIER).exception

    assert isinstance(refused, CommandError)
    assert words in str(refused)
    assert file in str(refused)


@pytest.mark.parametrize(
    ("text", "holds", "near"),
    [
        ("网信算备110108823483901230031号", True, ""),
        ("110108823483901230033", False, "网信算备110108823483901230031号"),
        ("91110108MA01YL8X3A", True, ""),
        ("91110108MA01YL8X3B", False, "91110108MA01YL8X3A"),
        ("121100004000000000", False, ""),
    ],
)
def test_a_number_is_explained(text, holds, near):
    found = answer("number", "check", text)

    assert found["holds"] is holds
    assert found["parts"]
    assert not near or near in found["near"]
    assert "校验" in run("number", "check", text).output


def record_file(tmp_path, **changes):
    banks = {
        "keywords": ("keywords", "per_risk", GOOD.keywords, GOOD.keywords_by_risk),
        "question_bank": (
            "question_bank",
            "per_risk",
            GOOD.question_bank,
            GOOD.question_bank_by_risk,
        ),
        "refuse_bank": ("refuse_bank", "per_risk", 500, GOOD.refuse_bank_by_risk),
        "non_refuse_bank": (
            "non_refuse_bank",
            "per_aspect",
            500,
            GOOD.non_refuse_bank_by_aspect,
        ),
    }
    days = {"previous_updated_on": "2026-11-01", "updated_on": "2026-11-08"}
    answers = {
        "record": {"began_on": "2026-11-24"},
        "corpus_sources": [
            {
                "name": "公开网页",
                "assessed": 1000,
                "assessed_illegal": 50,
                "checked": 1000,
                "checked_illegal": 50,
            }
        ],
        "corpus_manual": {"sampled": 4000, "passed": 3840},
        "corpus_technical": {"total": 40_000, "sampled": 4000, "passed": 3920},
        **{
            name: {"total": total, key: dict(counts), **days}
            for name, key, total, counts in banks.values()
        },
        "output_manual": {"sampled": 1000, "passed": 900},
        "output_keyword": {"sampled": 1000, "passed": 900},
        "output_classifier": {"sampled": 1000, "passed": 900},
        "refusal_test": {"sampled": 300, "refused": 285},
        "non_refusal_test": {"sampled": 300, "refused": 15},
        "signers": {"named": ["甲", "乙", "丙"]},
    }
    path = tmp_path / "record.json"
    path.write_text(json.dumps(answers | changes), "utf-8")
    return path


def test_a_test_record_is_judged(tmp_path):
    found = answer("genai", "judge", record_file(tmp_path))

    assert found["holds"], found["short"]
    assert found["profile"] == "gbt_45654_2025"
    assert all(line["met"] for line in found["lines"])
    assert found["warnings"] == []


@pytest.mark.parametrize(
    ("began", "profile"), [("2025-10-31", "tc260_003_2024"), ("2025-11-01", "gbt_45654_2025")]
)
def test_the_day_an_assessment_began_chooses_the_profile_whatever_the_record_names(
    tmp_path, began, profile
):
    stated = {"gbt_45654_2025", "tc260_003_2024"} - {profile}
    path = record_file(tmp_path, record={"began_on": began, "profile": stated.pop()})

    found = answer("genai", "judge", path)

    assert found["profile"] == profile
    assert "by the day it began" in found["warnings"][0]
    assert "by the day it began" in run("genai", "judge", path).output


def test_what_is_short_is_said_and_the_command_fails(tmp_path):
    path = record_file(tmp_path, corpus_manual={"sampled": 4000, "passed": 3839})

    done = run("genai", "judge", path)

    assert done.exit_code == 1
    assert (
        "语料人工抽检合格率：3839/4000，标准 ≥ 96 percent，差 1〔C3，two_copies〕"
        in done.output
    )
    assert answer("genai", "judge", path, "--profile", "tc260_003_2024")["short"]


@pytest.mark.parametrize(
    ("moved", "words"),
    [({"moved": False}, "未做到 not done〔R3"), ({}, "未记录 not recorded〔R3")],
)
def test_a_duty_without_a_figure_is_told_as_done_or_not(tmp_path, moved, words):
    bank = json.loads(record_file(tmp_path).read_text("utf-8"))["non_refuse_bank"]
    path = record_file(
        tmp_path,
        record={"began_on": "2026-11-24", "specialised": True},
        non_refuse_bank=bank | {"left_out": ["heroes"]} | moved,
    )

    done = run("genai", "judge", path)

    assert done.exit_code == 1
    assert words in done.output
    assert "标准" not in done.output


def test_an_impossible_record_is_refused(tmp_path):
    path = record_file(tmp_path, corpus_manual={"sampled": 1000, "passed": 99_999})

    assert "99999 passed of 1000" in str(run("genai", "judge", path).exception)


def test_forms_are_listed_exported_filled_and_compared(tmp_path):
    assert len(answer("forms", "list")) == 30
    schema = json.loads(run("forms", "export", "appeal", "--to", "jsonschema").output)
    assert schema["$id"] == "urn:shenbei:form:appeal|2026.1"
    sheet = tmp_path / "appeal.xlsx"
    assert run("forms", "export", "appeal", "--to", "xlsform", "--file", sheet).exit_code == 0
    assert "name: appeal" in run("forms", "import", sheet).output
    fhir = tmp_path / "appeal.json"
    assert run("forms", "export", "appeal", "--to", "fhir", "--file", fhir).exit_code == 0
    assert "name: appeal" in run("forms", "import", fhir).output
    filled = json.loads(run("forms", "prefill", "publication_text", DOSSIER).output)
    assert {"path": "algorithm_name", "fact": "filing.algorithm_name"} in filled["fed"]
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(filled["answers"]), "utf-8")
    other = tmp_path / "other.json"
    other.write_text(json.dumps(filled["answers"] | {"algorithm_name": "另一算法"}), "utf-8")
    changes = answer("forms", "diff", "publication_text", answers, other)
    assert [c["path"] for c in changes] == ["algorithm_name"]
    assert run("forms", "complete", "project_facts", DOSSIER).exit_code == 0
    missing = answer("forms", "complete", "appeal", answers)
    assert missing
    assert run("forms", "check").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        (["law", "due", "filing.frist", "--from", "2026-01-01"], CommandError, "filing.first"),
        (["law", "due", "filing.first", "--from", "2026-13-01"], CommandError, "不是日期"),
        (["law", "due", "filing.first", "--from", "2020-01-01"], CommandError, "2022-03-01"),
        (["law", "due", "meeting.majority", "--from", "2026-01-01"], CommandError, "不是期限"),
        (["law", "show", "nothing"], CommandError, "没有规则"),
        (["law", "due", "review.limit", "--from", "9999-12-30"], CommandError, "2100"),
        (["law", "triage", "missing.yaml"], OSError, "missing.yaml"),
        (["law", "whatif", "--data", "tests", str(DOSSIER)], CommandError, "法律数据目录"),
        (["number", "check", "abc"], CommandError, "现有 3 位"),
        (["number", "check", "1234"], CommandError, "二十一位"),
        (["number", "check", "9111O108MA01YL8X3A"], CommandError, "91110108MA01YL8X3A"),
        (["genai", "judge", "README.md"], AnswersError, "README.md"),
        (["forms", "complete", "nothing", "README.md"], DefinitionError, "没有表单"),
        (["forms", "import", "README.md"], CommandError, "README.md"),
        (["forms", "import", "missing.xlsx"], OSError, "missing.xlsx"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_answered_is_said_in_words(arguments, kind, words):
    done = run(*arguments)

    assert isinstance(done.exception, kind), done.exception
    assert words in str(done.exception)
    assert cli._says_what(done.exception)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x [1]\nb: *x\n", "2: 不得使用 YAML 别名"),
        ("- 1\n", "应为一组回答"),
        ("a: 2026-02-30\n", "不是 YAML"),
        ("a: !!int abc\n", "不是 YAML"),
        ("a: [", "不是 YAML"),
        ("project: {title: 7}\n", "project/title: 应为文字"),
        ("project: {hobby: 棋}\n", "project/hobby: 表中没有此项"),
        ("[" * 20_000 + "]" * 20_000, "嵌套过深"),
    ],
)
def test_facts_that_cannot_be_read_are_refused_with_file_and_path(tmp_path, text, words):
    path = tmp_path / "facts.yaml"
    path.write_text(text, "utf-8")

    done = run("law", "triage", path)

    assert words in str(done.exception), done.exception
    assert cli._says_what(done.exception)


def test_facts_of_twenty_megabytes_are_refused(tmp_path):
    path = tmp_path / "facts.yaml"
    path.write_bytes(b"#" * ((20 << 20) + 1))

    assert "larger than" in str(run("law", "triage", path).exception)


MEASURES = "ethics_measures_2023.toml"
LIMIT = "from = 2023-12-01, value = 30, article = 17"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (MEASURES, LIMIT, LIMIT.replace("30", "-3"), "decision_limit"),
        (MEASURES, LIMIT, LIMIT.replace("value = 30, ", ""), "decision_limit"),
        (MEASURES, LIMIT, LIMIT.replace("2023-12-01", '"x"'), "decision_limit"),
        (MEASURES, "[instrument]", "[instrument", MEASURES),
        ("triage/duties.toml", '["international"]', '["internatinal"]', "internatinal"),
    ],
)
def test_altered_data_that_cannot_be_read_is_told_by_file_and_row(
    tmp_path, file, old, new, said
):
    folder = copied(tmp_path)
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")

    refused = run("law", "whatif", "--data", folder, DOSSIER)

    assert isinstance(refused.exception, CommandError)
    assert said in str(refused.exception)


def test_a_public_name_with_several_figures_shows_them_all():
    found = answer("law", "show", "genai.corpus")

    assert [row["value"] for row in found["also"]] == ["96", "10", "98", "5", "5"]
    assert "≥ 98 percent" in run("law", "show", "genai.corpus").output
    assert answer("law", "show", "review.limit")["bound"] == "at_most"


def test_a_conclusion_from_an_open_question_says_so(tmp_path):
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"service": {"public": True}}), "utf-8")

    found = answer("law", "triage", facts)

    filing = next(
        d for d in found["duties"] if d["code"].startswith("algorithm_recommendation")
    )
    assert "recommendation_algorithm" in filing["assumed"]
    assert "public_service" not in filing["assumed"]
    assert "未回答，审慎认定" in run("law", "triage", facts).output


def test_errors_are_json_for_those_who_read_json():
    done = subprocess.run(
        [sys.executable, "cli.py", "number", "check", "123", "--json"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "二十一位" in json.loads(done.stdout)["error"]


def test_a_key_is_laid_aside_and_the_next_is_new(tmp_path, monkeypatch):
    monkeypatch.setenv("SHENBEI_HOME", str(tmp_path))
    authority = DevelopmentAuthority(tmp_path / "keys" / "pki")
    old = authority.body("c1", "委员会").certificate.serial_number

    retired = answer("key", "retire", "body", "c1")["retired"]

    listed = answer("key", "list")
    aside = next(row for row in listed if row["key"] == Path(retired).name)
    assert (aside["name"], int(aside["serial"], 16)) == ("委员会", old)
    assert authority.body("c1", "委员会").certificate.serial_number != old
    for wrong in ("c2", "../c1", "c1.pem"):
        refused = run("key", "retire", "body", wrong)
        assert isinstance(refused.exception, CommandError)
        assert wrong in str(refused.exception)
    assert isinstance(run("key", "retire", "log").exception, CommandError)
    was = Settings(_env_file=None).log_key.public_key()
    assert "log." in answer("key", "retire", "log")["retired"]
    now = Settings(_env_file=None)
    assert now.log_verifiers[0] != was
    assert was in now.log_verifiers


@pytest.mark.parametrize("argument", [[], ["--json"]])
def test_a_log_that_signs_nothing_says_what_to_do(monkeypatch, capsys, argument):
    def forked():
        raise ForkError("the log had 9 entries and shows 8")

    monkeypatch.setattr(cli, "app", forked)
    monkeypatch.setattr(cli.sys, "argv", ["cli", *argument])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    assert ended.value.code == 2
    for words in ("恢复过备份的运行 trail restored", "the log had 9 entries and shows 8: run"):
        assert words in said.err
        assert (words in said.out) is bool(argument)
