"""Why a vehicle may run elsewhere at the same time.

Revision ID: 0075
Revises: 0073
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0073"
branch_labels = None
depends_on = None


# The table is not made anew, which would take its triggers along.
def upgrade() -> None:
    op.add_column("coach_run", sa.Column("beside_reason", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("coach_run", "beside_reason")
