"""Items at which people change groups, so that their groups follow when these move.

Revision ID: 0074
Revises: 0073
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TABLE = "group_turn"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("partition_id", BIG_ID, nullable=False),
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f(f"fk_{TABLE}_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "partition_id"],
            ["partition.edition_id", "partition.id"],
            name=op.f(f"fk_{TABLE}_edition_id_partition"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "item_id"],
            ["itinerary_item.edition_id", "itinerary_item.id"],
            name=op.f(f"fk_{TABLE}_edition_id_itinerary_item"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("partition_id", "item_id", name=op.f(f"uq_{TABLE}_partition_id_item_id")),
    )
    for column in ("edition_id", "item_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])


def downgrade() -> None:
    op.drop_table(TABLE)
