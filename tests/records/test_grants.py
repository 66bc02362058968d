"""On PostgreSQL, the application's role may do what the application does, and nothing else."""

from uuid import uuid4

import psycopg
import pytest
from psycopg import errors
from sqlmodel import SQLModel
from typer.testing import CliRunner

import cli
from records import migrate, stamps
from records.grants import RULES, GrantError, grant
from records.register import tables as register
from records.tables import Event
from tests.conftest import APP, owner_url

REGISTERED = (Event, register.ListFile, stamps.CheckpointStamp)
"""One of each module that has tables."""


@pytest.fixture
def role(postgres_url):
    url, name = postgres_url, f"r{uuid4().hex}"
    yield name
    with owner(url) as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
            connection.execute(f"DROP OWNED BY {name}")
            connection.execute(f"DROP ROLE {name}")


def plain(url):
    return url.replace("+psycopg", "")


def owner(url):
    return psycopg.connect(plain(owner_url(url)), autocommit=True)


def opened(url, role):
    return psycopg.connect(plain(url).replace(APP, f"//{role}:"), autocommit=True)


def test_every_table_has_a_rule():
    assert all(table.metadata is SQLModel.metadata for table in REGISTERED)
    assert {*SQLModel.metadata.tables, "alembic_version"} == RULES.keys()


def test_a_role_has_its_rules_and_a_repetition_changes_nothing(postgres_url, role):
    grant(owner_url(postgres_url), role, create=True)
    with owner(postgres_url) as connection:
        connection.execute(f"GRANT DELETE, TRIGGER ON event TO {role}")

    grant(owner_url(postgres_url), role, create=True)
    first = privileges(postgres_url, role)
    grant(owner_url(postgres_url), role)

    assert privileges(postgres_url, role) == first
    assert first["event"] == first["checkpoint"] == first["tree_node"] == "SELECT, INSERT"
    assert first["tree"] == "SELECT, UPDATE"
    assert first == {table: rule.split(" (")[0] for table, rule in RULES.items()}


def privileges(url, role):
    with owner(url) as connection:
        return {table: ", ".join(held(connection, role, table)) for table in RULES}


def held(connection, role, table):
    for one in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"):
        whole = "SELECT has_table_privilege(%s, %s, %s)"
        some = "SELECT has_any_column_privilege(%s, %s, %s)"
        asked = [role, f'public."{table}"', one]
        query = some if one == "UPDATE" else whole
        if connection.execute(query, asked).fetchone()[0]:
            yield one


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE own (id int)",
        "CREATE TEMPORARY TABLE event (index int)",
        "CREATE SCHEMA own",
        "CREATE FUNCTION own() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TRIGGER own BEFORE INSERT ON event EXECUTE FUNCTION trail_is_dense()",
        "ALTER TABLE event DISABLE TRIGGER ALL",
        "DROP TRIGGER event_fixed ON event",
        "DROP TABLE event",
        "SET session_replication_role = replica",
        "GRANT DELETE ON event TO PUBLIC",
        "UPDATE paper SET sha256 = ''",
        "UPDATE payload SET subject = ''",
        "DELETE FROM tree",
        "INSERT INTO token VALUES ('', 'p01', 'institution-1', '')",
        "UPDATE appointment SET role = 'chair'",
        "UPDATE alembic_version SET version_num = '0001'",
        "TRUNCATE payload",
    ],
)
def test_what_the_application_never_does_its_role_may_not_do(postgres_url, role, statement):
    grant(owner_url(postgres_url), role, create=True)

    with opened(postgres_url, role) as connection:
        if statement.startswith("GRANT"):  # a warning only, and nothing comes of it
            connection.execute(statement)
            assert privileges(postgres_url, role)["event"] == "SELECT, INSERT"
            return
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement)


def test_the_role_of_the_application_sees_whether_the_schema_is_current(postgres_url):
    assert migrate.is_current(postgres_url)
    migrate.upgrade(postgres_url)  # nothing to do
    migrate.downgrade(owner_url(postgres_url), "0007")
    assert not migrate.is_current(postgres_url)


def test_a_table_without_a_rule_is_refused(postgres_url, role):
    with owner(postgres_url) as connection:
        connection.execute("CREATE TABLE stranger (id int)")

    with pytest.raises(GrantError, match=r"without a rule .*stranger"):
        grant(owner_url(postgres_url), role, create=True)

    with owner(postgres_url) as connection:  # all or nothing
        made = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        assert made.fetchone() is None


def test_a_role_that_is_missing_or_may_more_is_refused(postgres_url, role):
    with pytest.raises(GrantError, match="--create"):
        grant(owner_url(postgres_url), role)
    with pytest.raises(GrantError, match="may do more"):
        grant(owner_url(postgres_url), "postgres")
    with owner(postgres_url) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN IN ROLE pg_write_all_data")
    with pytest.raises(GrantError, match="may do more"):
        grant(owner_url(postgres_url), role)


def test_an_older_schema_and_sqlite_are_refused(postgres_url, role, sqlite_template):
    migrate.downgrade(owner_url(postgres_url), "0007")
    with pytest.raises(GrantError, match="db upgrade"):
        grant(owner_url(postgres_url), role, create=True)
    with pytest.raises(GrantError, match="no roles"):
        grant(f"sqlite+aiosqlite:///{sqlite_template}", role)


def test_the_command_grants_and_says_what_hinders_it(postgres_url, role, monkeypatch):
    def run(*more):
        return CliRunner().invoke(cli.app, ["db", "grant", "--app", role, *more])

    monkeypatch.setenv("SHENBEI_DATABASE_URL", owner_url(postgres_url))
    assert "--create" in str(run().exception)
    assert run("--create").exit_code == 0
    assert run().exit_code == 0
    with opened(postgres_url, role) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (0,)
    monkeypatch.setenv("SHENBEI_DATABASE_URL", postgres_url)
    assert run().exit_code != 0  # only the owner grants


def test_a_created_role_has_no_password(postgres_url, role):
    grant(owner_url(postgres_url), role, create=True)

    with owner(postgres_url) as connection:
        query = "SELECT rolcanlogin, rolpassword FROM pg_authid WHERE rolname = %s"
        assert connection.execute(query, [role]).fetchone() == (True, None)
