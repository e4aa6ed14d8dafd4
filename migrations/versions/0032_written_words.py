"""Words that someone has written are found without passing over how all the others are read.

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

KINDS = ("person", "organization")


def upgrade() -> None:
    for kind in KINDS:
        op.create_index(
            f"ix_{kind}_word_written",
            f"{kind}_word",
            ["word", f"{kind}_id"],
            sqlite_where=sa.text("is_read IS 0"),
            postgresql_where=sa.text("is_read IS FALSE"),
        )


def downgrade() -> None:
    for kind in KINDS:
        op.drop_index(f"ix_{kind}_word_written", table_name=f"{kind}_word")
