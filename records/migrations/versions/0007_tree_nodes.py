"""Hashes of whole subtrees, so that a proof reads few rows; lines of witnesses."""

import sqlalchemy as sa
from alembic import op

from audit import tree

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_CHUNK = 4096  # leaves; whole subtrees of three levels
_LEVELS = 3  # of a chunk: what lies below its top is needed by no later one
_TABLE = sa.table("tree_node", *(sa.column(name) for name in ("level", "place", "hash")))
_EVENT = sa.table("event", sa.column("index"), sa.column("leaf"))


def upgrade() -> None:
    op.create_table(
        "tree_node",
        sa.Column("level", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "cosignature",
        sa.Column("size", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("witness", sa.String(), primary_key=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
    )
    known: dict[tuple[int, int], bytes] = {}
    start = 0
    while leaves := _leaves(start):
        made = tree.completed(start, leaves, known)
        known |= {key: found for key, found in made.items() if key[0] >= _LEVELS}
        if made:
            rows = [{"level": v, "place": p, "hash": found} for (v, p), found in made.items()]
            op.bulk_insert(_TABLE, rows)
        start += len(leaves)


def _leaves(start: int) -> list[bytes]:
    index = _EVENT.c.index
    chosen = sa.select(_EVENT.c.leaf).where(index >= start, index < start + _CHUNK)
    return [bytes(one) for one in op.get_bind().execute(chosen.order_by(index)).scalars()]


def downgrade() -> None:
    op.drop_table("cosignature")
    op.drop_table("tree_node")
