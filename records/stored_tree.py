"""Compare the stored hashes of subtrees with the entries below them."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit import tree
from records import trail
from records.tables import TreeNode


async def nodes(session: AsyncSession, rows: Sequence[trail.Stored]) -> list[str]:
    """Return the stored hashes that are not those of a page's entries, or are missing."""
    # A stretch that begins within a page shows its lowest level only.
    top = 1 if rows[0].place % trail.PAGE else tree.level_of(trail.PAGE)
    skipped = -rows[0].place % tree.WIDTH
    start, leaves = rows[0].place + skipped, [row.leaf for row in rows[skipped:]]
    wanted = tree.completed(start, leaves, {}, top)
    kept = await trail.nodes(session, tree.within(start, len(leaves))[:top])
    return _differing(wanted, kept)


async def upper_nodes(session: AsyncSession, size: int) -> list[str]:
    """Return the same of the levels above a page, each from the level below it."""
    faults: list[str] = []
    level = tree.level_of(trail.PAGE) + 1
    while count := size // tree.WIDTH**level:
        below = await trail.nodes(session, [tree.Run(level - 1, 0, count * tree.WIDTH)])
        hashes = [below.get((level - 1, n), b"") for n in range(count * tree.WIDTH)]
        wanted = tree.completed(0, hashes, {}, 1)
        moved = {(level, place): found for (_, place), found in wanted.items()}
        faults += _differing(moved, await trail.nodes(session, [tree.Run(level, 0, count)]))
        level += 1
    return faults


async def planted_nodes(session: AsyncSession, size: int) -> list[str]:
    """Return whether there are more stored hashes than whole subtrees."""
    wanted = sum(size // tree.WIDTH**level for level in range(1, tree.TOP + 1))
    kept = (await session.exec(select(func.count()).select_from(TreeNode))).one()
    return [] if kept == wanted else [f"{kept} hashes of subtrees are stored, not {wanted}"]


def _differing(wanted: tree.Nodes, kept: tree.Nodes) -> list[str]:
    return [
        f"the stored hash of level {level} at {place} is not that of its entries"
        for level, place in sorted(wanted.keys() | kept.keys())
        if wanted.get((level, place)) != kept.get((level, place))
    ]
