"""What `forms` answers, as plain data."""

# The YAML library is untyped:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import io
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError
from ruamel.yaml import YAML

from clitools.errors import CommandError
from forms.completeness import problems
from forms.diff import diff
from forms.exchange import fhir, json_schema, xlsform, xlsform_read
from forms.library import names, questionnaire
from forms.prefill import prefill
from forms.questionnaire import Questionnaire
from forms.reading import read_answers


def all_forms() -> list[dict[str, Any]]:
    """Return every form with its version and size."""
    return [
        {
            "name": form.name,
            "version": form.version,
            "status": form.status,
            "title": f"{form.title.zh} · {form.title.en}",
            "items": sum(1 for _ in form.walk()),
        }
        for form in map(questionnaire, names())
    ]


def exported(name: str, to: str) -> bytes:
    """Return a form in another vocabulary."""
    form = questionnaire(name)
    if to == "xlsform":
        return xlsform.workbook(form)
    found = json_schema.schema(form) if to == "jsonschema" else fhir.questionnaire(form)
    return orjson.dumps(found, option=orjson.OPT_INDENT_2)


def imported(file: Path) -> str:
    """Return the definition an XLSForm or a FHIR Questionnaire holds, as YAML."""
    data = file.read_bytes()
    try:
        form = xlsform_read.read(data) if file.suffix == ".xlsx" else _fhir(data)
    except ValidationError as error:
        raise CommandError(f"{file}: {error}") from None
    except (ValueError, KeyError) as error:
        raise CommandError(f"{file}: {error}") from None
    stream = io.StringIO()
    YAML(typ="safe", pure=True).dump(
        form.model_dump(by_alias=True, exclude_defaults=True, mode="json"), stream
    )
    return stream.getvalue()


def problems_of(name: str, file: Path) -> list[dict[str, str]]:
    """Return what is missing or wrong in some answers."""
    found = problems(questionnaire(name), read_answers(file))
    return [
        {"path": path, "code": code, "detail": f"{words.zh} · {words.en}"}
        for path, (code, words) in found.items()
    ]


def prefilled(name: str, facts: Path) -> dict[str, Any]:
    """Return the answers facts give to a form, and which fact fed which box."""
    answers, fed = prefill(questionnaire(name), read_answers(facts))
    return {"answers": answers, "fed": [f._asdict() for f in fed]}


def differences(name: str, before: Path, after: Path) -> list[dict[str, Any]]:
    """Return what differs between two answer sets; of a text, the pieces."""
    changes = diff(questionnaire(name), read_answers(before), read_answers(after))
    return [
        {
            "path": change.path,
            "label": change.label.zh,
            "kind": change.kind,
            "before": change.before,
            "after": change.after,
            "pieces": [list(piece) for piece in change.pieces],
        }
        for change in changes
    ]


def _fhir(data: bytes) -> Questionnaire:
    return fhir.read(orjson.loads(data))
