"""Answers of drafts and submissions are sealed with a key of their case, and guarded.

The key is not at hand here: what lies open is carried over as it is, and `db upgrade` seals
it when this is done. From then on a submission's answers stay, or go after an entry that says
so; a case's key stays.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLES = ('"case"', "submission")
_SQLITE_BYTES = (
    "WHEN before LIKE '{%' THEN CAST(before AS BLOB) ELSE CAST(from_hex(before) AS BLOB)"
)
_SQLITE_TEXT = "hex(substr(before, 1, 1)) WHEN '7B' THEN CAST(before AS TEXT) ELSE hex(before)"
_POSTGRES_BYTES = (
    "WHEN before LIKE '{%' THEN convert_to(before, 'UTF8') ELSE decode(before, 'hex')"
)
_POSTGRES_TEXT = (
    "substr(before, 1, 1) WHEN '\\x7b' THEN convert_from(before, 'UTF8') "
    "ELSE encode(before, 'hex')"
)
_SQLITE = (
    """
CREATE TRIGGER submission_no_update BEFORE UPDATE ON submission
WHEN NEW.case_number <> OLD.case_number OR NEW.version <> OLD.version
  OR NEW.content <> OLD.content OR NEW.form <> OLD.form OR NEW.at <> OLD.at
  OR NOT (
    hex(substr(OLD.answers, 1, 1)) = '7B' AND hex(substr(NEW.answers, 1, 1)) = '01'
    OR length(NEW.answers) = 0 AND EXISTS (
      SELECT 1 FROM event WHERE kind = 'payload.erased'
      AND proceeding = 'case/' || OLD.case_number
      AND instr(body, CAST(OLD.content AS BLOB)) > 0
      AND "index" > (
        SELECT COALESCE(MAX("index"), -1) FROM event
        WHERE case_number = OLD.case_number AND kind = 'ethics_review.submitted')))
BEGIN SELECT RAISE(ABORT, 'no entry of the trail says that these answers are erased'); END
""",
    """
CREATE TRIGGER submission_no_delete BEFORE DELETE ON submission
BEGIN SELECT RAISE(ABORT, 'what was submitted stays'); END
""",
    """
CREATE TRIGGER submission_no_replace BEFORE INSERT ON submission
WHEN EXISTS (
  SELECT 1 FROM submission WHERE case_number = NEW.case_number AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'what was submitted stays'); END
""",
    """
CREATE TRIGGER case_key_no_update BEFORE UPDATE ON subject_key
WHEN OLD.subject LIKE 'case/%'
BEGIN SELECT RAISE(ABORT, 'the key of a case stays'); END
""",
    """
CREATE TRIGGER case_key_no_delete BEFORE DELETE ON subject_key
WHEN OLD.subject LIKE 'case/%'
BEGIN SELECT RAISE(ABORT, 'the key of a case stays'); END
""",
    """
CREATE TRIGGER case_key_no_replace BEFORE INSERT ON subject_key
WHEN NEW.subject LIKE 'case/%'
  AND EXISTS (SELECT 1 FROM subject_key WHERE subject = NEW.subject)
BEGIN SELECT RAISE(IGNORE); END
""",
)
_POSTGRES = """
CREATE FUNCTION submission_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.case_number, NEW.version, NEW.content, NEW.form, NEW.at)
       = (OLD.case_number, OLD.version, OLD.content, OLD.form, OLD.at)
    AND (
      substr(OLD.answers, 1, 1) = '\\x7b'::bytea AND substr(NEW.answers, 1, 1) = '\\x01'::bytea
      OR length(NEW.answers) = 0 AND EXISTS (
        SELECT 1 FROM {schema}event WHERE kind = 'payload.erased'
        AND proceeding = 'case/' || OLD.case_number
        AND position(convert_to(OLD.content, 'UTF8') IN body) > 0
        AND "index" > (
          SELECT COALESCE(MAX("index"), -1) FROM {schema}event
          WHERE case_number = OLD.case_number AND kind = 'ethics_review.submitted'))
    ) THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'no entry of the trail says that these answers are erased';
  END IF;
  RAISE EXCEPTION 'what was submitted stays';
END $$;
CREATE TRIGGER submission_fixed BEFORE UPDATE OR DELETE ON submission
  FOR EACH ROW EXECUTE FUNCTION submission_stays();
CREATE TRIGGER submission_whole BEFORE TRUNCATE ON submission
  FOR EACH STATEMENT EXECUTE FUNCTION submission_stays();
CREATE FUNCTION case_key_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the key of a case stays';
END $$;
CREATE TRIGGER case_key_fixed BEFORE UPDATE OR DELETE ON subject_key
  FOR EACH ROW WHEN (OLD.subject LIKE 'case/%') EXECUTE FUNCTION case_key_stays();
CREATE TRIGGER case_key_whole BEFORE TRUNCATE ON subject_key
  FOR EACH STATEMENT EXECUTE FUNCTION case_key_stays();
ALTER TABLE submission ENABLE ALWAYS TRIGGER submission_fixed;
ALTER TABLE submission ENABLE ALWAYS TRIGGER submission_whole;
ALTER TABLE subject_key ENABLE ALWAYS TRIGGER case_key_fixed;
ALTER TABLE subject_key ENABLE ALWAYS TRIGGER case_key_whole;
"""
_GUARDS = {
    "submission": ("no_update", "no_delete", "no_replace"),
    "case_key": ("no_update", "no_delete", "no_replace"),
}


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        _driver().create_function("from_hex", 1, bytes.fromhex)
    _carry(sa.LargeBinary(), _SQLITE_BYTES if sqlite else _POSTGRES_BYTES)
    if sqlite:
        for statement in _SQLITE:
            op.execute(statement)
    else:
        schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema()) || '.'"))
        op.execute(_POSTGRES.format(schema=schema))


def downgrade() -> None:
    """Go back; what is sealed stays, as hex digits, unreadable until the next upgrade."""
    if op.get_bind().dialect.name == "sqlite":
        for table, guards in _GUARDS.items():
            for name in guards:
                op.execute(f"DROP TRIGGER {table}_{name}")
        _carry(sa.Text(), _SQLITE_TEXT)
    else:
        op.execute("DROP TRIGGER submission_fixed ON submission")
        op.execute("DROP TRIGGER submission_whole ON submission")
        op.execute("DROP TRIGGER case_key_fixed ON subject_key")
        op.execute("DROP TRIGGER case_key_whole ON subject_key")
        op.execute("DROP FUNCTION submission_stays")
        op.execute("DROP FUNCTION case_key_stays")
        _carry(sa.Text(), _POSTGRES_TEXT)


def _driver():  # noqa: ANN202 -- of SQLite
    return op.get_bind().connection.driver_connection


def _carry(kind, made: str) -> None:  # noqa: ANN001 -- of the new column, and what is in it
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN answers TO before")
        name = table.strip('"')
        op.add_column(name, sa.Column("answers", kind, nullable=False, server_default=""))
        op.execute(f"UPDATE {table} SET answers = CASE {made} END")
        op.execute(f"ALTER TABLE {table} DROP COLUMN before")
