"""Let PostgreSQL look at all entries of a statement at once: is each after the one before?

A look at each row took most of the time in which a trail comes in by COPY. SQLite has triggers
for rows only. Entries number 0 to n - 1, and no two are the same: so new ones that are without
a gap, the first of which follows one that is there, go on at n. So do those of a proceeding.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_AT_ONCE = """
DROP TRIGGER event_dense ON event;
CREATE OR REPLACE FUNCTION trail_is_dense() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM (SELECT min("index") AS first, max("index") AS last, count(*) AS n
                   FROM appended) AS new
    WHERE n > 0 AND (
      last - first + 1 <> n
      OR first <> 0 AND NOT EXISTS (SELECT 1 FROM {schema}event WHERE "index" = first - 1))
  ) OR EXISTS (
    SELECT 1 FROM (
      SELECT proceeding AS place, min(seq) AS first,
             min(seq - nth) <> max(seq - nth) AS gaps
      FROM (SELECT proceeding, seq,
                   row_number() OVER (PARTITION BY proceeding ORDER BY "index") AS nth
            FROM appended) AS numbered
      GROUP BY proceeding) AS new
    WHERE gaps OR first <> 1 AND NOT EXISTS (
      SELECT 1 FROM {schema}event WHERE proceeding = place AND seq = first - 1)
  ) THEN
    RAISE EXCEPTION 'the trail grows by one entry at its end';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER event_dense AFTER INSERT ON event REFERENCING NEW TABLE AS appended
  FOR EACH STATEMENT EXECUTE FUNCTION trail_is_dense();
ALTER TABLE event ENABLE ALWAYS TRIGGER event_dense;
"""
_EACH_ROW = """
DROP TRIGGER event_dense ON event;
CREATE OR REPLACE FUNCTION trail_is_dense() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."index" <> (SELECT coalesce(max("index"), -1) + 1 FROM {schema}event)
  OR NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM {schema}event
                 WHERE proceeding = NEW.proceeding) THEN
    RAISE EXCEPTION 'the trail grows by one entry at its end';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER event_dense BEFORE INSERT ON event
  FOR EACH ROW EXECUTE FUNCTION trail_is_dense();
ALTER TABLE event ENABLE ALWAYS TRIGGER event_dense;
"""


def upgrade() -> None:
    _guard(_AT_ONCE)


def downgrade() -> None:
    _guard(_EACH_ROW)


def _guard(statements: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema()) || '.'"))
        op.execute(statements.format(schema=schema))
