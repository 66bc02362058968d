"""A code for each document number: who holds the paper can ask for it, nobody can guess it."""

from secrets import token_hex

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEY = ("party_id", "series", "year", "serial")


def upgrade() -> None:
    op.add_column("paper_number", sa.Column("code", sa.String(), nullable=True))
    connection = op.get_bind()
    numbers = sa.table("paper_number", *(sa.column(name) for name in (*_KEY, "code")))
    for row in connection.execute(sa.select(*(numbers.c[name] for name in _KEY))).all():
        same = [numbers.c[name] == value for name, value in zip(_KEY, row, strict=True)]
        connection.execute(sa.update(numbers).where(*same).values(code=token_hex(8).upper()))
    op.create_index("ix_paper_number_code", "paper_number", ["code"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_paper_number_code", "paper_number")
    op.drop_column("paper_number", "code")
