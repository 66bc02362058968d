"""Verify the trail from the command line."""

from typing import Any

from records.database import Database
from records.verification import verify_trail
from settings import Settings


async def verify_whole(settings: Settings) -> dict[str, Any]:
    """Return the report on the whole trail."""
    database = Database(settings.database)
    report = await verify_trail(database, settings.origin, settings.log_key.public_key())
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
