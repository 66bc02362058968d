"""Erase what was submitted (PIPL, Art. 47): the answers go, the trail says so."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from cases.dossier import Ground, PayloadErased
from law.words import Words
from records.drafts import append_to_case, lock_case, submission
from records.errors import NeededError, NotFoundError
from records.restoring import remembered
from records.streams import Hand
from records.tables import Case, Proceeding, Submission


async def erase_submission(
    session: AsyncSession, number: str, version: int, ground: Ground, hand: Hand
) -> int:
    """Erase the answers of a version, and return how many versions held them still.

    Versions of the same content go together, and the draft where it was not changed since.
    The event that says so is written first, in the same transaction. What is erased already
    stays so, without another event.

    Raises:
        NotFoundError: There is no such version.
        NeededError: An open proceeding rests on it, or its review has not begun.
    """
    case = await lock_case(session, number)
    asked = await submission(session, number, version)
    if asked is None:
        raise NotFoundError(
            Words(
                f"{number} 没有第 {version} 版", f"nothing was submitted as version {version}"
            )
        )
    same = select(Submission).where(
        col(Submission.case_number) == number,
        col(Submission.content) == asked.content,
        col(Submission.answers) != b"",
    )
    rows = (await session.exec(same)).all()
    if not rows:
        return 0
    newest = (await submission(session, number) or asked).version
    await _demand_unneeded(session, case, [row.version for row in rows], newest)
    event = PayloadErased(commitments=(asked.content,), ground=ground)
    await append_to_case(session, number, event, hand)
    for row in rows:
        row.answers = b""
        session.add(row)
    # Handed in, it is the newest version; open again, it counts on from there.
    if newest in {row.version for row in rows} and case.version <= newest + 1:
        case.answers, case.signed_off, case.version = b"", "", case.version + 1
        session.add(case)
    return len(rows)


async def _demand_unneeded(
    session: AsyncSession, case: Case, versions: Sequence[int], newest: int
) -> None:
    """Refuse where a proceeding needs one of the versions still, or is to begin with it."""
    of_case = select(Proceeding).where(col(Proceeding.case_number) == case.number)
    rows = {row.id: row for row in (await session.exec(of_case)).all()}
    rests = {name: _rests_on(rows, name) for name in rows}
    needing = [
        name
        for name, version in rests.items()
        if (version or newest) in versions and await _owes(session, name)
    ]
    if needing:
        told = "、".join(needing), ", ".join(needing)
        raise NeededError(
            Words(f"尚未办结的程序依据该版本：{told[0]}", f"open and resting on it: {told[1]}")
        )
    if case.stage == "submitted" and newest in versions and newest not in rests.values():
        raise NeededError(
            Words("该版本已提交，审查尚未开始", "it was submitted, and its review is to begin")
        )


def _rests_on(rows: dict[str, Proceeding], name: str) -> int | None:
    """Return the version that papers of a proceeding are written from; None: the newest."""
    opening: dict[str, Any] = orjson.loads(rows[name].state)["opening"]
    corrected = opening.get("paper", {}).get("of")
    return _rests_on(rows, corrected) if corrected else opening.get("version")


async def _owes(session: AsyncSession, name: str) -> bool:
    kept = await remembered(session, name)
    return kept is not None and kept.owes
