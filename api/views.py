"""Rows as the API shows them."""

from datetime import date
from typing import Any, Final

import orjson

from api.deps import Standing
from cases.archiving import Archiving, parts
from cases.procedures import PROCEDURES
from cases.status import status
from law.clock import TERMS, due
from law.parameters import Parameter, parameter
from law.words import Language, Words
from records.feed import ballots_of, vote_is_open
from records.folding import state_adapter
from records.reading import due_on
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
        # Before the declaration, and after a recusal: title and parties only.
        "proceedings": []
        if standing.relations & {"undeclared", "recused"}
        else [proceeding_out(row, said) for row in standing.proceedings],
    }


def proceeding_out(row: Proceeding, said: Language) -> dict[str, Any]:
    """Return a proceeding: with whom it is, since when, and what comes next."""
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
        "due_on": due_on(row),
        **_progress(row),
    }


def _progress(row: Proceeding) -> dict[str, Any]:
    """Return how much of a dossier is made: its parts and its index."""
    if row.procedure != "archiving":
        return {}
    state: Archiving = state_adapter(row.procedure).validate_json(row.state)
    whole = len(parts(state.opening.files)) + 1
    return {"progress": {"made": len(state.papers), "of": whole}}


def clock_out(proceeding: str, clock: dict[str, Any], said: Language) -> dict[str, Any]:
    """Return a clock with the row of the law behind it and the account of its days."""
    name, since = clock["row"].split("@")
    row = parameter(
        name, on=max(date.fromisoformat(since), date.fromisoformat(clock["started_on"]))
    )
    return {
        "proceeding": proceeding,
        **{k: clock[k] for k in ("name", "started_on", "due_on", "ends_at", "provisional")},
        "state": _state(clock),
        "rule": row.label.say(said),
        "citation": row.citation.words.say(said),
        "confidence": row.confidence.value,
        "days": [
            {"on": day.isoformat(), "kind": words.say(said), "counted": counted}
            for day, words, counted in _days(clock, row)
        ],
    }


def _days(clock: dict[str, Any], row: Parameter) -> tuple[tuple[date, Words, int], ...]:
    """Account for the days of a term; a duty before an event has none."""
    if row.unit not in TERMS:
        return ()
    return due(date.fromisoformat(clock["started_on"]), row).lines()


def _state(clock: dict[str, Any]) -> str:
    if clock["breached"]:
        return "breached"
    return "running" if clock["stopped_at"] is None else "kept"


# Who may see the ballots of a procedure, once their vote has an outcome.
_BODY: Final[dict[str, frozenset[str]]] = {
    "ethics_review": frozenset({"this_committee", "jurisdiction"}),
    "expert_review": frozenset({"organises", "in_group", "jurisdiction"}),
}
_ORGANISING: Final = frozenset({"organises", "jurisdiction"})
_GROUP: Final = ("group", "declared", "recused")


def state_out(row: Proceeding, relations: frozenset[str]) -> dict[str, Any]:
    """Return a proceeding's state without what the reader may not see."""
    state: dict[str, Any] = orjson.loads(row.state)
    hidden = {"ballots"} if _sealed(row, relations) else set[str]()
    if row.procedure == "expert_review" and not _ORGANISING & relations:
        hidden |= set(_GROUP)
    return {name: value for name, value in state.items() if name not in hidden}


def hidden_kinds(row: Proceeding, relations: frozenset[str]) -> tuple[str, ...]:
    """Return the kinds of events whose words the reader may not see."""
    if row.procedure not in _BODY:
        return ()
    body = _ORGANISING if row.procedure == "expert_review" else _BODY[row.procedure]
    ballots = ballots_of(row.procedure) if _sealed(row, relations) else ""
    recusals = "" if body & relations else f"{row.procedure}.recused"
    return tuple(filter(None, (ballots, recusals)))


def _sealed(row: Proceeding, relations: frozenset[str]) -> bool:
    outside = not _BODY.get(row.procedure, relations) & relations
    return outside or vote_is_open(row)
