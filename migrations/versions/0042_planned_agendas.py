"""Publishing the agenda at a set time.

Revision ID: 0042
Revises: 0041
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("status = 'planned'")


def upgrade() -> None:
    states = ("planned", "published", "stopped", "taken-back")
    op.create_table(
        "agenda_plan",
        sa.Column("at_wall", sa.DateTime(), nullable=False),
        sa.Column("at_zone", sa.Text(), nullable=False),
        sa.Column("at_utc", INSTANT, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("note", JSON, nullable=False),
        sa.Column("tell", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*states, name="planstatus", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("set_by", BIG_ID, nullable=True),
        sa.Column("token_id", BIG_ID, nullable=True),
        sa.Column("stopped_by", sa.Text(), nullable=False),
        sa.Column("blocking", sa.Integer(), nullable=False),
        sa.Column("version_id", BIG_ID, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(status = 'published') = (version_id IS NOT NULL)", name=op.f("ck_agenda_plan_published_is_a_version")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_agenda_plan_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "version_id"],
            ["agenda_version.edition_id", "agenda_version.id"],
            name=op.f("fk_agenda_plan_edition_id_agenda_version"),
        ),
        sa.ForeignKeyConstraint(["set_by"], ["account.id"], name=op.f("fk_agenda_plan_set_by_account")),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name=op.f("fk_agenda_plan_token_id_api_token")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_plan")),
    )
    op.create_index(op.f("ix_agenda_plan_edition_id"), "agenda_plan", ["edition_id"])
    op.create_index(
        "uq_agenda_plan_open", "agenda_plan", ["edition_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    op.drop_table("agenda_plan")
