"""Where people come and go, an admission ends with the last time that they came in being taken back at the desk: until
now they were outside then, and counted as having come.

Revision ID: 0100
Revises: 0099
"""

from __future__ import annotations

from alembic import op

revision = "0100"
down_revision = "0099"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "DELETE FROM admission WHERE presence = 'out' AND NOT EXISTS (SELECT 1 FROM scan"
        " WHERE scan.registration_id = admission.registration_id AND scan.checkpoint_id = admission.checkpoint_id"
        " AND scan.is_rehearsal = admission.is_rehearsal AND scan.result = 'out')"
    )


def downgrade() -> None:
    """What is not there tells the same."""
