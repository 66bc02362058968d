"""One search index for both databases: bitmaps of keys by token; the two before go."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from records.register.index import CHUNK, postings

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COLUMNS = "id, kind, algorithm_class, role, division, year, state, text"


def upgrade() -> None:
    # Tokens are compared as they are, in no language's order.
    token = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    table = op.create_table(
        "register_posting",
        sa.Column("token", token, nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("token", "chunk"),
        sqlite_with_rowid=False,
    )
    op.execute("DROP TABLE register_search")
    op.execute("DROP TABLE IF EXISTS register_token")
    for filings in _chunks():
        for chunk, tokens in postings(filings).items():
            lines = [
                {"token": token, "chunk": chunk, "keys": keys.serialize()}
                for token, keys in tokens.items()
            ]
            op.bulk_insert(table, lines)


def _chunks() -> Iterator[list[Any]]:
    """Yield the filings there are, chunk by chunk of their keys."""
    connection = op.get_bind()
    last = connection.execute(sa.text("SELECT max(id) FROM register_filing")).scalar()
    some = sa.text(f"SELECT {_COLUMNS} FROM register_filing WHERE id >= :low AND id < :high")
    for low in range(0, (last or 0) + 1, CHUNK):
        found = connection.execute(some, {"low": low, "high": low + CHUNK})
        yield list(found.mappings())


def downgrade() -> None:
    op.drop_table("register_posting")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE register_search USING fts5("
            "grams, tokenize=\"unicode61 tokenchars '_'\", detail='none')"
        )
        return
    op.execute("CREATE TABLE register_search (id bigint PRIMARY KEY, grams tsvector NOT NULL)")
    op.execute("CREATE INDEX register_search_grams ON register_search USING gin (grams)")
    op.execute("CREATE TABLE register_token (token text PRIMARY KEY, frequency real NOT NULL)")
    op.execute("ALTER TABLE register_search ALTER COLUMN grams SET STATISTICS 1000")
