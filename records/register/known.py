"""The filings that a batch of rows speaks of, with all that was told of them so far."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from pydantic import TypeAdapter
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from law.words import Words
from lists.columns import Kind
from lists.entry import Entry, Unreadable
from lists.fold import Standing, Told, fold
from lists.grams import searched
from lists.text import normal
from records.register.tables import ListRow, RegisteredFiling

ENTRY: Final = TypeAdapter(Entry)
_SAME: Final = (
    *("algorithm", "class_name", "algorithm_class", "role", "product", "purpose", "remark"),
    *("credit_code", "division", "year"),
)
UNKNOWN: Final = "unknown_number"
UNKNOWN_REASON: Final = {
    "reason": UNKNOWN,
    "reason_zh": "未登记该备案编号，无从注销",
    "reason_en": "the register has no such number to cancel",
}
MISNAMED_REASON: Final = {
    "reason": "other_name",
    "reason_zh": "该编号登记在别的名称下，未予注销",
    "reason_en": "the number is listed under another name: nothing was cancelled",
}
UNDATED_REASON: Final = Unreadable(
    "no_month",
    Words(
        "文件名没有年月，该行也没有日期，请用 --published 给出，例如 2026-05",
        "neither the file's name nor the row tells a month; give --published 2026-05",
    ),
)
KNOWN_REASON: Final = {"reason": "", "reason_zh": "", "reason_en": ""}
_CANCELLATION: Final = f'"kind":"{Kind.CANCELLATION}"'


@dataclass(slots=True)
class Known:
    """A filing and what was told of it so far."""

    id: int
    kind: Kind
    number: str
    twin: int
    own: bool
    new: bool
    told: list[Told]
    standing: Standing
    names: set[str]  # of its entity and algorithm, as they are compared

    def heard(self, told: Told) -> None:
        """Take one more row into account."""
        self.told.append(told)
        self.standing = fold(self.told)
        self.names |= names_of(told.entry)

    def is_told_by(self, file: str) -> bool:
        """Tell whether a list tells of it."""
        return any(told.order[0] == file for told in self.told)

    def values(self, entity: int) -> dict[str, Any]:
        """Return the row of the filing as it stands."""
        standing, entry = self.standing, self.standing.entry
        doubts = [[w.zh, w.en] for w in entry.doubts]
        if self.twin:
            doubts.append(["同一编号列有两个算法", "the number is listed for two algorithms"])
        former = {n for t in self.told for n in (t.entry.entity, t.entry.algorithm)}
        fields = (self.number, entry.algorithm, entry.entity, entry.product, entry.purpose)
        return {
            "id": self.id,
            "kind": self.kind.value,
            "number": self.number,
            "twin": self.twin,
            **{name: getattr(entry, name) for name in _SAME},
            "entity": entity,
            "entity_name": entry.entity,
            "state": standing.state,
            "state_on": standing.state_on,
            "first_published": standing.first_published,
            "published": standing.published,
            "doubts": orjson.dumps(doubts).decode(),
            "own": self.own,
            "text": searched([*fields, *sorted(former - {entry.algorithm, entry.entity})]),
        }


async def known_filings(
    session: AsyncSession, numbers: Collection[str]
) -> dict[str, list[Known]]:
    """Return the filings that bear some numbers."""
    filings = select(RegisteredFiling).where(col(RegisteredFiling.number).in_(numbers))
    found = {
        row.id: row for row in await session.exec(filings.order_by(col(RegisteredFiling.id)))
    }
    listed = select(ListRow).where(col(ListRow.filing).in_(found))
    told: dict[int, list[Told]] = {key: [] for key in found}
    for row in await session.exec(listed.order_by(col(ListRow.id))):
        told[row.filing or 0].append(told_by(row))
    known: dict[str, list[Known]] = {}
    for key, filing in found.items():
        known.setdefault(filing.number, []).append(
            Known(
                key,
                Kind(filing.kind),
                filing.number,
                filing.twin,
                own=filing.own,
                new=False,
                told=told[key],
                standing=fold(told[key]),
                names={name for t in told[key] for name in names_of(t.entry)},
            )
        )
    return known


async def notices(session: AsyncSession, numbers: Collection[str]) -> dict[str, list[ListRow]]:
    """Return a row of each cancellation of some numbers: one that waits, else the last."""
    rows = select(ListRow).where(
        col(ListRow.number).in_(numbers), col(ListRow.said).contains(_CANCELLATION)
    )
    last: dict[tuple[str, str], ListRow] = {}
    for row in await session.exec(rows.order_by(col(ListRow.id))):
        if (kept := last.get((row.file, row.place))) is None or kept.filing is not None:
            last[row.file, row.place] = row
    found: dict[str, list[ListRow]] = {}
    for row in last.values():
        found.setdefault(row.number, []).append(row)
    return found


def meant(notice: Entry, known: Sequence[Known]) -> list[Known]:
    """Return those of the filings of a number that a cancellation means.

    Where it names an algorithm, those that bear or bore that name; else where it names an
    entity, that entity's; else all of the number.
    """
    name = normal(notice.algorithm) or normal(notice.entity)
    return [one for one in known if not name or name in one.names]


def dumped(entry: Entry) -> str:
    """Return an entry as it is kept."""
    return ENTRY.dump_json(entry).decode()


def told_by(row: ListRow) -> Told:
    """Return what a row told."""
    return Told(row.published, (row.file, row.id), ENTRY.validate_json(row.said))


def names_of(entry: Entry) -> set[str]:
    """Return an entry's entity and algorithm, as they are compared."""
    return {normal(entry.entity), normal(entry.algorithm)} - {""}
