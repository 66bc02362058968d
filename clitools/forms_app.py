"""`forms`: definitions checked, exported, imported; answers judged."""

# ruff: noqa: PLC0415 -- commands import what they use when they run, as in cli.py

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clitools.printing import Json, document, fail, out, say, table

forms = typer.Typer(help="表单 · forms", no_args_is_help=True)


class Target(StrEnum):
    """What a form is exported to."""

    JSONSCHEMA = "jsonschema"
    FHIR = "fhir"
    XLSFORM = "xlsform"


@forms.command("list")
def list_forms(*, as_json: Json = False) -> None:
    """List all forms."""
    from clitools.forms import all_forms

    table(all_forms(), ("name", "version", "status", "title", "items"), as_json=as_json)


@forms.command("check")
def check_forms(
    *,
    lock: Annotated[bool, typer.Option(help="enter new active versions")] = False,
    as_json: Json = False,
) -> None:
    """Check every definition, and that no active version changed."""
    from forms.library import enter, faults, names

    if lock:
        enter()
    found = faults()
    if as_json:
        document({"holds": not found, "forms": len(names()), "faults": found})
        if found:
            raise typer.Exit(1)
        return
    if found:
        fail("\n".join(found))
    say(f"{len(names())} 张表单均无误 · all forms are well-formed")


@forms.command("export")
def export_form(
    name: str,
    to: Annotated[Target, typer.Option("--to")],
    file: Annotated[Path | None, typer.Option("--file", help="where to; else printed")] = None,
) -> None:
    """Export a form as JSON Schema of its answers, FHIR Questionnaire, or XLSForm."""
    from clitools.forms import exported

    data = exported(name, to.value)
    if file is not None:
        file.write_bytes(data)
        say(f"{file}")
    elif to is Target.XLSFORM and sys.stdout.isatty():
        fail("XLSX 须写入文件，请加 --file · an XLSX goes to a file; add --file")
    elif to is Target.XLSFORM:
        sys.stdout.buffer.write(data)
    else:
        out.print(data.decode(), markup=False)


@forms.command("import")
def import_form(file: Path) -> None:
    """Read an XLSForm or a FHIR Questionnaire and print it as a definition."""
    from clitools.forms import imported

    out.print(imported(file), markup=False)


@forms.command("complete")
def complete(name: str, answers: Path, *, as_json: Json = False) -> None:
    """Tell what is missing or wrong in some answers (JSON or YAML)."""
    from clitools.forms import problems_of

    found = problems_of(name, answers)
    if as_json:
        document(found)
    else:
        table(found, ("path", "code", "detail"), as_json=False)
        say("填写完整 · complete" if not found else f"{len(found)} 处 · entries to mend")
    if found:
        raise typer.Exit(1)


@forms.command("prefill")
def prefill_form(name: str, facts: Path) -> None:
    """Fill a form from a project's facts, and say which fact fed which box."""
    from clitools.forms import prefilled

    document(prefilled(name, facts))


@forms.command("diff")
def diff_answers(name: str, before: Path, after: Path, *, as_json: Json = False) -> None:
    """Tell what differs between two answer sets, field by field."""
    from clitools.forms import differences

    rows = differences(name, before, after)
    table(rows, ("path", "label", "before", "after"), as_json=as_json)
