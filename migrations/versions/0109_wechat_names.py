"""People are looked up by their WeChat names.

Revision ID: 0109
Revises: 0108
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0109"
down_revision = "0108"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_person_wechat", "person", [sa.text("lower(wechat)")])


def downgrade() -> None:
    op.drop_index("ix_person_wechat", "person")
