"""What Alembic runs: one transaction on one synchronous connection."""

from alembic import context
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from records import tables

_METADATA = tables.SQLModel.metadata
if _METADATA is not SQLModel.metadata:
    raise RuntimeError("the tables are registered elsewhere")

engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
with engine.begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=_METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        user_module_prefix="sqlmodel.sql.sqltypes.",
    )
    context.run_migrations()
engine.dispose()
