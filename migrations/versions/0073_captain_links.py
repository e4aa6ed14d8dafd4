"""The links that captains of coaches are given, which can be ended.

Revision ID: 0073
Revises: 0072
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None


# The table is not made anew, which would take its triggers along.
def upgrade() -> None:
    op.add_column("coach_run", sa.Column("link_number", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    op.drop_column("coach_run", "link_number")
