"""Places of a type are set aside in blocks, for a host, a sponsor or a delegation.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
IN_BLOCKS = ("registration", "invitation")


def upgrade() -> None:
    op.create_table(
        "place_block",
        sa.Column("type_id", BIG_ID, nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("organization_id", BIG_ID, nullable=True),
        sa.Column("delegation_id", BIG_ID, nullable=True),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_place_block_taken_not_negative")),
        sa.CheckConstraint("taken <= quota", name=op.f("ck_place_block_taken_within_quota")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_place_block_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_place_block_organization_id_organization")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["edition_id", column],
                [f"{table}.edition_id", f"{table}.id"],
                name=op.f(f"fk_place_block_edition_id_{table}"),
            )
            for column, table in (("type_id", "registration_type"), ("delegation_id", "delegation"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_block")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_place_block_edition_id_id")),
    )
    for column in ("edition_id", "type_id", "organization_id", "delegation_id"):
        op.create_index(op.f(f"ix_place_block_{column}"), "place_block", [column])
    for table in IN_BLOCKS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("block_id", BIG_ID, nullable=True))
            batch_op.create_foreign_key(
                op.f(f"fk_{table}_edition_id_place_block"), "place_block", ["edition_id", "block_id"],
                ["edition_id", "id"],
            )  # fmt: skip
            batch_op.create_index(op.f(f"ix_{table}_block_id"), ["block_id"])


def downgrade() -> None:
    for table in IN_BLOCKS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_index(op.f(f"ix_{table}_block_id"))
            batch_op.drop_constraint(op.f(f"fk_{table}_edition_id_place_block"), type_="foreignkey")
            batch_op.drop_column("block_id")
    op.drop_table("place_block")
