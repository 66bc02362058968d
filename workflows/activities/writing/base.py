"""What every writer of a paper stands on: the circumstances, the head, signatures, grounds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases.labels import ROLES
from documents.papers import Head, Signatory
from law.finding import Reason
from law.parameters import ground
from law.words import Words
from records.facts import Done, Facts
from records.tables import Party


@dataclass(frozen=True, slots=True)
class Sheet:
    """The circumstances of a paper: its number, its proceeding, its day, its address."""

    number: str
    proceeding: str
    day: date
    verify_at: str


def head(facts: Facts, issuer: Party, sheet: Sheet) -> Head:
    """Return what stands on every paper of a case."""
    return Head(
        number=sheet.number,
        case=facts.case.number,
        proceeding=sheet.proceeding,
        issuer=words(issuer),
        addressee=words(facts.parties[facts.case.institution]),
        project=facts.answers["project"]["title"],
        issued_on=sheet.day,
        verify_at=sheet.verify_at,
    )


def signatory(done: Done) -> Signatory:
    """Return who did something as the one who signs for it."""
    return Signatory(
        person=done.person,
        name=done.name.zh,
        role=ROLES[done.role],
        act=done.kind,
        event=done.leaf,
    )


def last(facts: Facts, kind: str) -> dict[str, Done]:
    """Return, by person, the last event of a kind that each brought about."""
    return {done.person: done for done in facts.done if done.kind == kind}


def grounds(instrument: str, tables: Iterable[str], *, on: date) -> tuple[Reason, ...]:
    """Return rows in force on a day as grounds."""
    return tuple(ground(f"{instrument}.{table}", on=on) for table in tables)


def words(party: Party) -> Words:
    """Return the names of a party."""
    return Words(party.name, party.name_en)
