"""An option of a form may have places of its own.

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "choice_places",
        sa.Column("type_id", BIG_ID, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("option", sa.Text(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_choice_places_taken_not_negative")),
        sa.CheckConstraint("taken <= quota", name=op.f("ck_choice_places_taken_within_quota")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_choice_places_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "type_id"],
            ["registration_type.edition_id", "registration_type.id"],
            name=op.f("fk_choice_places_edition_id_registration_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice_places")),
        sa.UniqueConstraint("type_id", "question", "option", name=op.f("uq_choice_places_type_id_question_option")),
    )
    for column in ("edition_id", "type_id"):
        op.create_index(op.f(f"ix_choice_places_{column}"), "choice_places", [column])
    op.add_column(
        "registration_type", sa.Column("counts_choices", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("registration_type", "counts_choices")
    op.drop_table("choice_places")
