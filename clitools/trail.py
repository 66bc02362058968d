"""Verify the trail from the command line."""

from typing import Any

from records.checkpoints import verify_trail
from records.database import Database
from settings import Settings


async def verify_whole(settings: Settings) -> dict[str, Any]:
    """Return the report on the whole trail."""
    database = Database(settings.database)
    async with database.snapshot() as session:
        report = await verify_trail(session, settings.origin, settings.log_key.public_key())
    await database.close()
    root = report.root.hex()
    return {
        "holds": bool(report),
        "size": report.size,
        "root": root,
        "checkpoints": report.checkpoints,
        "faults": report.faults,
        "summary": f"{report.size} 条记录 entries · {report.checkpoints} checkpoints · {root}",
    }
