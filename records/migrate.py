"""Bring a database to the newest schema, and tell whether it is there."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Connection,
    Integer,
    column,
    create_engine,
    inspect,
    literal,
    select,
    table,
)

_HERE: Final = Path(__file__).parent / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Run the migrations that are missing. Safe to repeat."""
    if url.startswith("sqlite"):
        Path(url.split("///", 1)[1]).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Run migrations backwards; for tests of the migrations themselves."""
    command.downgrade(_config(url), revision)


def check(url: str) -> None:
    """Compare the schema with the tables; a difference raises `alembic.util.CommandError`."""
    command.check(_config(url))


def is_current(url: str) -> bool:
    """Tell whether all migrations were run."""
    engine = create_engine(sync_url(url))
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return current == ScriptDirectory.from_config(_config(url)).get_current_head()


def holds_rows(url: str) -> bool:
    """Tell whether any table holds a row; the tree's one is there from the start, of no size.

    A file that is not there holds none, and is not made by asking.
    """
    if url.startswith("sqlite") and not Path(url.split("///", 1)[1]).exists():
        return False
    engine = create_engine(sync_url(url))
    try:
        with engine.connect() as connection:
            names = set(inspect(connection).get_table_names()) - {"alembic_version"}
            return any(_holds(connection, name) for name in names)
    finally:
        engine.dispose()


def _holds(connection: Connection, name: str) -> bool:
    if name == "tree":
        size = column("size", Integer)
        held = select(size).select_from(table(name)).where(size > 0)
    else:
        held = select(literal(1)).select_from(table(name))
    return connection.execute(held.limit(1)).first() is not None


def sync_url(url: str) -> str:
    """Return the URL for a synchronous driver; psycopg serves both."""
    return url.replace("+aiosqlite", "")


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("sqlalchemy.url", sync_url(url).replace("%", "%%"))
    return config
