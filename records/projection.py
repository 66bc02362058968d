"""What follows from an event in the rows: standing, papers, numbers, notices.

Pure: `records/recorder.py` has it written as events are recorded, `records/rebuilding.py`
gathers it from the whole trail.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlmodel import SQLModel

from cases.clocks import PaperIssued
from cases.correction import Withdrawn
from cases.ethics_review.events import Decided
from cases.ethics_review.state import Outcome
from cases.filing import FilingRecorded
from cases.notices import notices
from cases.procedures import AnyEvent, Procedure, procedure_of
from cases.proceeding import State, evolve
from records.folding import state_adapter
from records.tables import Case, CaseParty, FilingNumber, Moment, Paper, Proceeding

CONCERNED: Final = ("institution", "committee", "organiser", "authority")
"""What openings call the parties that a proceeding concerns."""


class Place(NamedTuple):
    """Where and when an event happened."""

    case: str
    proceeding: str
    seq: int
    at: Moment


class Standing(NamedTuple):
    """Where a proceeding stands: what its row holds, with the state as an object."""

    procedure: Procedure
    place: Place  # of the last event
    state: State
    opened_at: Moment
    changed_at: Moment
    closed_at: Moment | None

    def columns(self) -> dict[str, Any]:
        """Return the columns that change as the proceeding goes on."""
        return {
            "stage": str(self.state.stage),
            "seq": self.place.seq,
            "state": state_adapter(self.procedure.name).dump_json(self.state).decode(),
            "changed_at": self.changed_at,
            "closed_at": self.closed_at,
        }

    def row(self) -> dict[str, Any]:
        """Return the whole row."""
        return {
            "id": self.place.proceeding,
            "case_number": self.place.case,
            "procedure": self.procedure.name,
            "ordinal": int(self.place.proceeding.rsplit("/", 1)[1]),
            "opened_at": self.opened_at,
            **self.columns(),
        }


def standing(row: Proceeding) -> Standing:
    """Return where a row says that its proceeding stands."""
    procedure = procedure_of(row.id)
    state = state_adapter(procedure.name).validate_json(row.state)
    place = Place(row.case_number, row.id, row.seq, "")
    return Standing(procedure, place, state, row.opened_at, row.changed_at, row.closed_at)


def advance(before: Standing | None, place: Place, event: AnyEvent) -> Standing:
    """Return where a proceeding stands after an event; before its first it stands nowhere."""
    if before is None:
        procedure = procedure_of(place.proceeding)
        opened: Any = event
        begun = procedure.begin(opened.opening)
        before = Standing(procedure, place, begun, place.at, place.at, None)
    state, changed_at, closed_at = (
        evolve(before.state, event),
        before.changed_at,
        before.closed_at,
    )
    if state.stage != before.state.stage:  # since when it is with whom it is
        changed_at = place.at
        if closed_at is None and state.stage in before.procedure.closed:
            closed_at = place.at
    return Standing(before.procedure, place, state, before.opened_at, changed_at, closed_at)


@dataclass(frozen=True, slots=True)
class Entered:
    """A row that an event enters in a table; the key is that of the table."""

    table: type[SQLModel]
    key: Any
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Changed:
    """Columns that an event changes in a row."""

    table: type[SQLModel]
    key: Any
    values: dict[str, Any]


Effect = Entered | Changed


def effects(after: Standing, event: AnyEvent) -> Iterator[Effect]:
    """Yield what an event does beside its proceeding's row; that stands `after` it."""
    if hasattr(event, "opening"):
        yield from _admit(after.place.case, after.state)
    follow = _FOLLOW.get(type(event))
    if follow is not None:
        yield from follow(after, event)


def _admit(case: str, state: Any) -> Iterator[Effect]:
    """Open the case's wall to the parties that the proceeding concerns."""
    for name in CONCERNED:
        party = getattr(state.opening, name, None)
        if party:
            values = {"case_number": case, "party_id": party}
            yield Entered(CaseParty, (case, party), values)


def _take_number(after: Standing, event: FilingRecorded) -> Iterator[Effect]:
    values = {"number": event.number, "proceeding": after.place.proceeding}
    yield Entered(FilingNumber, event.number, values)


def _file_paper(after: Standing, event: PaperIssued) -> Iterator[Effect]:
    issued, place = event.paper, after.place
    values = {
        "sha256": issued.sha256,
        "case_number": place.case,
        "proceeding": place.proceeding,
        "template": issued.template,
        "number": issued.number,
        "issued_at": place.at,
        "version": issued.version,
        "of": issued.of or place.proceeding,
    }
    yield Entered(Paper, issued.sha256, values)
    if issued.replaces:
        yield Changed(Paper, issued.replaces, {"replaced_by": issued.sha256})


def _withdraw(after: Standing, event: Withdrawn) -> Iterator[Effect]:
    yield Changed(Paper, event.opening.paper.sha256, {"withdrawn_at": after.place.at})


def _reopen_draft(after: Standing, event: Decided) -> Iterator[Effect]:
    """Let the applicant modify and submit a new version for the next round."""
    if event.outcome is Outcome.RE_REVIEW:
        reviewed: Any = after.state
        values = {"stage": "draft", "signed_off": "", "version": reviewed.opening.version + 1}
        yield Changed(Case, after.place.case, values)


_FOLLOW: Final[dict[type, Callable[[Standing, Any], Iterator[Effect]]]] = {
    FilingRecorded: _take_number,
    PaperIssued: _file_paper,
    Withdrawn: _withdraw,
    Decided: _reopen_draft,
}


def outbox(after: Standing, event: AnyEvent) -> list[dict[str, Any]]:
    """Return the rows of what people must be told of an event."""
    place = after.place
    return [
        {
            "recipient": notice.recipient,
            "topic": notice.topic,
            "case_number": place.case,
            "proceeding": place.proceeding,
            "seq": place.seq,
            "at": place.at,
        }
        for notice in notices(after.state, event)
    ]
