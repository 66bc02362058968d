"""Write what happened: events, rows and notices in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

from audit.log import Log
from cases.recording import Recorded, Recording
from records.checkpoints import publish
from records.database import Database
from records.recorder import record
from workflows.options import PUBLISH, RECORD


@dataclass(frozen=True)
class TrailActivities:
    """Built once by `worker.py`; `wall` is the clock on the wall, not the workflow's."""

    database: Database
    wall: Callable[[], datetime]

    @activity.defn(name=RECORD)
    async def record(self, recording: Recording) -> Recorded:
        """Record the events of one act. Safe to repeat: (proceeding, sequence) is the key."""
        async with self.database.writing() as session:
            return await record(session, recording, self.wall())


@dataclass(frozen=True)
class CheckpointActivities:
    """Built once by `worker.py`."""

    database: Database
    log: Log
    wall: Callable[[], datetime]

    @activity.defn(name=PUBLISH)
    async def publish(self) -> int:
        """Sign the tree as it stands, if it was not yet; return its size."""
        async with self.database.writing() as session:
            note = await publish(session, self.log, self.wall())
        return int(note.split("\n")[1])
