"""The command line: `./run cli …`. Settings are `SHENBEI_*` variables; see the README."""

# Commands import what they use when they run: PDF and workflow libraries take seconds to load,
# and `./run demo` is to show its address within five.
# ruff: noqa: PLC0415 -- see above

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from audit.checkpoint import CheckpointError
from audit.witness import ForkError
from clitools import forms_app, keys_app, law_app, people_app, register_app, trail_app
from clitools.errors import CommandError
from clitools.printing import Json, document, fail, out, report, table
from settings import Settings

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
cases = typer.Typer(help="案件 · cases", no_args_is_help=True)
database = typer.Typer(help="数据库 · the database", no_args_is_help=True)
app.add_typer(cases, name="case")
app.add_typer(trail_app.trail, name="trail")
app.add_typer(database, name="db")
app.add_typer(people_app.people, name="person")
app.add_typer(people_app.bodies, name="body")
app.add_typer(law_app.law, name="law")
app.add_typer(law_app.number, name="number")
app.add_typer(law_app.genai, name="genai")
app.add_typer(forms_app.forms, name="forms")
app.add_typer(register_app.register, name="register")
app.add_typer(keys_app.keys, name="key")


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
    except (stack.StackError, caller.StoryError) as error:
        fail(str(error))


@app.command()
def serve() -> None:
    """Start everything on this machine."""
    from demo import stack, story

    try:
        asyncio.run(story.serve(Settings()))
    except stack.StackError as error:
        fail(str(error))


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
def verify(
    files: list[Path],
    *,
    roots: Annotated[Path | None, typer.Option(help="certificates to trust, PEM")] = None,
    log_key: Annotated[
        list[str] | None, typer.Option(help="key of the log, of bundles")
    ] = None,
    as_json: Json = False,
) -> None:
    """Verify papers and bundles, offline; with our records there, against the trail, too."""
    from clitools.bundles import is_bundle, verify_bundle
    from clitools.papers import verify_files

    bundles = [
        verify_bundle(Settings(), file, log_key or []) for file in files if is_bundle(file)
    ]
    sheets = [file for file in files if not is_bundle(file)]
    found = bundles + (asyncio.run(verify_files(Settings(), sheets, roots)) if sheets else [])
    if as_json:
        document(found if len(found) > 1 else found[0])
    for one in found:
        if not as_json:
            report(one)
    if not all(one["holds"] for one in found):
        raise typer.Exit(1)


@cases.command("list")
def list_cases(*, as_json: Json = False) -> None:
    """List all cases."""
    from clitools.cases import all_cases

    rows = asyncio.run(all_cases(Settings()))
    table(rows, ("number", "stage", "title"), as_json=as_json)


@cases.command("show")
def show_case(number: str, *, as_json: Json = False) -> None:
    """Show a case and its proceedings."""
    from clitools.cases import one_case

    case = asyncio.run(one_case(Settings(), number))
    if case is None:
        fail(f"没有案件 {number} · there is no case {number}")
    elif as_json:
        document(case)
    else:
        out.print(escape(f"{case['number']}  {case['title']}  ({case['stage']})"))
        table(case["proceedings"], ("id", "stage", "status", "due_on"), as_json=False)


@cases.command("papers")
def list_papers(
    number: str,
    *,
    to: Annotated[Path | None, typer.Option(help="folder to lay copies in")] = None,
    as_json: Json = False,
) -> None:
    """List the papers of a case; with a folder, lay copies there."""
    from clitools.cases import papers_of

    rows = asyncio.run(papers_of(Settings(), number, to))
    table(rows, ("number", "template", "issued_at", "file"), as_json=as_json)


@database.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to the newest schema. Safe to repeat."""
    from records.upgrading import bring_up

    settings = Settings()
    now = datetime.now(UTC)
    asyncio.run(bring_up(settings.database, settings.sealing_key, now))
    out.print("数据库已是最新 · the database is up to date")


@database.command("check")
def check_database() -> None:
    """Tell whether the database is at the newest schema."""
    from records.migrate import is_current

    if not is_current(Settings().database):
        fail("请运行 db upgrade · run db upgrade")
    out.print("数据库已是最新 · the database is up to date")


@database.command("grant")
def grant_role(
    *,
    app_role: Annotated[str, typer.Option("--app", help="role of the application")],
    create: Annotated[bool, typer.Option(help="make the role; it has no password")] = False,
) -> None:
    """Let a role of PostgreSQL do what the application does. Safe to repeat."""
    from clitools.database import grant_to

    grant_to(Settings(), app_role, create=create)
    out.print(escape(f"已授权 {app_role} · {app_role} may do what the application does"))


def main() -> None:
    """Run a command; what keeps it from its work is said in words."""
    try:
        app()
    except Exception as error:
        if not _says_what(error):
            raise
        words = _words(error)
        if "--json" in sys.argv:  # whoever reads JSON is told in JSON
            typer.echo(json.dumps({"error": words}, ensure_ascii=False))
        typer.secho(words, err=True, fg=typer.colors.RED)
        sys.exit(2)


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        why = "找不到或者不能读取，请核对路径 · not there or not readable; check the path"
        return f"{error.filename}: {why}"
    if isinstance(error, ForkError):
        why = "轨迹与已签发的检查点不符，未签发；请核验，恢复过备份的运行 trail restored"
        return f"{why} · {error}: run `trail verify`, or `trail restored` after a restore"
    return str(error)


def _says_what(error: Exception) -> bool:
    from sqlalchemy.exc import SQLAlchemyError

    from demo.stack import StackError
    from forms.library import DefinitionError
    from forms.reading import AnswersError

    words = (
        *(OSError, SQLAlchemyError, CommandError, ForkError, CheckpointError),
        *(DefinitionError, AnswersError, StackError),
    )
    return isinstance(error, words)


if __name__ == "__main__":
    main()
