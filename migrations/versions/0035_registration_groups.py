"""People whom one contact registers.

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "registration_group",
        sa.Column("type_id", BIG_ID, nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("apart", sa.Integer(), nullable=False),
        sa.Column("outcome", JSON, nullable=False),
        sa.Column("form_key", sa.Text(), nullable=True),
        sa.Column("agreed", JSON, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("apart >= 0", name=op.f("ck_registration_group_apart_not_negative")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_registration_group_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "type_id"],
            ["registration_type.edition_id", "registration_type.id"],
            name=op.f("fk_registration_group_edition_id_registration_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_group")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_registration_group_edition_id_id")),
        sa.UniqueConstraint("edition_id", "form_key", name=op.f("uq_registration_group_edition_id_form_key")),
    )
    for column in ("edition_id", "type_id"):
        op.create_index(op.f(f"ix_registration_group_{column}"), "registration_group", [column])
    op.create_index("ix_registration_group_email", "registration_group", ["email", "created_at"])
    with op.batch_alter_table("registration") as batch:
        batch.add_column(sa.Column("group_id", BIG_ID, nullable=True))
        batch.create_foreign_key(
            op.f("fk_registration_edition_id_registration_group"), "registration_group", ["edition_id", "group_id"],
            ["edition_id", "id"],
        )  # fmt: skip
        batch.create_index(op.f("ix_registration_group_id"), ["group_id"])


def downgrade() -> None:
    with op.batch_alter_table("registration") as batch:
        batch.drop_index(op.f("ix_registration_group_id"))
        batch.drop_constraint(op.f("fk_registration_edition_id_registration_group"), type_="foreignkey")
        batch.drop_column("group_id")
    op.drop_table("registration_group")
