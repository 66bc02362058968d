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
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER origin_proof_no_{verb.lower()} BEFORE {verb} ON origin_proof "
                "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER origin_proof_fixed BEFORE UPDATE OR DELETE ON origin_proof "
        "FOR EACH ROW EXECUTE FUNCTION trail_is_append_only(); "
        "CREATE TRIGGER origin_proof_whole BEFORE TRUNCATE ON origin_proof "
        "FOR EACH STATEMENT EXECUTE FUNCTION trail_is_append_only(); "
        "ALTER TABLE origin_proof ENABLE ALWAYS TRIGGER origin_proof_fixed; "
        "ALTER TABLE origin_proof ENABLE ALWAYS TRIGGER origin_proof_whole;"
    )


def downgrade() -> None:
    op.drop_table("origin_proof")
