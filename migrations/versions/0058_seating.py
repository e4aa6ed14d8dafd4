"""Plans of seats, and who sits there.

Revision ID: 0058
Revises: 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "seating_plan",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("session_id", BIG_ID, nullable=True),
        sa.Column("shape", sa.String(32), nullable=False),
        sa.Column("convention", sa.String(32), nullable=False),
        sa.Column("list_id", BIG_ID, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("shape IN ('stage', 'tables')", name=op.f("ck_seating_plan_shape")),
        sa.CheckConstraint("convention IN ('foreign-affairs', 'domestic')", name=op.f("ck_seating_plan_convention")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_seating_plan_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "session_id"],
            ["session.edition_id", "session.id"],
            name=op.f("fk_seating_plan_edition_id_session"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "list_id"],
            ["precedence_list.edition_id", "precedence_list.id"],
            name=op.f("fk_seating_plan_edition_id_precedence_list"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seating_plan")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_seating_plan_edition_id_id")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_seating_plan_edition_id_code")),
    )
    op.create_index(op.f("ix_seating_plan_edition_id"), "seating_plan", ["edition_id"])
    op.create_table(
        "seat",
        sa.Column("plan_id", BIG_ID, nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_seat_edition_id_edition")),
        sa.CheckConstraint("tier > 0 AND number > 0", name=op.f("ck_seat_counted_from_one")),
        sa.ForeignKeyConstraint(
            ["edition_id", "plan_id"],
            ["seating_plan.edition_id", "seating_plan.id"],
            name=op.f("fk_seat_edition_id_seating_plan"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_seat_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_seat_edition_id_id")),
        sa.UniqueConstraint("plan_id", "tier", "number", name=op.f("uq_seat_plan_id_tier_number")),
        sa.UniqueConstraint("plan_id", "person_id", name=op.f("uq_seat_plan_id_person_id")),
    )
    for column in ("edition_id", "person_id"):
        op.create_index(op.f(f"ix_seat_{column}"), "seat", [column])


def downgrade() -> None:
    op.drop_table("seat")
    op.drop_table("seating_plan")
