"""More guards of the trail, and stamps of checkpoints.

A proceeding's entries are dense, the hashes of subtrees are appended only, words go only after
an entry that says so, and a connection that leaves `recursive_triggers` off replaces no row.
On PostgreSQL the guards name their schema: else a temporary table of the same name would
answer for the trail.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_GUARDED = ("tree_node", "checkpoint_stamp")

_SQLITE_DENSE = """
CREATE TRIGGER event_dense BEFORE INSERT ON event
WHEN NEW."index" <> (SELECT coalesce(max("index"), -1) + 1 FROM event)
  OR NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM event WHERE proceeding = NEW.proceeding)
BEGIN SELECT RAISE(ABORT, 'the trail grows by one entry at its end'); END
"""
_SQLITE_BEFORE = """
CREATE TRIGGER event_dense BEFORE INSERT ON event
WHEN NEW."index" <> (SELECT coalesce(max("index"), -1) + 1 FROM event)
BEGIN SELECT RAISE(ABORT, 'the trail grows by one entry at its end'); END
"""
# What is there already stays: a publisher that comes second is no offender.
_SQLITE_KEPT = """
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE size = NEW.size)
BEGIN SELECT RAISE(IGNORE); END
"""
_SQLITE_NODE = """
CREATE TRIGGER tree_node_no_replace BEFORE INSERT ON tree_node
WHEN EXISTS (SELECT 1 FROM tree_node WHERE level = NEW.level AND place = NEW.place)
BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END
"""
_POSTGRES_DENSE = """
CREATE OR REPLACE FUNCTION trail_is_dense() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."index" <> (SELECT coalesce(max("index"), -1) + 1 FROM {schema}event)
  {more} THEN
    RAISE EXCEPTION 'the trail grows by one entry at its end';
  END IF;
  RETURN NEW;
END $$
"""
_OF_PROCEEDING = """
  OR NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM {schema}event
                 WHERE proceeding = NEW.proceeding)
"""
_SQLITE_WORDS = """
CREATE TRIGGER payload_erased BEFORE DELETE ON payload
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE kind = 'payload.erased'
  AND proceeding IN (OLD.proceeding, 'case/' || (
    SELECT case_number FROM event WHERE proceeding = OLD.proceeding LIMIT 1))
  AND instr(body, CAST(OLD.commitment AS BLOB)) > 0)
BEGIN SELECT RAISE(ABORT, 'no entry of the trail says that these words are erased'); END
"""
_POSTGRES_WORDS = """
CREATE FUNCTION erasure_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM {schema}event WHERE kind = 'payload.erased'
    AND proceeding IN (OLD.proceeding, 'case/' || (
      SELECT case_number FROM {schema}event WHERE proceeding = OLD.proceeding LIMIT 1))
    AND position(convert_to(OLD.commitment, 'UTF8') IN body) > 0
  ) THEN
    RAISE EXCEPTION 'no entry of the trail says that these words are erased';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER payload_erased BEFORE DELETE ON payload
  FOR EACH ROW EXECUTE FUNCTION erasure_is_told();
CREATE TRIGGER payload_whole BEFORE TRUNCATE ON payload
  FOR EACH STATEMENT EXECUTE FUNCTION trail_is_append_only();
ALTER TABLE payload ENABLE ALWAYS TRIGGER payload_erased;
ALTER TABLE payload ENABLE ALWAYS TRIGGER payload_whole;
"""


def upgrade() -> None:
    op.create_table(
        "checkpoint_stamp",
        sa.Column("size", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER event_dense")
        op.execute(_SQLITE_DENSE)
        op.execute(_SQLITE_NODE)
        op.execute(_SQLITE_WORDS)
        for table in ("checkpoint", "checkpoint_stamp"):
            op.execute(_SQLITE_KEPT.format(table=table))
        for table in _GUARDED:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
                )
        return
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema()) || '.'"))
    more = _OF_PROCEEDING.format(schema=schema)
    op.execute(_POSTGRES_DENSE.format(schema=schema, more=more))
    op.execute(_POSTGRES_WORDS.format(schema=schema))
    for table in _GUARDED:
        op.execute(
            f"CREATE TRIGGER {table}_fixed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION trail_is_append_only(); "
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION trail_is_append_only(); "
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_fixed; "
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_whole;"
        )


def downgrade() -> None:
    op.drop_table("checkpoint_stamp")
    if op.get_bind().dialect.name == "sqlite":
        for name in ("no_update", "no_delete", "no_replace"):
            op.execute(f"DROP TRIGGER tree_node_{name}")
        op.execute("DROP TRIGGER checkpoint_no_replace")
        op.execute("DROP TRIGGER payload_erased")
        op.execute("DROP TRIGGER event_dense")
        op.execute(_SQLITE_BEFORE)
        return
    op.execute("DROP TRIGGER tree_node_fixed ON tree_node")
    op.execute("DROP TRIGGER tree_node_whole ON tree_node")
    op.execute("DROP TRIGGER payload_erased ON payload")
    op.execute("DROP TRIGGER payload_whole ON payload")
    op.execute("DROP FUNCTION erasure_is_told")
    op.execute(_POSTGRES_DENSE.format(schema="", more=""))
