"""Whether the captain of a coach agreed to be rung.

Revision ID: 0079
Revises: 0077
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0077"
branch_labels = None
depends_on = None


# The table is not made anew, which would take its triggers along.
def upgrade() -> None:
    op.add_column(
        "coach_run", sa.Column("captain_may_be_rung", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("coach_run", "captain_may_be_rung")
