"""Rows as the API shows them."""

from datetime import date
from typing import Any

import orjson

from api.deps import Standing
from cases.procedures import PROCEDURES
from cases.status import status
from law.clock import due
from law.parameters import parameter
from law.words import Language, Words
from records.tables import Party, Proceeding


def case_out(
    standing: Standing, parties: tuple[Party, Party], said: Language
) -> dict[str, Any]:
    """Return a case with one status sentence for each proceeding."""
    institution, committee = (
        {"id": p.id, "name": Words(p.name, p.name_en).say(said)} for p in parties
    )
    case = standing.case
    return {
        "number": case.number,
        "title": case.title,
        "stage": case.stage,
        "institution": institution,
        "committee": committee,
        "proceedings": [proceeding_out(row, said) for row in standing.proceedings],
    }


def proceeding_out(row: Proceeding, said: Language) -> dict[str, Any]:
    """Return a proceeding: with whom it is, since when, and what comes next."""
    clocks = orjson.loads(row.state)["clocks"]
    return {
        "id": row.id,
        "procedure": row.procedure,
        "title": PROCEDURES[row.procedure].words.say(said),
        "ordinal": row.ordinal,
        "stage": row.stage,
        "status": status(row.procedure, row.stage).words.say(said),
        "since": row.changed_at,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "due_on": next((c["due_on"] for c in clocks if c["stopped_at"] is None), None),
    }


def clock_out(proceeding: str, clock: dict[str, Any], said: Language) -> dict[str, Any]:
    """Return a clock with the row of the law behind it and the account of its days."""
    name, since = clock["row"].split("@")
    row = parameter(
        name, on=max(date.fromisoformat(since), date.fromisoformat(clock["started_on"]))
    )
    term = due(date.fromisoformat(clock["started_on"]), row)
    return {
        "proceeding": proceeding,
        **{k: clock[k] for k in ("name", "started_on", "due_on", "ends_at", "provisional")},
        "state": _state(clock),
        "rule": row.label.say(said),
        "citation": row.citation.words.say(said),
        "confidence": row.confidence.value,
        "days": [
            {"on": day.isoformat(), "kind": words.say(said), "counted": counted}
            for day, words, counted in term.lines()
        ],
    }


def _state(clock: dict[str, Any]) -> str:
    if clock["breached"]:
        return "breached"
    return "running" if clock["stopped_at"] is None else "kept"
