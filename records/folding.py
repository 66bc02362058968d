"""State is a fold of events: what the entries of a proceeding add up to."""

from collections.abc import Iterable
from functools import cache, reduce
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter

from audit.event import read
from cases.procedures import AnyEvent, procedure_of
from cases.proceeding import evolve
from records.tables import Event

# The kind tells the class: to try all of them takes twenty times as long.
_by_kind: Any = Annotated[AnyEvent, Field(discriminator="kind")]
_EVENT: Final[TypeAdapter[AnyEvent]] = TypeAdapter(_by_kind)


@cache
def state_adapter(procedure: str) -> TypeAdapter[Any]:
    """Return what reads and writes the state of a procedure."""
    return TypeAdapter(procedure_of(f"{procedure}/").state)  # type: ignore[maybe-unrecognized-str-typeform] # -- a class, not a form


def event_of(row: Event) -> AnyEvent:
    """Return the event that a trail entry holds."""
    return event_in(read(row.body))


def event_in(entry: dict[str, Any]) -> AnyEvent:
    """Return the event of an entry that was read as plain data."""
    return _EVENT.validate_python(entry["event"])


def fold(proceeding: str, rows: Iterable[Event]) -> Any:
    """Return the state that a proceeding's entries lead to, in order; None without any."""
    events = [event_of(row) for row in rows]
    if not events:
        return None
    first: Any = events[0]
    return reduce(evolve, events, procedure_of(proceeding).begin(first.opening))


def event_schema() -> dict[str, Any]:
    """Return the form of each kind of event as JSON Schema 2020-12."""
    told: dict[str, Any] = _EVENT.json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **told}
