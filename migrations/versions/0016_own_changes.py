"""Until when registrants change their own registration, whom they ask afterwards, and which places can be handed on.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("edition", sa.Column("changes_until", sa.Date(), nullable=True))
    op.add_column("edition", sa.Column("contact_email", sa.Text(), nullable=True))
    op.add_column(
        "registration_type", sa.Column("is_transferable", sa.Boolean(), nullable=False, server_default=sa.true())
    )


def downgrade() -> None:
    op.drop_column("registration_type", "is_transferable")
    op.drop_column("edition", "contact_email")
    op.drop_column("edition", "changes_until")
