"""Proofs that came with entries of another log."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "origin_proof",
        sa.Column("index", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("origin_proof")
