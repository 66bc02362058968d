"""Webhooks, their secrets, and what could not be delivered."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("party_id", sa.String(), sa.ForeignKey("party.id"), nullable=False),
        sa.Column("person_id", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
    )
    op.create_index("ix_webhook_party_id", "webhook", ["party_id"])
    op.create_table(
        "webhook_secret",
        sa.Column("webhook_id", sa.String(), sa.ForeignKey("webhook.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("request", sa.String(), nullable=False, unique=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("until", sa.String(), nullable=True),
    )
    op.create_table(
        "webhook_dead_letter",
        sa.Column("webhook_id", sa.String(), sa.ForeignKey("webhook.id"), primary_key=True),
        sa.Column("index", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("redelivered_at", sa.String(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("webhook_dead_letter")
    op.drop_table("webhook_secret")
    op.drop_table("webhook")
