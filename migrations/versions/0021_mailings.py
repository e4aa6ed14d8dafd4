"""Organizers write to many registrations at once.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
STATES = ("queued", "sent", "failed")


def upgrade() -> None:
    op.create_table(
        "mailing",
        sa.Column("subject", JSON, nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("filters", JSON, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "sending", "sent", "stopped",
                name="mailingstatus", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("started_by", BIG_ID, nullable=True),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("reached_id", BIG_ID, nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.CheckConstraint("asked >= 0", name=op.f("ck_mailing_asked_not_negative")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_mailing_edition_id_edition")),
        sa.ForeignKeyConstraint(["started_by"], ["account.id"], name=op.f("fk_mailing_started_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
    )  # fmt: skip
    op.create_index(op.f("ix_mailing_edition_id"), "mailing", ["edition_id"])
    op.add_column("message", sa.Column("mailing_id", BIG_ID, nullable=True))
    op.create_index(op.f("ix_message_mailing_id"), "message", ["mailing_id"])
    _allow((*STATES, "stopped", "suppressed"))


def _allow(states: tuple[str, ...]) -> None:
    words = ", ".join(f"'{state}'" for state in states)
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_constraint(op.f("ck_message_messagestate"), type_="check")
        batch_op.create_check_constraint(op.f("ck_message_messagestate"), f"state IN ({words})")


def downgrade() -> None:
    op.execute("UPDATE message SET state = 'failed' WHERE state IN ('stopped', 'suppressed')")
    _allow(STATES)
    op.drop_index(op.f("ix_message_mailing_id"), "message")
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_column("mailing_id")
    op.drop_table("mailing")
