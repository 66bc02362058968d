"""What Alembic runs: one transaction on one synchronous connection."""

from typing import Any

from alembic import context
from sqlalchemy import create_engine, event
from sqlmodel import SQLModel

from records import access_tables, origins, stamps, tables
from records.register import tables as register
from records.webhooks import tables as webhooks

_METADATA = tables.SQLModel.metadata
_ELSEWHERE = (
    *(access_tables.Token, register.ListFile, webhooks.Webhook),
    *(stamps.CheckpointStamp, origins.OriginProof),
)
if any(table.metadata is not _METADATA for table in (SQLModel, *_ELSEWHERE)):
    raise RuntimeError("the tables are registered elsewhere")

engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
if engine.dialect.name == "sqlite":
    # The driver commits before each CREATE unless told not to begin and end on its own.
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


with engine.begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=_METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        user_module_prefix="sqlmodel.sql.sqltypes.",
    )
    context.run_migrations()
engine.dispose()
