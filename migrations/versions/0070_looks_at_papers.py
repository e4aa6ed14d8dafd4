"""Prints keep what was found when they were looked through last, and plans of seats what was printed of them.

Revision ID: 0070
Revises: 0069
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("print_job") as batch:
        batch.add_column(sa.Column("looked", JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("print_job") as batch:
        batch.alter_column("looked", server_default=None)
    with op.batch_alter_table("seating_plan") as batch:
        batch.add_column(sa.Column("printed", JSON, nullable=True))
        batch.add_column(sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("seating_plan") as batch:
        batch.drop_column("printed_at")
        batch.drop_column("printed")
    with op.batch_alter_table("print_job") as batch:
        batch.drop_column("looked")
