"""Tell whether the triggers that guard the trail are there, and cannot be passed by."""

from typing import Final

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

_APPENDED: Final = ("event", "checkpoint", "tree_node", "checkpoint_stamp", "origin_proof")
_KEPT: Final = ("checkpoint", "tree_node", "checkpoint_stamp")
_BOTH: Final = frozenset({"event_dense", "payload_erased"})
_SQLITE: Final = _BOTH.union(
    (f"{table}_no_{verb}" for table in _APPENDED for verb in ("update", "delete")),
    (f"{table}_no_replace" for table in _KEPT),
)
_POSTGRES: Final = _BOTH.union(
    (f"{table}_{guard}" for table in _APPENDED for guard in ("fixed", "whole")),
    ("payload_whole",),
)
_ON_SQLITE: Final = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
# ALWAYS: of one that is merely enabled, a session in replica mode takes no notice.
_ON_POSTGRES: Final = text(
    "SELECT tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid "
    "WHERE tgenabled = 'A' AND c.relnamespace = current_schema()::regnamespace"
)


async def missing_guards(session: AsyncSession) -> list[str]:
    """Return the guards that somebody took away, or disabled, as faults."""
    connection = await session.connection()
    sqlite = connection.dialect.name == "sqlite"
    found = (await connection.execute(_ON_SQLITE if sqlite else _ON_POSTGRES)).scalars()
    wanted = _SQLITE if sqlite else _POSTGRES
    return [f"the guard {name} is missing" for name in sorted(wanted.difference(found))]
