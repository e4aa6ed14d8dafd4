"""Scans that a station told late, and those that the desk took back, are found without reading all others.

Revision ID: 0103
Revises: 0102
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None

INDEXES = {"ix_scan_told": "told IS NOT NULL", "ix_scan_undone": "result = 'undone'"}


def upgrade() -> None:
    for name, condition in INDEXES.items():
        where = sa.text(condition)
        columns = ["checkpoint_id", "registration_id"]
        op.create_index(name, "scan", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name in reversed(INDEXES):
        op.drop_index(name, "scan")
