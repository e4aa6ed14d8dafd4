"""How an archived edition names people and organizations in print, whatever becomes of them later.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "frozen_name",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", BIG_ID, nullable=False),
        sa.Column("said", JSON, nullable=False),
        sa.Column("image_id", BIG_ID, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_frozen_name_edition_id_edition")),
        sa.ForeignKeyConstraint(["image_id"], ["image.id"], name=op.f("fk_frozen_name_image_id_image")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_name")),
        sa.UniqueConstraint("entity", "row_id", name=op.f("uq_frozen_name_entity_row_id")),
    )
    with op.batch_alter_table("frozen_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_frozen_name_edition_id"), ["edition_id"], unique=False)


def downgrade() -> None:
    op.drop_table("frozen_name")
