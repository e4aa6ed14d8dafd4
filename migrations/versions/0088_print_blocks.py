"""What an edition lets stop its prints.

Revision ID: 0088
Revises: 0087
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    # The table is not made anew, which would bind its columns to each other otherwise than those before expect.
    op.add_column("edition", sa.Column("print_blocks", JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("edition", "print_blocks")
