"""Who comes along with someone is looked for whenever a registration ends.

Revision ID: 0034
Revises: 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

ALONG = sa.text("principal_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_registration_principal", "registration", ["principal_id"], sqlite_where=ALONG, postgresql_where=ALONG
    )


def downgrade() -> None:
    op.drop_index("ix_registration_principal", "registration")
