"""Mails that were asked for together with others leave after those for which one person waits.

Revision ID: 0056
Revises: 0055
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("is_one_of_many", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE message SET is_one_of_many = true WHERE mailing_id IS NOT NULL OR telling_id IS NOT NULL")
    with op.batch_alter_table("message") as batch:
        batch.alter_column("is_one_of_many", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("message") as batch:
        batch.drop_column("is_one_of_many")
