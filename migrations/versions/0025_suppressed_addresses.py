"""Addresses that do not exist, or whose owners want no mail, are written to no more.

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    words = ("bounced", "marked", "unsubscribed")
    op.create_table(
        "suppressed_address",
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column(
            "why",
            sa.Enum(*words, name="suppressed", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressed_address")),
        sa.UniqueConstraint("address_key", name=op.f("uq_suppressed_address_address_key")),
    )


def downgrade() -> None:
    op.drop_table("suppressed_address")
