"""Verify the trail from the command line."""

from typing import Any

from clitools.database import opened
from records.verification import verify_trail
from settings import Settings


async def verify_whole(settings: Settings) -> dict[str, Any]:
    """Return the report on the whole trail."""
    async with opened(settings) as database:
        key = settings.log_key.public_key()
        report = await verify_trail(database, settings.origin, key)
    root = report.root.hex()
    return {
        "holds": bool(report),
        "size": report.size,
        "root": root,
        "checkpoints": report.checkpoints,
        "faults": report.faults,
        "summary": f"{report.size} 条记录 entries · {report.checkpoints} checkpoints · {root}",
    }
