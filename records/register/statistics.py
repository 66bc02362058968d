"""The register in figures: by month, class, region, role, state."""

from typing import Final

from sqlalchemy import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.register.tables import RegisteredFiling

_TABLES: Final = RegisteredFiling.metadata.tables
_FILING: Final = _TABLES["register_filing"].c
_BY: Final = {
    "month": func.substr(_FILING.first_published, 1, 7),
    "year": _FILING.year,
    "kind": _FILING.kind,
    "class": _FILING.algorithm_class,
    "role": _FILING.role,
    "region": func.substr(_FILING.division, 1, 2),
    "state": _FILING.state,
}


async def statistics(session: AsyncSession) -> dict[str, dict[str, int]]:
    """Return counts of filings by each view, and the totals."""
    connection = await session.connection()
    found: dict[str, dict[str, int]] = {}
    for view, value in _BY.items():
        counted = (
            select(value, func.count()).where(value != "").group_by(value).order_by(value)
        )
        rows = await connection.execute(counted)
        found[view] = {str(key): int(count) for key, count in rows}
    rows_of_lists = _TABLES["register_row"].c
    counts = {
        "filings": select(func.count()).select_from(_TABLES["register_filing"]),
        "entities": select(func.count()).select_from(_TABLES["register_entity"]),
        "lists": select(func.count()).select_from(_TABLES["register_file"]),
        "rows": select(func.count()).where(rows_of_lists.part == 0, rows_of_lists.file != ""),
    }
    found["totals"] = {
        name: (await connection.execute(count)).scalar_one() for name, count in counts.items()
    }
    return found
