"""Compare the records with the workflow engine, and bring up the side that is behind.

After one of the two was restored to an older moment, each proceeding is held to a longer and a
shorter past. The longer one is never cut and nothing is made up: a workflow goes on from the
entries of the trail, lost entries are recorded again from the histories, and where the two
tell different stories a person must decide.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from temporalio.client import Client

from cases.clocks import PaperIssued
from cases.recording import Receipt, Recording, SequenceError
from clitools.database import opened
from documents.papers import PAPERS
from law.clock import china_day
from law.words import Words
from records.database import Database
from records.facts import facts
from records.papers import Series, readmit
from records.recorder import record
from records.restoring import Remembered, remembered
from records.tables import Case, Proceeding, Submission
from settings import Settings
from workflows.activities.writing import issuer_of
from workflows.connect import connect
from workflows.remembering import Held, go_on, held, known_to


class Standing(StrEnum):
    """How the two sides of a proceeding stand to each other."""

    SAME = "same"
    ENDED = "ended"
    ENGINE_LOST = "engine_lost"
    ENGINE_BEHIND = "engine_behind"
    RECORDS_BEHIND = "records_behind"
    CASE_LOST = "case_lost"
    PARTED = "parted"


WORDS: Final = {
    Standing.SAME: Words("两边一致", "both sides agree"),
    Standing.ENDED: Words("已结束，引擎不再保存", "ended; the engine keeps it no longer"),
    Standing.ENGINE_LOST: Words("引擎没有其流程", "the engine has lost its workflow"),
    Standing.ENGINE_BEHIND: Words("引擎落后于记录", "the engine is behind the records"),
    Standing.RECORDS_BEHIND: Words("记录落后于引擎", "the records are behind the engine"),
    Standing.CASE_LOST: Words(
        "记录没有该案件或者其提交的版本：请恢复更新的备份",
        "the records lack the case, or what was submitted: restore a newer backup",
    ),
    Standing.PARTED: Words(
        "两边说法不同：请人工判断", "the two tell different stories: a person must decide"
    ),
}
GOOD: Final = frozenset({Standing.SAME, Standing.ENDED})


@dataclass(frozen=True)
class Compared:
    """A proceeding with its two sides."""

    id: str
    standing: Standing
    records: int  # acts
    engine: int
    ours: Remembered | None
    theirs: Held | None

    @property
    def told(self) -> dict[str, Any]:
        """Return it as plain data."""
        words = WORDS[self.standing]
        return {
            "proceeding": self.id,
            "standing": self.standing.value,
            "records": self.records,
            "engine": self.engine,
            "words": f"{words.zh} · {words.en}",
        }


async def reconcile(settings: Settings, *, mend: bool) -> dict[str, Any]:
    """Return how each proceeding stands; where asked, bring up what is behind.

    Raises:
        RuntimeError: The engine does not answer.
    """
    client = await connect(settings.sealing_key)
    async with opened(settings) as database:
        found = await compared(database, client, settings.task_queue)
        if mend:
            await bring_up(database, client, settings.task_queue, found)
            found = await compared(database, client, settings.task_queue)
    wrong = [one for one in found if one.standing not in GOOD]
    return {
        "holds": not wrong,
        "proceedings": [one.told for one in found],
        "faults": [f"{one.id}: {one.told['words']}" for one in wrong],
        "summary": f"{len(found)} 个程序 proceedings · {len(wrong)} 不一致 differ",
    }


async def compared(database: Database, client: Client, task_queue: str) -> list[Compared]:
    """Return every proceeding that either side knows, with how it stands."""
    async with database.reading() as session:
        ours = set((await session.exec(select(Proceeding.id))).all())
    names = sorted(ours | set(await known_to(client, task_queue)))
    return [await _compare(database, client, name) for name in names]


async def _compare(database: Database, client: Client, name: str) -> Compared:
    # The engine first: what it knows to be recorded by then, the records hold.
    theirs = await held(client, name)
    async with database.reading() as session:
        ours = await remembered(session, name)
        known = ours is not None or await _knows_case(session, name, theirs)
    return Compared(
        id=name,
        standing=standing(ours, theirs) if known else Standing.CASE_LOST,
        records=len(ours.past.receipts) if ours else 0,
        engine=len(theirs.receipts) if theirs else 0,
        ours=ours,
        theirs=theirs,
    )


async def _knows_case(session: AsyncSession, proceeding: str, theirs: Held | None) -> bool:
    """Tell whether the records hold the case, and what was submitted for a proceeding."""
    case = proceeding.split("/")[1]
    if await session.get(Case, case) is None:
        return False
    first: Any = theirs.recordings[0].events[0] if theirs and theirs.recordings else None
    version = getattr(getattr(first, "opening", None), "version", None)
    return version is None or await session.get(Submission, (case, version)) is not None


def standing(ours: Remembered | None, theirs: Held | None) -> Standing:
    """Return how the two sides of a proceeding stand to each other."""
    if theirs is None:
        return Standing.ENGINE_LOST if ours is None or ours.owes else Standing.ENDED
    recorded = [_key(receipt) for receipt in ours.past.receipts] if ours else []
    engine = [_key(receipt) for receipt in theirs.receipts]
    common = min(len(recorded), len(engine))
    if recorded[:common] != engine[:common]:
        return Standing.PARTED
    if len(engine) > common:
        # What happened before a workflow was begun again does not stand in its history.
        known = {recording.request for recording in theirs.recordings}
        return Standing.RECORDS_BEHIND if engine[common][0] in known else Standing.PARTED
    # What was written while the engine was asked is not behind.
    if {request for request, *_ in recorded[common:]} - theirs.underway:
        return Standing.ENGINE_BEHIND
    if not theirs.running and ours and ours.owes:
        return Standing.ENGINE_LOST
    return Standing.SAME


def _key(receipt: Receipt) -> tuple[Any, ...]:
    return receipt.request, receipt.seq, receipt.digest, receipt.kinds


async def bring_up(
    database: Database, client: Client, task_queue: str, found: Sequence[Compared]
) -> None:
    """Bring up whichever side of a proceeding is behind; what parted stays as it is."""
    await _record_again(database, found)
    lost = {Standing.ENGINE_LOST, Standing.ENGINE_BEHIND}
    for one in found:
        if one.standing in lost:
            # Asked again, twice: of one that runs, acts were recorded in the meantime.
            first, now = [await _compare(database, client, one.id) for _ in range(2)]
            still = first.standing is now.standing and first.records == now.records
            if now.standing in lost and still and now.ours is not None:
                told = now.ours.opening, now.ours.past
                await go_on(client, task_queue, one.id, told)


async def _record_again(database: Database, behind: Sequence[Compared]) -> None:
    """Record what the records lost, all proceedings together in the order it happened."""
    lost: list[Recording] = []
    for one in behind:
        if one.standing is Standing.RECORDS_BEHIND and one.theirs is not None:
            known = {r.request for r in one.ours.past.receipts} if one.ours else set[str]()
            lost += [r for r in one.theirs.recordings if r.request not in known]
    for recording in sorted(lost, key=lambda recording: recording.at):
        with suppress(SequenceError):  # the next comparison tells of it
            async with database.writing() as session:
                await record(session, recording, datetime.now(UTC))
                for event in recording.events:
                    if isinstance(event, PaperIssued):
                        await _number_again(session, recording, event)


async def _number_again(session: AsyncSession, by: Recording, event: PaperIssued) -> None:
    paper = event.paper
    if paper.of not in {"", by.proceeding} or "之" in paper.number:
        return  # a version, or a part: it bears a number that another bears, too
    issuer = issuer_of(paper.template, await facts(session, by.proceeding, paper.as_of))
    year = china_day(by.at).year
    series = Series(issuer.id, issuer.short, PAPERS[paper.template].series, year)
    last = by.request.rsplit("/", 1)[1]
    await readmit(
        session, series, (by.proceeding, paper), int(last) if last.isdecimal() else 1
    )
