"""Import a list: its rows entered in batches that commit, its report at the end."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from law.words import Words
from lists.errors import ListError
from lists.official import Listed
from records.register.batch import Source
from records.register.entering import enter, forget, lock
from records.register.index import recount
from records.register.tables import ListFile, ListRow

BATCH = 500
"""Rows that one transaction enters."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that could not be read: where it stands and why."""

    place: str
    code: str
    reason: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did; the outcomes add up to the rows."""

    file: str
    sha256: str
    published: str
    rows: int
    added: int
    changed: int
    cancelled: int
    unchanged: int
    unreadable: int
    problems: tuple[Problem, ...]
    doubtful: int  # rows entered with a doubt


async def begin(session: AsyncSession, file: ListFile) -> ListFile:
    """Return the list's row, made where the list is new or is read in another way.

    A copy whose name tells no month is read as before: that is no other reading.
    """
    await lock(session)
    known = await session.get(ListFile, file.sha256)
    if known and not file.published:
        file.published = known.published
    if known and (known.columns, known.published) != (file.columns, file.published):
        await forget(session, file.sha256)
        await session.delete(known)
        await session.flush()
        known = None
    if known is None:
        session.add(file)
        await session.flush()
    return known or file


async def take(
    session: AsyncSession, begun: ListFile, first: int, rows: Sequence[Listed], at: str
) -> int:
    """Enter some rows of a list and return how many of it are done.

    Args:
        session: The writer's transaction.
        begun: The list, as `begin` gave it.
        first: How many of its data rows stand before these; rows done already are passed over.
        rows: At most `BATCH` rows.
        at: The moment, as text.

    Raises:
        ListError: The list was begun anew meanwhile, to be read in another way.
    """
    await lock(session)
    file = await session.get(ListFile, begun.sha256, populate_existing=True)
    reading = (begun.columns, begun.published)
    if file is None or (file.columns, file.published) != reading or first > file.done:
        words = Words(
            "该清单正在以另一种读法导入，请待其结束后重新导入",
            "the list is being imported in another way; import it again when that has ended",
        )
        raise ListError("read_otherwise", words)
    fresh = rows[max(file.done - first, 0) :]
    source = Source(file.sha256, file.published, at)
    await enter(session, source, [(listed.row.place, listed) for listed in fresh])
    file.done = max(file.done, first + len(rows))
    if file.done >= file.total:
        file.finished = True
        await recount(session)
    session.add(file)
    return file.done


async def report(session: AsyncSession, sha256: str, *, again: bool = False) -> Report:
    """Return what the import of a list did.

    Args:
        session: A session.
        sha256: The list.
        again: The list had been imported before: what it says now changes nothing.
    """
    file = await session.get_one(ListFile, sha256)
    mine = (ListRow.file == sha256, ListRow.part == 0)
    counting = select(ListRow.outcome, func.count()).where(*mine).group_by(ListRow.outcome)
    counts = dict((await session.exec(counting)).all())
    if again:
        readable = sum(n for outcome, n in counts.items() if outcome != "unreadable")
        counts = {"unchanged": readable, "unreadable": counts.get("unreadable", 0)}
    unread = select(ListRow).where(*mine, ListRow.outcome == "unreadable")
    problems = tuple(
        Problem(row.place, row.reason, row.reason_zh, row.reason_en)
        for row in await session.exec(unread.order_by(col(ListRow.id)))
    )
    doubted = select(func.count()).where(*mine, col(ListRow.said).not_like('%"doubts":[]%'))
    doubtful = (await session.exec(doubted.where(ListRow.outcome != "unreadable"))).one()
    return Report(
        file.name,
        sha256,
        file.published,
        sum(counts.values()),
        counts.get("added", 0),
        counts.get("changed", 0),
        counts.get("cancelled", 0) + counts.get("revoked", 0),
        counts.get("unchanged", 0),
        counts.get("unreadable", 0),
        problems,
        doubtful,
    )
