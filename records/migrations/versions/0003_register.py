"""The public register: lists, their rows, entities, filings, and the index to search them."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES = (
    "register_facet",
    "register_filing",
    "register_entity_name",
    "register_entity",
    "register_row",
    "register_file",
)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]


def _number(name: str, *, primary: bool = False, null: bool = False) -> sa.Column[int]:
    return sa.Column(
        name, sa.Integer(), nullable=null, primary_key=primary, autoincrement=False
    )


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def upgrade() -> None:
    op.create_table(
        "register_file",
        *_words("sha256", "name", "published", "columns"),
        _number("total"),
        _number("done"),
        sa.Column("finished", sa.Boolean(), nullable=False),
        *_words("imported_at"),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "register_row",
        _number("id", primary=True),
        *_words("file", "place"),
        _number("part"),
        *_words("published", "outcome", "reason", "reason_zh", "reason_en"),
        _number("filing", null=True),
        *_words("number"),
        _text("cells"),
        _text("said"),
        _text("changes"),
        *_words("recorded_at"),
        sa.UniqueConstraint("file", "place", "part"),
    )
    _index("register_row", "file", "outcome", "filing", "number")
    op.create_table(
        "register_entity", _number("id", primary=True), *_words("name", "credit_code")
    )
    _index("register_entity", "credit_code")
    op.create_table(
        "register_entity_name",
        *_words("normal", "name"),
        _number("entity"),
        *_words("published"),
        sa.PrimaryKeyConstraint("normal"),
        sa.ForeignKeyConstraint(["entity"], ["register_entity.id"]),
    )
    _index("register_entity_name", "entity")
    op.create_table(
        "register_filing",
        _number("id", primary=True),
        *_words("kind", "number"),
        _number("twin"),
        *_words("algorithm", "class_name", "algorithm_class", "role"),
        _number("entity"),
        *_words("entity_name"),
        _text("product"),
        _text("purpose"),
        _text("remark"),
        *_words("credit_code", "division", "year", "state", "state_on"),
        *_words("first_published", "published"),
        _text("doubts"),
        sa.Column("own", sa.Boolean(), nullable=False),
        _text("text"),
        sa.UniqueConstraint("kind", "number", "twin"),
        sa.ForeignKeyConstraint(["entity"], ["register_entity.id"]),
    )
    _index("register_filing", "number", "algorithm_class", "entity")
    op.create_table(
        "register_facet",
        *_words("facet", "value"),
        _number("count"),
        sa.PrimaryKeyConstraint("facet", "value"),
    )
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


def downgrade() -> None:
    op.execute("DROP TABLE register_search")
    op.execute("DROP TABLE IF EXISTS register_token")
    for table in _TABLES:
        op.drop_table(table)
