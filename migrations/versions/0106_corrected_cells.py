"""Imports keep corrections of single cells.

Revision ID: 0106
Revises: 0105
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("import_run", sa.Column("cells", JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("import_run", "cells")
