"""`law`, `number` and `genai`: what the law says, asked from the command line."""

# ruff: noqa: PLC0415 -- commands import what they use when they run, as in cli.py

from pathlib import Path
from typing import Annotated, Any

import typer

from clitools.printing import Json, document, fail, say, table

law = typer.Typer(help="法律规则 · rules of the law", no_args_is_help=True)
number = typer.Typer(help="编号 · filing numbers and credit codes", no_args_is_help=True)
genai = typer.Typer(help="生成式人工智能安全 · generative-AI security", no_args_is_help=True)
On = Annotated[str, typer.Option("--on", help="day, 2026-11-24; today by default")]


@law.command("list")
def list_rules(*, as_json: Json = False) -> None:
    """List all rows of the law with their values in force today."""
    from clitools.law import rows

    table(rows(), ("rule", "value", "unit", "place", "confidence"), as_json=as_json)


@law.command("show")
def show_rule(rule: str, on: On = "", *, as_json: Json = False) -> None:
    """Show a rule as it was in force on a day."""
    from clitools.law import row, words_of

    found = row(rule, on)
    if as_json:
        document(found)
    else:
        for line in words_of(found):
            say(line)


@law.command("due")
def due_day(
    rule: str,
    start: Annotated[str, typer.Option("--from", help="day or moment the term begins")],
    *,
    as_json: Json = False,
) -> None:
    """Tell when a term ends, and account for each of its days."""
    from clitools.law import due_of

    found = due_of(rule, start)
    if as_json:
        document(found)
        return
    say(found["summary"])
    say(f"  {found['place']}（{found['confidence']}）")
    if rolled := found.get("rolled_by"):
        say(f"  {rolled['detail']} · {rolled['citation']}（{rolled['confidence']}）")
    for line in found["explanation"]:
        say(f"  {line['on']} {line['kind']}：{line['counted']}")


@law.command("triage")
def triage_facts(facts: Path, on: On = "", *, as_json: Json = False) -> None:
    """Tell what follows from a project's facts, and which answers would change it."""
    from clitools.law import lines_of_triage, triage_of

    found = triage_of(facts, on)
    if as_json:
        document(found)
    else:
        for line in lines_of_triage(found):
            say(line)


@law.command("whatif")
def what_if(
    facts: list[Path],
    data: Annotated[Path, typer.Option("--data", help="folder of altered law data")],
    *,
    on: On = "",
    as_json: Json = False,
) -> None:
    """Judge facts under altered rows; list every answer that would differ."""
    from clitools.whatif import whatif_of

    found = whatif_of(data, facts, on)
    if as_json:
        document(found)
        return
    for name, before, after in found["rows"]:
        say(f"规则 rule {name}：{before} → {after}")
    for d in found["differences"]:
        why = "、".join(d["because"]) or "清单或者义务规则 a list or duty rule"
        change = f"{d['before'] or '—'} → {d['after'] or '—'}"
        say(f"{d['sheet']}  {d['question']}：{change}（{why}）")
    say(f"{len(found['differences'])} 处不同 · differences")


@law.command("docs")
def law_docs(
    *, check: Annotated[bool, typer.Option(help="only tell whether it is current")] = False
) -> None:
    """Write docs/law.md: article, row, function, test."""
    from clitools.lawdocs import PAGE, faults, page

    if found := faults():
        fail("\n".join(found))
    if check:
        if PAGE.read_text("utf-8") != page():
            fail("docs/law.md 不是最新 · not current; run ./run cli law docs")
        return
    PAGE.write_text(page(), "utf-8")


@number.command("check")
def check_number(text: str, *, as_json: Json = False) -> None:
    """Explain a filing number or a credit code; propose near ones where it fails."""
    from clitools.numbers import number_of

    found = number_of(text)
    if as_json:
        document(found)
        return
    say(f"{found['number']}（{found['kind']}）")
    for part in found["parts"]:
        say(f"  {part['name']} {part['text']}：{part['meaning']}")
    for warning in found["warnings"]:
        say(f"  提示 · warning: {warning}")
    for near in found["near"]:
        say(f"  相近 · near: {near}")


@genai.command("judge")
def judge_record(
    record: Path,
    profile: Annotated[str, typer.Option(help="tc260_003_2024 or gbt_45654_2025")] = "",
    *,
    lenient: Annotated[bool, typer.Option(help="do not demand what is recommended")] = False,
    as_json: Json = False,
) -> None:
    """Judge a test record (answers of the form genai_test_record) against every threshold."""
    from clitools.numbers import judgement

    found: dict[str, Any] = judgement(record, profile, lenient=lenient)
    if as_json:
        document(found)
    else:
        say(f"{'通过 · holds' if found['holds'] else '不通过 · fails'}  {found['title']}")
        if found["assumed"]:
            say(f"  {found['assumed']}")
        for warning in found["warnings"]:
            say(f"  {warning}")
        for line in found["short"]:
            say(f"  {line['rule']} {line['subject']} {line['detail']}")
    if not found["holds"]:
        raise typer.Exit(1)
