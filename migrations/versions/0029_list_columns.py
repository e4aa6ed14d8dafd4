"""The columns in which someone sees the list of registrations.

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "list_columns",
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_list_columns_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_list_columns_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_columns")),
        sa.UniqueConstraint("edition_id", "account_id", name=op.f("uq_list_columns_edition_id_account_id")),
    )
    op.create_index("ix_list_columns_edition_id", "list_columns", ["edition_id"])


def downgrade() -> None:
    op.drop_table("list_columns")
