"""Answers of drafts and submissions at rest: sealed with a key of the case they are of.

A draft opens only as its case's, a submission only as the version and content that it is.
Nothing: of a draft, that nothing was answered; of a submission, that it was erased.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from law.words import Words
from records.errors import ErasedError
from records.sealing import Seal
from records.tables import Case, Submission
from records.vault import vault_of

Answers = dict[str, Any]
_SEALED: Final = b"\x01"
"""First of what is sealed: the guard of submissions knows by it what lies open."""
_OPEN: Final = b"{"
"""First of what was kept before there were keys."""
_TABLES: Final[tuple[type[Case | Submission], ...]] = (Case, Submission)
_BATCH: Final = 1000


async def answers_of(session: AsyncSession, row: Case | Submission) -> Answers:
    """Return the answers of a draft or a submission.

    Raises:
        ErasedError: They were erased.
        cryptography.exceptions.InvalidTag: They were changed, or moved, where they lie.
        TypeError: The database was opened without the key.
    """
    (answers,) = await all_answers(session, [row])
    return answers


async def all_answers(
    session: AsyncSession, rows: Sequence[Case | Submission]
) -> list[Answers]:
    """Return the answers of drafts or submissions, in order; raise as for one."""
    keys = await vault_of(session).keys(session, {_subject(row) for row in rows})
    return [_opened(keys.get(_subject(row)), row) for row in rows]


async def sealed(
    session: AsyncSession, row: Case | Submission, answers: Mapping[str, Any]
) -> bytes:
    """Return answers sealed for a row; the first ones make the key of its case."""
    key = await vault_of(session).seal_of(session, _subject(row))
    return _SEALED + key.seal(orjson.dumps(answers), _place(row))


async def seal_old_answers(session: AsyncSession) -> int:
    """Seal the answers that were kept before there were keys; return how many there were."""
    count = 0
    for table in _TABLES:
        old = select(table).where(func.substr(col(table.answers), 1, 1) == _OPEN)
        while rows := list[Any]((await session.exec(old.limit(_BATCH))).all()):
            for row in rows:
                row.answers = await sealed(session, row, orjson.loads(row.answers))
                session.add(row)
            await session.flush()
            session.expunge_all()
            count += len(rows)
    return count


def _opened(key: Seal | None, row: Case | Submission) -> Answers:
    if not row.answers:
        if isinstance(row, Case):
            return {}
        raise ErasedError(
            Words(
                f"{row.case_number} 第 {row.version} 版的内容已删除",
                f"what {row.case_number} submitted as version {row.version} was erased",
            )
        )
    if key is None or row.answers[:1] != _SEALED:
        raise InvalidTag
    answers: Answers = orjson.loads(key.open(row.answers[1:], _place(row)))
    return answers


def _subject(row: Case | Submission) -> str:
    return f"case/{row.number if isinstance(row, Case) else row.case_number}"


def _place(row: Case | Submission) -> str:
    draft = _subject(row)
    return draft if isinstance(row, Case) else f"{draft}/{row.version}/{row.content}"
