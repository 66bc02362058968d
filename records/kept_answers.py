"""Compare the answers that are kept with what was submitted and signed off."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from cryptography.exceptions import InvalidTag
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import read
from records.drafts import content_hash
from records.errors import ErasedError
from records.kept_words import ERASED
from records.sealed_answers import Answers, all_answers, answers_of
from records.tables import Case, Event, Submission

_BATCH: Final = 1000


async def changed_answers(
    session: AsyncSession, submitted: AbstractSet[tuple[str, int, str]]
) -> list[str]:
    """Return the frozen versions that are not what was submitted, and the drafts that differ.

    Args:
        session: A reading session, with the key.
        submitted: (case, version, content hash) as the entries tell.
    """
    return [*await _submissions(session, submitted), *await _drafts(session)]


async def _submissions(
    session: AsyncSession, submitted: AbstractSet[tuple[str, int, str]]
) -> list[str]:
    known = {(case, version): content for case, version, content in submitted}
    erased = await _erased(session)
    faults: list[str] = []
    chosen = select(Submission).execution_options(yield_per=_BATCH)
    async for rows in (await session.stream_scalars(chosen)).partitions():
        for row, answers in zip(rows, await _opened(session, rows), strict=True):
            told = known.pop((row.case_number, row.version), row.content)
            content = row.content if answers is None else content_hash(answers)
            version = (row.case_number, row.version, row.content)
            if not row.answers and version not in erased:
                wrong = "is empty, and no entry erased it"
            elif row.answers and answers is None:
                wrong = "does not open"
            elif not row.content == told == content:
                wrong = "is not what was submitted"
            else:
                continue
            faults.append(f"{row.case_number}: version {row.version} {wrong}")
        _let_go(session, rows)
    return [*faults, *(f"{c}: version {v} is missing" for c, v in sorted(known))]


async def _drafts(session: AsyncSession) -> list[str]:
    faults: list[str] = []
    chosen = select(Case).execution_options(yield_per=_BATCH)
    async for rows in (await session.stream_scalars(chosen)).partitions():
        for row, answers in zip(rows, await _opened(session, rows), strict=True):
            if answers is None:
                faults.append(f"{row.number}: the draft does not open")
            elif row.signed_off and row.signed_off != content_hash(answers):
                faults.append(f"{row.number}: the draft is not what was signed off")
        _let_go(session, rows)
    return faults


def _let_go(session: AsyncSession, rows: Sequence[Case | Submission]) -> None:
    for row in rows:  # not the whole session: the next page comes in it
        session.expunge(row)


async def _erased(session: AsyncSession) -> set[tuple[str, int, str]]:
    """Return (case, version, content hash) of what was erased after it was submitted."""
    telling = select(Event.case_number, Event.body).where(
        col(Event.kind).in_((ERASED, "ethics_review.submitted"))
    )
    submitted: dict[tuple[str, str], set[int]] = {}
    erased: set[tuple[str, int, str]] = set()
    for case, body in (await session.exec(telling.order_by(col(Event.index)))).all():
        event = read(body)["event"]
        if event["kind"] == ERASED:
            for one in event.get("commitments", ()):  # its form is judged elsewhere
                erased |= {(case, n, one) for n in submitted.get((case, one), ())}
        else:
            of = event["opening"]
            submitted.setdefault((case, of["content"]), set()).add(of["version"])
    return erased


async def _opened(
    session: AsyncSession, rows: Sequence[Case | Submission]
) -> list[Answers | None]:
    """Return the answers of rows, in order; None: they do not open, or are erased."""
    try:
        return list(await all_answers(session, rows))
    except (InvalidTag, ErasedError):
        return [await _one(session, row) for row in rows]


async def _one(session: AsyncSession, row: Case | Submission) -> Answers | None:
    try:
        return await answers_of(session, row)
    except (InvalidTag, ErasedError):
        return None
