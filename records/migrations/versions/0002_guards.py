"""Guard the trail: entries and checkpoints are appended, never changed or removed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_GUARDED = ("event", "checkpoint")

_SQLITE_DENSE = """
CREATE TRIGGER event_dense BEFORE INSERT ON event
WHEN NEW."index" <> (SELECT coalesce(max("index"), -1) + 1 FROM event)
BEGIN SELECT RAISE(ABORT, 'the trail grows by one entry at its end'); END
"""
_POSTGRES_FUNCTIONS = """
CREATE FUNCTION trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$;
CREATE FUNCTION trail_is_dense() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."index" <> (SELECT coalesce(max("index"), -1) + 1 FROM event) THEN
    RAISE EXCEPTION 'the trail grows by one entry at its end';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER event_dense BEFORE INSERT ON event
  FOR EACH ROW EXECUTE FUNCTION trail_is_dense();
ALTER TABLE event ENABLE ALWAYS TRIGGER event_dense;
"""


def upgrade() -> None:
    # The tree's one row is there from the start, so that the first writers have it to wait on.
    tree = sa.table("tree", *(sa.column(name) for name in ("id", "size", "edge")))
    op.bulk_insert(tree, [{"id": 1, "size": 0, "edge": b""}])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_SQLITE_DENSE)
        for table in _GUARDED:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
                )
        return
    op.execute(_POSTGRES_FUNCTIONS)
    for table in _GUARDED:
        # ALWAYS: a superuser in replica mode is stopped, too.
        op.execute(
            f"CREATE TRIGGER {table}_fixed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION trail_is_append_only(); "
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION trail_is_append_only(); "
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_fixed; "
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_whole;"
        )


def downgrade() -> None:
    op.execute("DELETE FROM tree")
    if op.get_bind().dialect.name == "sqlite":
        names = [f"{t}_no_{v}" for t in _GUARDED for v in ("update", "delete")]
        for name in ("event_dense", *names):
            op.execute(f"DROP TRIGGER {name}")
        return
    for table in _GUARDED:
        op.execute(
            f"DROP TRIGGER {table}_fixed ON {table}; DROP TRIGGER {table}_whole ON {table}"
        )
    op.execute(
        "DROP TRIGGER event_dense ON event; "
        "DROP FUNCTION trail_is_dense; DROP FUNCTION trail_is_append_only"
    )
