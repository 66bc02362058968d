"""What the application's role may do on PostgreSQL, table by table; all else it may not.

The owner of the tables runs the migrations and grants; the application connects as a role
that owns nothing. What it may not do (change an entry, drop a guard, empty a table) nobody
does who has only its password.
"""

from typing import Any, Final

from sqlalchemy import Connection, create_engine, text

from records.migrate import sync_url

_READ: Final = "SELECT"
_APPEND: Final = "SELECT, INSERT"
_KEEP: Final = "SELECT, INSERT, UPDATE"
_OWN: Final = "SELECT, INSERT, UPDATE, DELETE"
RULES: Final = {
    "event": _APPEND,
    "tree": "SELECT, UPDATE",  # its one row is there from the start; appends lock it
    "tree_node": _APPEND,
    "checkpoint": _APPEND,
    "checkpoint_stamp": _APPEND,
    "cosignature": _KEEP,  # a witness's newer line takes the place of its older one
    "payload": "SELECT, INSERT, DELETE",  # words may be erased, never changed
    "subject_key": "SELECT, INSERT, DELETE",
    "policy": _APPEND,
    "origin_proof": _APPEND,
    "person": "SELECT, UPDATE (name, name_en)",  # a name may be erased
    "party": _READ,  # bodies, people's roles and tokens are the operator's
    "appointment": _READ,
    "token": "SELECT, UPDATE (used_at, refused_at)",
    "webhook": _OWN,
    "webhook_secret": _OWN,
    "webhook_dead_letter": _OWN,
    "case": _KEEP,
    "case_party": _APPEND,
    "submission": "SELECT, INSERT, UPDATE (answers)",  # they may be erased, never changed
    "proceeding": _KEEP,
    "paper": "SELECT, INSERT, UPDATE (replaced_by, withdrawn_at, archived_until)",
    "paper_number": _APPEND,
    "attachment": _KEEP,
    "filing_number": _APPEND,
    "notice": _APPEND,
    "counter": _KEEP,
    "register_file": _OWN,  # a list that was read wrongly is taken back
    "register_row": _OWN,
    "register_entity": _OWN,
    "register_entity_name": _OWN,
    "register_filing": _OWN,
    "register_posting": _KEEP,
    "register_facet": "SELECT, INSERT, DELETE",
    "alembic_version": _READ,
}
_SEQUENCES: Final = ("notice_id_seq",)
_CREATE: Final = (  # who may log in without a password is for the server to say: nobody
    "CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
)
_GRANT: Final = (
    "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {role}",
    "REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {role}",
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM PUBLIC, {role}",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC, {role}",
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
)
_POWERS: Final = text("""
SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
    OR EXISTS (SELECT 1 FROM pg_auth_members WHERE member = r.oid)
    OR EXISTS (SELECT 1 FROM pg_shdepend WHERE deptype = 'o'
               AND refclassid = 'pg_authid'::regclass AND refobjid = r.oid)
FROM pg_roles r WHERE rolname = :role
""")
_LEFT: Final = text("""
SELECT has_schema_privilege(:role, current_schema(), 'CREATE')
    OR has_database_privilege(:role, current_database(), 'CREATE, TEMPORARY')
""")


class GrantError(RuntimeError):
    """The grants cannot be made; the message says what to do."""


def grant(url: str, role: str, *, create: bool = False) -> None:
    """Let a role do what the application does in a database, and nothing else.

    All or nothing, and safe to repeat: what the role could do there before is taken away.

    Args:
        url: The database, as the owner of its tables opens it.
        role: The role of the application.
        create: Make the role where it is missing: it may log in, and has no password yet.

    Raises:
        GrantError: There are no roles; a table has no rule; the role is missing, or may
            do more than it is granted.
    """
    engine = create_engine(sync_url(url))
    try:
        with engine.begin() as connection:
            _grant(connection, role, create=create)
    finally:
        engine.dispose()


def _grant(connection: Connection, role: str, *, create: bool) -> None:
    if connection.dialect.name != "postgresql":
        raise GrantError("SQLite 没有角色 · SQLite has no roles; guard its file instead")
    _demand_rules(connection)
    _demand_role(connection, role, create=create)
    quote = connection.dialect.identifier_preparer.quote_identifier
    schema, database = _one(connection, "SELECT current_schema(), current_database()")
    names = {"role": quote(role), "schema": quote(schema), "database": quote(database)}
    for statement in _GRANT:
        connection.exec_driver_sql(statement.format(**names))
    for table, rule in RULES.items():
        connection.exec_driver_sql(f"GRANT {rule} ON {quote(table)} TO {names['role']}")
    for sequence in _SEQUENCES:
        connection.exec_driver_sql(f"GRANT USAGE ON SEQUENCE {sequence} TO {names['role']}")
    if connection.scalar(_LEFT, {"role": role}):
        raise GrantError(
            f"{role} 仍可建表，请以数据库所有者运行 · {role} could still make tables: "
            "run this as the owner of the database"
        )


def _demand_rules(connection: Connection) -> None:
    listed = connection.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f') "
        "AND relnamespace = current_schema()::regnamespace"
    )
    there = set(listed.scalars())
    if missing := sorted(RULES.keys() - there):
        raise GrantError(
            f"请先运行 db upgrade · run db upgrade first, these are missing: {missing}"
        )
    if bare := sorted(there - RULES.keys()):
        raise GrantError(f"没有授权规则 · without a rule in records/grants.py: {bare}")


def _demand_role(connection: Connection, role: str, *, create: bool) -> None:
    powers = connection.scalar(_POWERS, {"role": role})
    if powers is None and create:
        quoted = connection.dialect.identifier_preparer.quote_identifier(role)
        connection.exec_driver_sql(_CREATE.format(role=quoted))
    elif powers is None:
        raise GrantError(f"没有角色 {role} · there is no role {role}; --create makes it")
    elif powers:
        raise GrantError(
            f"{role} 权限过大 · {role} may do more than is granted: it owns something, is a "
            "member of another role, or has an attribute such as SUPERUSER; take another"
        )


def _one(connection: Connection, query: str) -> tuple[Any, ...]:
    return tuple(connection.exec_driver_sql(query).one())
