"""`./run cli trail institution …`: a whole institution, out of one instance into another."""

# ruff: noqa: PLC0415 -- commands import what they use when they run

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from clitools.printing import Json, document, say
from settings import Settings

institution = typer.Typer(help="整家单位 · a whole institution", no_args_is_help=True)


@institution.command("export")
def export_it(
    name: Annotated[str, typer.Argument(help="单位编号 · id of the institution")],
    to: Annotated[Path, typer.Option("--to", help="写到 · file to write")],
) -> None:
    """Write all that is held of an institution: bundles, rows, files; signed."""
    from clitools.moving import export_institution

    data = asyncio.run(export_institution(Settings(), name))
    to.write_bytes(data)
    say(f"{to} · {len(data)} bytes")


@institution.command("import")
def import_it(
    file: Path,
    log_key: Annotated[list[str], typer.Option(help="对方日志公钥，另行取得 · of that log")],
    roots: Annotated[
        Path | None, typer.Option(help="信任的证书 · certificates to trust, PEM")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Take an institution over from another instance, once everything in it holds.

    Its proceedings go on after `trail reconcile --mend`.
    """
    from clitools.moving import import_institution

    pem = roots.read_bytes() if roots else None
    found = asyncio.run(import_institution(Settings(), file, log_key, pem))
    if as_json:
        document(found)
        return
    cases = len(found["cases"])
    say(f"{found['institution']} ← {found['origin']} · {cases} 件 cases")
    say(f"{found['entries']} 条新记录 new entries · trail reconcile --mend")
