"""Who must be told what of an event. Recipients are ids of parties and persons."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from cases.archiving import INDEX, PART
from cases.proceeding import Event, State

Recipients = tuple[str, ...]


class Notice(NamedTuple):
    """One thing one party or person must be told; its topic is the event's kind."""

    recipient: str
    topic: str


def _opening(*names: str) -> Callable[[Any, Any], Recipients]:
    def told(state: Any, _event: Any) -> Recipients:
        return tuple(getattr(state.opening, name) for name in names)

    return told


def _whom_the_clock_binds(state: Any, _event: Any) -> Recipients:
    names = ("committee", "organiser", "authority")
    return (
        *(getattr(state.opening, n) for n in names if hasattr(state.opening, n)),
        state.opening.institution,
    )


def _whom_a_paper_concerns(state: Any, event: Any) -> Recipients:
    """Return the institution; of a dossier who ordered it; of an opinion who decides by it."""
    opening, template = state.opening, event.paper.template
    if template in {PART, INDEX}:
        return (opening.issuer,) if template == INDEX else ()
    return (opening.institution, *_who_decides_by_it(opening))


def _whom_a_correction_concerns(state: Any, _event: Any) -> Recipients:
    return (state.opening.institution, *_who_decides_by_it(state.opening))


def _who_decides_by_it(opening: Any) -> Recipients:
    reviewed = getattr(opening, "reviewed", opening)
    return tuple(filter(None, (getattr(reviewed, "committee", ""),)))


TOLD: Final[dict[str, Callable[[Any, Any], Recipients]]] = {
    "ethics_review.submitted": _opening("committee"),
    "ethics_review.accepted": lambda state, _: (
        state.opening.applicant,
        *(seat.person for seat in state.opening.seats),
    ),
    "ethics_review.votes_counted": _opening("committee", "institution"),
    "ethics_review.opinion_received": _opening("committee"),
    "ethics_review.decided": _opening("applicant", "institution"),
    "expert_review.applied": _opening("organiser"),
    "expert_review.group_formed": lambda _, event: tuple(e.id for e in event.group),
    "expert_review.votes_counted": _opening("institution"),
    "safety_assessment.report_submitted": _opening("authority"),
    "safety_assessment.report_returned": _opening("institution"),
    "safety_assessment.report_accepted": _opening("institution"),
    "filing.submitted": _opening("authority"),
    "filing.returned": _opening("institution"),
    "filing.recorded": _opening("institution"),
    "follow_up.opened": _opening("institution"),
    "follow_up.reported": _opening("committee"),
    "follow_up.concluded": _opening("institution"),
    "paper.issued": _whom_a_paper_concerns,
    "correction.ordered": _whom_a_correction_concerns,
    "correction.withdrawn": _whom_a_correction_concerns,
    "clock.reminded": _whom_the_clock_binds,
    "clock.breached": _whom_the_clock_binds,
}


def notices(state: State, event: Event) -> tuple[Notice, ...]:
    """Return what must be told of an event, given the state after it."""
    told = TOLD.get(event.kind)
    recipients = told(state, event) if told else ()
    return tuple(Notice(r, event.kind) for r in dict.fromkeys(recipients))
