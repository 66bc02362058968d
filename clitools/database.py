"""The database of the settings, opened for one command."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from clitools.errors import CommandError
from records.database import Database
from records.grants import GrantError, grant
from records.migrate import is_current
from settings import Settings


def has_database(settings: Settings) -> bool:
    """Tell whether there is a database at the newest schema; none is made by asking."""
    if settings.database.startswith("sqlite") and not (settings.home / "shenbei.db").exists():
        return settings.database_url is not None and is_current(settings.database)
    return is_current(settings.database)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[Database]:
    """Open the database and close it when the command is done.

    Raises:
        CommandError: There is none at the newest schema.
    """
    if not has_database(settings):
        raise CommandError("没有数据库或者版本不符，请运行 db upgrade · run db upgrade first")
    database = Database(settings.database, settings.sealing_key)
    try:
        yield database
    finally:
        await database.close()


def grant_to(settings: Settings, role: str, *, create: bool) -> None:
    """Let a role do what the application does, and nothing else. Safe to repeat.

    Raises:
        CommandError: It cannot be granted; the message says why.
    """
    try:
        grant(settings.database, role, create=create)
    except GrantError as error:
        raise CommandError(str(error)) from None
