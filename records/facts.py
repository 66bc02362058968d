"""What is known of a proceeding when a paper is written: as it stands, or stood then."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read, reference
from law.words import Words
from records.drafts import submission
from records.folding import fold, state_adapter
from records.sealed_answers import answers_of
from records.tables import Case, Event, Party, Payload, Person, Proceeding
from records.trail import events_of_proceeding
from records.vault import read_words


@dataclass(frozen=True, slots=True)
class Done:
    """An event that a person brought about."""

    kind: str
    person: str
    role: str
    name: Words
    leaf: str  # of the trail, hex
    words: Mapping[str, str]  # by path; an erased text is missing

    @property
    def reason(self) -> str:
        """As a personal signature names it."""
        return reference(self.kind, self.leaf)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a proceeding when a paper is written."""

    case: Case
    answers: dict[str, Any]
    state: Any
    parties: dict[str, Party]
    texts: dict[str, str]  # by commitment; an erased text is missing
    done: tuple[Done, ...] = ()  # by persons, in order


async def facts(session: AsyncSession, proceeding: str, as_of: int = 0) -> Facts:
    """Return what is known of a proceeding; with `as_of`, nothing that came after an event."""
    row = await session.get_one(Proceeding, proceeding)
    case = await session.get_one(Case, row.case_number)
    state = state_adapter(row.procedure).validate_json(row.state)
    version = getattr(state.opening, "version", None)
    frozen = await submission(session, row.case_number, version)
    if frozen is None:
        raise LookupError(f"{row.case_number} was never submitted")
    if as_of and as_of < row.seq:
        entries = await events_of_proceeding(session, proceeding)
        state = fold(proceeding, entries[:as_of])
    wanted = {
        getattr(state.opening, name, "") or case.committee
        for name in ("institution", "committee", "organiser", "authority", "issuer")
    }
    return Facts(
        case=case,
        answers=await answers_of(session, frozen),
        state=state,
        parties=await _parties(session, wanted),
        texts=await texts(session, proceeding),
        done=await done(session, proceeding, as_of),
    )


async def done(session: AsyncSession, proceeding: str, as_of: int = 0) -> tuple[Done, ...]:
    """Return what persons did in a proceeding, in order; up to an event where one is named."""
    found = await events_of_proceeding(session, proceeding)
    rows = [row for row in found if not as_of or row.seq <= as_of]
    actors = [read(row.body)["actor"] for row in rows]
    ids = {actor["person"] for actor in actors}
    people = await session.exec(select(Person).where(col(Person.id).in_(ids)))
    names = {person.id: Words(person.name, person.name_en) for person in people}
    said = await _said(session, proceeding)
    return tuple(
        Done(
            row.kind,
            actor["person"],
            actor["role"],
            names[actor["person"]],
            row.leaf.hex(),
            said.get(row.seq, {}),
        )
        for row, actor in zip(rows, actors, strict=True)
        if actor["person"] in names
    )


async def _said(session: AsyncSession, proceeding: str) -> dict[int, dict[str, str]]:
    """Return the words of a proceeding by event and path."""
    statement = (
        select(Payload)
        .where(col(Payload.proceeding) == proceeding)
        .order_by(col(Payload.seq), col(Payload.path))
    )
    rows = (await session.exec(statement)).all()
    opened = await read_words(session, rows)
    said: dict[int, dict[str, str]] = {}
    for row in rows:
        if row.commitment in opened:
            said.setdefault(row.seq, {})[row.path] = opened[row.commitment].value
    return said


async def _parties(session: AsyncSession, ids: Collection[str]) -> dict[str, Party]:
    statement = select(Party).where(col(Party.id).in_(ids))
    return {party.id: party for party in (await session.exec(statement)).all()}


async def texts(
    session: AsyncSession, proceeding: str, hidden: Collection[str] = ()
) -> dict[str, str]:
    """Return the words of a proceeding by their commitment, those of some events left out."""
    statement = (
        select(Payload)
        .join(
            Event,
            (col(Event.proceeding) == col(Payload.proceeding))
            & (col(Event.seq) == col(Payload.seq)),
        )
        .where(col(Payload.proceeding) == proceeding, col(Event.kind).not_in(hidden))
    )
    opened = await read_words(session, (await session.exec(statement)).all())
    return {commitment: words.value for commitment, words in opened.items()}
