"""The log of pieces tells of each card and sign, too.

Revision ID: 0084
Revises: 0083
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEX, OF_ONE = "ix_print_line_person_id", "(registration_id IS NULL) = (person_id IS NOT NULL)"


def upgrade() -> None:
    with op.batch_alter_table("print_line") as batch:
        batch.alter_column("registration_id", existing_type=BIG_ID, nullable=True)
        batch.add_column(sa.Column("person_id", BIG_ID, nullable=True))
        batch.add_column(sa.Column("said", JSON, nullable=False, server_default="{}"))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.create_foreign_key(op.f("fk_print_line_person_id_person"), "person", ["person_id"], ["id"])
    with op.batch_alter_table("print_line") as batch:
        batch.alter_column("said", server_default=None)
        batch.alter_column("version", server_default=None)
        batch.create_check_constraint("of_one", OF_ONE)
    where = sa.text("person_id IS NOT NULL")
    op.create_index(INDEX, "print_line", ["person_id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.execute("DELETE FROM print_line WHERE registration_id IS NULL")
    op.drop_index(INDEX, "print_line")
    with op.batch_alter_table("print_line") as batch:
        batch.drop_constraint(op.f("ck_print_line_of_one"), type_="check")
        batch.drop_constraint(op.f("fk_print_line_person_id_person"), type_="foreignkey")
        for column in ("version", "said", "person_id"):
            batch.drop_column(column)
        batch.alter_column("registration_id", existing_type=BIG_ID, nullable=False)
