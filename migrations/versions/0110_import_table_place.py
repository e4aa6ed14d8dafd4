"""Imports keep the sheet and the heading row of their table.

Revision ID: 0110
Revises: 0109
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = "0109"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import_run", sa.Column("sheet", sa.Text, nullable=False, server_default=""))
    op.add_column("import_run", sa.Column("heading_row", sa.Integer))


def downgrade() -> None:
    op.drop_column("import_run", "heading_row")
    op.drop_column("import_run", "sheet")
