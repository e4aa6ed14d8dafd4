"""An edition may limit the places of all its types together.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "edition_places",
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("over", sa.Integer(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_edition_places_taken_not_negative")),
        sa.CheckConstraint("over >= 0", name=op.f("ck_edition_places_over_not_negative")),
        sa.CheckConstraint("quota >= 0", name=op.f("ck_edition_places_quota_not_negative")),
        sa.CheckConstraint("taken <= quota", name=op.f("ck_edition_places_taken_within_quota")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_places_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_places")),
        sa.UniqueConstraint("edition_id", name=op.f("uq_edition_places_edition_id")),
    )
    op.create_index(op.f("ix_edition_places_edition_id"), "edition_places", ["edition_id"])
    op.add_column("registration_type", sa.Column("is_limited", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("registration_type", "is_limited")
    op.drop_table("edition_places")
