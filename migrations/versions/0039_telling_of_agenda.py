"""Telling those whom a version of the agenda concerns.

Revision ID: 0039
Revises: 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "agenda_telling",
        sa.Column("version_id", BIG_ID, nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "telling",
                "told",
                "failed",
                name="tellingstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("without_address", sa.Integer(), nullable=False),
        sa.Column("reached_id", BIG_ID, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("asked >= 0 AND without_address >= 0", name=op.f("ck_agenda_telling_counts_not_negative")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_agenda_telling_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "version_id"],
            ["agenda_version.edition_id", "agenda_version.id"],
            name=op.f("fk_agenda_telling_edition_id_agenda_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_telling")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_agenda_telling_edition_id_id")),
        sa.UniqueConstraint("version_id", name=op.f("uq_agenda_telling_version_id")),
    )
    op.create_index(op.f("ix_agenda_telling_edition_id"), "agenda_telling", ["edition_id"])
    op.add_column("message", sa.Column("telling_id", BIG_ID, nullable=True))
    op.create_index(op.f("ix_message_telling_id"), "message", ["telling_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_message_telling_id"), table_name="message")
    with op.batch_alter_table("message") as batch:
        batch.drop_column("telling_id")
    op.drop_table("agenda_telling")
