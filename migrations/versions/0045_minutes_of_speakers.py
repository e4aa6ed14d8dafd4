"""Minutes of items are those of whoever speaks: what is interpreted consecutively takes twice as long.

Revision ID: 0045
Revises: 0044
"""

from __future__ import annotations

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """They were those on the clock; an odd one takes a minute more."""
    op.execute("UPDATE session_item SET minutes = (minutes + 1) / 2 WHERE mode = 'consecutive'")


def downgrade() -> None:
    op.execute("UPDATE session_item SET minutes = minutes * 2 WHERE mode = 'consecutive'")
