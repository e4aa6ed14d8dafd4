"""A worker's heartbeat names its process, so that two workers with one name are noticed.

Revision ID: 0105
Revises: 0104
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0105"
down_revision = "0104"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("worker_seen", sa.Column("instance", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("worker_seen", "instance")
