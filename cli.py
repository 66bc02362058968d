"""The command line: `./run cli …`. Settings are `SHENBEI_*` variables; see the README."""

# Commands import what they use when they run: PDF and workflow libraries take seconds to load,
# and `./run demo` is to show its address within five.
# ruff: noqa: PLC0415 -- see above

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from clitools.errors import CommandError
from settings import Settings

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
cases = typer.Typer(help="案件 · cases", no_args_is_help=True)
trail = typer.Typer(help="审计轨迹 · the trail", no_args_is_help=True)
database = typer.Typer(help="数据库 · the database", no_args_is_help=True)
people = typer.Typer(help="人员 · people", no_args_is_help=True)
app.add_typer(cases, name="case")
app.add_typer(trail, name="trail")
app.add_typer(database, name="db")
app.add_typer(people, name="person")
Json = Annotated[bool, typer.Option("--json", help="print one JSON document")]
_out = Console(highlight=False, soft_wrap=True)


@app.command()
def demo(
    *,
    once: Annotated[bool, typer.Option(help="end after the story")] = False,
    dossier: Annotated[Path | None, typer.Option(help="facts of another project")] = None,
) -> None:
    """Start everything on this machine and carry one case to its filing number."""
    from demo import caller, facts, stack, story

    try:
        asyncio.run(story.demo(Settings(), dossier=dossier or facts.DOSSIER, once=once))
    except (stack.StackError, caller.StoryError, facts.DossierError) as error:
        _fail(str(error))


@app.command()
def serve() -> None:
    """Start everything on this machine."""
    from demo import stack, story

    try:
        asyncio.run(story.serve(Settings()))
    except stack.StackError as error:
        _fail(str(error))


@app.command()
def api() -> None:
    """Serve the API against outside servers."""
    from api.app import main

    main(Settings())


@app.command()
def worker() -> None:
    """Work against outside servers."""
    from worker import main

    asyncio.run(main(Settings()))


@app.command()
def verify(files: list[Path], *, as_json: Json = False) -> None:
    """Verify papers: signature, chain, changes, and their hash against the trail."""
    from clitools.papers import verify_files

    reports = asyncio.run(verify_files(Settings(), files))
    if as_json:
        _print_json(reports if len(reports) > 1 else reports[0])
    for report in reports:
        if not as_json:
            _show(report)
    if not all(report["holds"] for report in reports):
        raise typer.Exit(1)


@cases.command("list")
def list_cases(*, as_json: Json = False) -> None:
    """List all cases."""
    from clitools.cases import all_cases

    rows = asyncio.run(all_cases(Settings()))
    _table(rows, ("number", "stage", "title"), as_json=as_json)


@cases.command("show")
def show_case(number: str, *, as_json: Json = False) -> None:
    """Show a case and its proceedings."""
    from clitools.cases import one_case

    case = asyncio.run(one_case(Settings(), number))
    if case is None:
        _fail(f"没有案件 {number} · there is no case {number}")
    elif as_json:
        _print_json(case)
    else:
        _out.print(escape(f"{case['number']}  {case['title']}  ({case['stage']})"))
        _table(case["proceedings"], ("id", "stage", "status", "due_on"), as_json=False)


@cases.command("papers")
def list_papers(number: str, *, as_json: Json = False) -> None:
    """List the papers of a case and where their files are."""
    from clitools.cases import papers_of

    rows = asyncio.run(papers_of(Settings(), number))
    _table(rows, ("number", "template", "issued_at", "file"), as_json=as_json)


@trail.command("verify")
def verify_the_trail(*, as_json: Json = False) -> None:
    """Verify the whole trail: hashes, tree, checkpoints, sequences."""
    from clitools.trail import verify_whole

    report = asyncio.run(verify_whole(Settings()))
    if as_json:
        _print_json(report)
    else:
        _show(report)
    if not report["holds"]:
        raise typer.Exit(1)


@database.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to the newest schema. Safe to repeat."""
    from records.migrate import upgrade

    upgrade(Settings().database)
    _out.print("数据库已是最新 · the database is up to date")


@database.command("check")
def check_database() -> None:
    """Tell whether the database is at the newest schema."""
    from records.migrate import is_current

    if not is_current(Settings().database):
        _fail("请运行 db upgrade · run db upgrade")
    _out.print("数据库已是最新 · the database is up to date")


@people.command("list")
def list_people(*, as_json: Json = False) -> None:
    """List people, parties and roles."""
    from clitools.cases import everybody

    rows = asyncio.run(everybody(Settings()))
    _table(rows, ("person", "name", "party", "role", "category"), as_json=as_json)


def _show(report: dict[str, Any]) -> None:
    mark = "[green]通过 · holds[/]" if report["holds"] else "[red]不通过 · fails[/]"
    _out.print(f"{mark}  {escape(report['summary'])}")
    for fault in report["faults"]:
        _out.print(f"  [red]{escape(fault)}[/]")


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        _print_json(rows)
        return
    table = Table(*columns)
    for row in rows:
        table.add_row(*(escape(str(row[column] or "")) for column in columns))
    _out.print(table)


def _print_json(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=1))


def _fail(message: str) -> None:
    typer.secho(message, err=True, fg=typer.colors.RED)
    raise typer.Exit(2)


def main() -> None:
    """Run a command; what keeps it from its work is said in words."""
    try:
        app()
    except Exception as error:
        if not _says_what(error):
            raise
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        sys.exit(2)


def _says_what(error: Exception) -> bool:
    from sqlalchemy.exc import SQLAlchemyError

    return isinstance(error, (OSError, SQLAlchemyError, CommandError))


if __name__ == "__main__":
    main()
