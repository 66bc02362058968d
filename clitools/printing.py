"""How commands print: for people in both languages, or one JSON document."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="print one JSON document")]
out = Console(highlight=False, soft_wrap=True)
_WIDE = 400  # columns for what is piped on: nothing is cut


def report(document: dict[str, Any]) -> None:
    """Print whether something holds, and what is wrong."""
    mark = "[green]通过 · holds[/]" if document["holds"] else "[red]不通过 · fails[/]"
    out.print(f"{mark}  {escape(document['summary'])}")
    for fault in document["faults"]:
        out.print(f"  [red]{escape(fault)}[/]")
    for remark in document.get("remarks", ()):
        out.print(f"  [yellow]注意 · note: {escape(remark)}[/]")


def table(rows: Sequence[dict[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Print rows as a table, or as JSON."""
    if as_json:
        document(rows)
        return
    grid = Table(*columns)
    for row in rows:
        grid.add_row(*(escape(str(row[column] or "")) for column in columns))
    out.print(grid, width=None if out.is_terminal else _WIDE)


def document(value: object) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


def say(line: str) -> None:
    """Print a line of plain words."""
    out.print(escape(line))


def fail(message: str) -> None:
    """End with what went wrong."""
    typer.secho(message, err=True, fg=typer.colors.RED)
    raise typer.Exit(2)
