"""What whoever checks somebody in must know of them.

Revision ID: 0094
Revises: 0093
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0094"
down_revision = "0093"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not anew: it is a large table, and others refer to it.
    op.add_column("registration", sa.Column("desk_note", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("registration", "desk_note")
