"""Words are sealed with a key of the person they are of; policies are kept by their hash."""

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_CHUNK = 1000
_COLUMNS = ("commitment", "value", "salt", "sealed")
_PAYLOAD = sa.table("payload", *(sa.column(name) for name in _COLUMNS))


def upgrade() -> None:
    op.create_table(
        "subject_key",
        sa.Column("subject", sa.String(), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "policy",
        sa.Column("hash", sa.String(), primary_key=True),
        sa.Column("rows", sa.Text(), nullable=False),
    )
    for name in ("used_at", "refused_at"):
        op.add_column("token", sa.Column(name, sa.String(), nullable=True))
    # Of nobody: the key is not at hand here. `db upgrade` seals them when it is done.
    op.add_column(
        "payload", sa.Column("subject", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "payload", sa.Column("sealed", sa.LargeBinary(), nullable=False, server_default="")
    )
    _move(("value", "salt"), lambda row: {"sealed": orjson.dumps([row.value, row.salt])})
    with op.batch_alter_table("payload") as batch:
        batch.drop_column("value")
        batch.drop_column("salt")
        batch.create_index(batch.f("ix_payload_subject"), ["subject"], unique=False)


def _move(names, made) -> None:  # noqa: ANN001 -- columns read, and what a row becomes
    last = ""
    columns = [_PAYLOAD.c.commitment, *(_PAYLOAD.c[name] for name in names)]
    while True:
        chosen = sa.select(*columns).where(_PAYLOAD.c.commitment > last)
        chosen = chosen.order_by(_PAYLOAD.c.commitment).limit(_CHUNK)
        rows = op.get_bind().execute(chosen).all()
        if not rows:
            return
        for row in rows:
            where = _PAYLOAD.c.commitment == row.commitment
            op.execute(_PAYLOAD.update().where(where).values(**made(row)))
        last = rows[-1].commitment


def downgrade() -> None:
    """Go back; words that are sealed stay unreadable."""
    for name in ("value", "salt"):
        op.add_column("payload", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("payload") as batch:
        batch.drop_index(batch.f("ix_payload_subject"))
        batch.drop_column("sealed")
        batch.drop_column("subject")
    for name in ("refused_at", "used_at"):
        op.drop_column("token", name)
    op.drop_table("policy")
    op.drop_table("subject_key")
