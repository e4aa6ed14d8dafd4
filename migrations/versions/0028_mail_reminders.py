"""Those who have a place are reminded at set times before the forum.

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "mail_reminder",
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("at_time", sa.Text(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("is_missed", sa.Boolean(), nullable=False),
        sa.Column("reached_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.CheckConstraint("days_before >= 0", name=op.f("ck_mail_reminder_before_it_begins")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_mail_reminder_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_reminder")),
        sa.UniqueConstraint(
            "edition_id", "days_before", "at_time", name=op.f("uq_mail_reminder_edition_id_days_before_at_time")
        ),
    )
    op.create_index(op.f("ix_mail_reminder_edition_id"), "mail_reminder", ["edition_id"])


def downgrade() -> None:
    op.drop_table("mail_reminder")
