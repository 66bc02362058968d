"""Versions of papers, withdrawals, and attachments."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("of", sa.String(), nullable=False, server_default=""),
        sa.Column("replaced_by", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.String(), nullable=True),
        sa.Column("archived_until", sa.String(), nullable=True),
    ):
        op.add_column("paper", column)
    paper = sa.table("paper", sa.column("of"), sa.column("proceeding"))
    op.execute(sa.update(paper).values(of=paper.c.proceeding))
    op.create_table(
        "attachment",
        sa.Column("case_number", sa.String(), sa.ForeignKey("case.number"), primary_key=True),
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("party_id", sa.String(), sa.ForeignKey("party.id"), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("scan", sa.String(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("attachment")
    for name in ("archived_until", "withdrawn_at", "replaced_by", "of", "version"):
        op.drop_column("paper", name)
