"""Bring a database up: its schema, and what an older one kept in the open."""

import asyncio

from records.database import Database
from records.migrate import upgrade
from records.vault import seal_old


async def bring_up(url: str, key: bytes) -> None:
    """Run the migrations that are missing, and seal old words. Safe to repeat."""
    await asyncio.to_thread(upgrade, url)
    database = Database(url, key)
    try:
        async with database.writing() as session:
            await seal_old(session)
    finally:
        await database.close()
