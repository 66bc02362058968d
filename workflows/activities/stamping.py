"""Have the newest checkpoint time-stamped by an authority (RFC 3161)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

from audit.answers import Answer
from documents.lasting import Lasting
from documents.verifying.token import judge_token
from documents.verifying.trust import Trust
from records.database import Database
from records.stamps import keep_stamp, unstamped
from workflows.options import STAMP


class StampError(RuntimeError):
    """What the authority gave is no time-stamp of the checkpoint."""


@dataclass(frozen=True)
class StampActivities:
    """Built once by `worker.py`."""

    database: Database
    lasting: Lasting
    trust: Callable[[], Trust]
    now: Callable[[], datetime]

    @activity.defn(name=STAMP)
    async def stamp(self) -> int:
        """Stamp the newest checkpoint; return its size, 0 where it has a stamp already.

        Safe to repeat. No transaction is open while the authority is asked.
        """
        async with self.database.reading() as session:
            due = await unstamped(session)
        if due is None:
            return 0
        note = due.note.encode()
        token = await self.lasting.stamp(note)
        asked = (token, note, self.trust(), self.now())
        if await asyncio.to_thread(judge_token, *asked) is Answer.FAIL:
            raise StampError(f"no time-stamp of the checkpoint of {due.size} entries")
        async with self.database.writing() as session:
            await keep_stamp(session, due.size, token, self.now())
        return due.size
