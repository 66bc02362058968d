"""`./run cli trail witness …`: witness a log from another machine."""

# ruff: noqa: PLC0415 -- commands import what they use when they run

from pathlib import Path
from typing import Annotated

import typer

from clitools.printing import out

witness = typer.Typer(help="见证 · witness a log, apart from it", no_args_is_help=True)
State = Annotated[Path, typer.Option(help="见证人的文件夹 · folder of the witness")]


@witness.command("new")
def new_witness(name: str, state: State, log_key: str) -> None:
    """Make the key of a witness of a log, and print it for the log to know."""
    from clitools.witnessing import new

    typer.echo(new(state, name, log_key))


@witness.command("see")
def see_the_log(url: str, state: State) -> None:
    """Ask a log for its checkpoint, cosign it if it only grew, and send the line back."""
    from clitools.witnessing import see

    out.print(see(state, url))
