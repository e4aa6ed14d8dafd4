"""Requests of each network are counted in the database, over all processes.

Revision ID: 0112
Revises: 0111
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0112"
down_revision = "0111"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rate_count",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_rate_count_count_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_count")),
        sa.UniqueConstraint("key", name=op.f("uq_rate_count_key")),
    )
    op.create_index(op.f("ix_rate_count_ends_at"), "rate_count", ["ends_at"])


def downgrade() -> None:
    op.drop_table("rate_count")
