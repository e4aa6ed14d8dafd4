"""Nobody changes groups because an item moves: whoever may move items may not therefore move people.

Revision ID: 0078
Revises: 0077
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TABLE = "group_turn"
REMOVAL = sa.table("removal", sa.column("id", BIG_ID), sa.column("rows", sa.JSON().with_variant(JSONB(), "postgresql")))


def upgrade() -> None:
    _forget_in_removals()
    op.drop_table(TABLE)


def _forget_in_removals() -> None:
    """What was removed with them comes back without."""
    database = op.get_bind()
    holding = sa.select(REMOVAL).where(sa.cast(REMOVAL.c.rows, sa.Text).contains(f'"{TABLE}"'))
    for row in database.execute(holding).all():
        left = [one for one in row.rows if one["table"] != TABLE]
        database.execute(sa.update(REMOVAL).where(REMOVAL.c.id == row.id).values(rows=left))


def downgrade() -> None:
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
