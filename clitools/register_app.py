"""`register`: the public register, from the command line."""

# ruff: noqa: PLC0415 -- commands import what they use when they run, as in cli.py

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from clitools.printing import Json, document, fail, say
from settings import Settings

register = typer.Typer(help="备案登记簿 · the public register", no_args_is_help=True)
_COUNTED = ("rows", "added", "changed", "cancelled", "unchanged", "unreadable")


@register.command("import")
def import_files(
    files: list[Path],
    published: Annotated[str, typer.Option(help="month, 2026-05; by default the name's")] = "",
    columns: Annotated[str, typer.Option(help="column map: number=编号,entity=公司")] = "",
    *,
    as_json: Json = False,
) -> None:
    """Import official lists (.docx, .xlsx, .csv); every row is accounted for."""
    from clitools.register import import_lists

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=as_json,
    ) as bar:
        tasks: dict[str, Any] = {}

        def progress(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=None)
            bar.update(tasks[name], completed=done, total=total or None)

        found = asyncio.run(import_lists(Settings(), files, published, columns, progress))
    if as_json:
        document(found)
    else:
        for one in found:
            _print_report(one)
    if any(one["refused"] for one in found):
        raise typer.Exit(1)


def _print_report(one: dict[str, Any]) -> None:
    if one["refused"]:
        say(f"{one['file']}：不予导入 refused [{one['refused']}] {one['reason']}")
        return
    counts = " · ".join(f"{name} {one[name]}" for name in _COUNTED)
    say(f"{one['file']}：{counts}")
    for row in one["unreadable_rows"]:
        say(f"  {row['place']} [{row['code']}] {row['reason']} · {row['reason_en']}")


@register.command("search")
def search(  # noqa: PLR0913, PLR0917 -- one option for each facet
    text: Annotated[str, typer.Argument()] = "",
    kind: str = "",
    algorithm_class: Annotated[str, typer.Option("--class")] = "",
    role: str = "",
    region: str = "",
    year: str = "",
    state: str = "",
    after: Annotated[int | None, typer.Option(help="go on after this key")] = None,
    limit: int = 20,
    *,
    as_json: Json = False,
) -> None:
    """Search by number, entity, algorithm, product, purpose; narrow by facets."""
    from clitools.register import search_register

    facets = {"kind": kind, "class": algorithm_class, "role": role}
    facets |= {"region": region, "year": year, "state": state}
    found = asyncio.run(search_register(Settings(), text, facets, after, limit))
    if as_json:
        document(found)
        return
    for hit in found["hits"]:
        say(f"{hit['number']}　{hit['algorithm']}　{hit['entity_name']}　{hit['state']}")
    if found["after"]:
        say(f"更多 more: --after {found['after']}")


@register.command("show")
def show(number: str, *, as_json: Json = False) -> None:
    """Show every filing that bears a number, with its history."""
    from clitools.register import show_number

    found = asyncio.run(show_number(Settings(), number))
    if as_json:
        document(found)
    for one in () if as_json else found["filings"]:
        say(f"{one['algorithm']}　{one['entity_name']}　{one['state']}（{one['kind']}）")
        for doubt in one["doubts"]:
            say(f"  ⚠ {doubt}")
        for told in one["history"]:
            say(f"  {told['published']} {told['outcome']}　{told['file']} {told['place']}")
            for change in told["changes"]:
                say(f"    {change['field']}：{change['before']} → {change['after']}")
    if not found["filings"]:
        near = "、".join(found["near"]) or "无 none"
        fail(f"登记簿没有 {number}，相近的有 near ones: {near}")


@register.command("stats")
def stats(*, as_json: Json = False) -> None:
    """Show the register in figures."""
    from clitools.register import figures

    found = asyncio.run(figures(Settings()))
    if as_json:
        document(found)
        return
    for view, counts in found.items():
        say(f"{view}：" + " · ".join(f"{value} {count}" for value, count in counts.items()))


@register.command("reconcile")
def reconcile(
    lists: Annotated[list[Path] | None, typer.Argument(help="two lists instead")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Compare our own filings with the lists, or one list with another."""
    from clitools.register import compared, reconciled

    if lists and len(lists) != 2:  # noqa: PLR2004 -- two lists
        fail("请给出两份清单，或者不给 · give two lists, or none")
    found = compared(*lists) if lists else asyncio.run(reconciled(Settings()))
    if as_json:
        document(found)
        return
    for name, rows in found.items():
        say(f"{name}：{rows if isinstance(rows, int) else len(rows)}")
        for row in () if isinstance(rows, int) else rows:
            say(f"  {row['number']}　{row['algorithm']}")
            for change in row.get("differing", row.get("changes", ())):
                say(f"    {change['field']}：{change['before']} → {change['after']}")


@register.command("export")
def export(
    form: Annotated[str, typer.Option("--to", help="csv, xlsx or jsonl")],
    out: Annotated[Path | None, typer.Option(help="file; standard output by default")] = None,
) -> None:
    """Export the whole register."""
    from clitools.register import exported

    if form not in {"csv", "xlsx", "jsonl"}:
        fail(f"没有格式「{form}」，有 csv、xlsx、jsonl · no form {form}: csv, xlsx, jsonl")
    if out is None:
        asyncio.run(exported(Settings(), form, sys.stdout.buffer))
        return
    with out.open("wb") as file:
        asyncio.run(exported(Settings(), form, file))
