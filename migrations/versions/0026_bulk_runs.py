"""What is done to many registrations at once, and what came of each.

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "bulk_run",
        sa.Column("action", _words("bulkaction", "confirm", "decline", "cancel", "type", "language"), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", _words("bulkstatus", "queued", "running", "done", "failed"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("undoes_id", BIG_ID, nullable=True),
        sa.Column("asked_by", BIG_ID, nullable=True),
        sa.Column("via", _words("via", "page", "api", "command", "import", "workflow"), nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        *_common(),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_bulk_run_done_within_total")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_bulk_run_asked_by_account")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_bulk_run_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "undoes_id"],
            ["bulk_run.edition_id", "bulk_run.id"],
            name=op.f("fk_bulk_run_edition_id_undoes_id_bulk_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_run")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_bulk_run_edition_id_id")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_bulk_run_undoes_id")),
    )
    op.create_index("ix_bulk_run_edition_id", "bulk_run", ["edition_id"])
    op.create_table(
        "bulk_row",
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("left_at", sa.Integer(), nullable=True),
        *_common(),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_bulk_row_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "run_id"],
            ["bulk_run.edition_id", "bulk_run.id"],
            name=op.f("fk_bulk_row_edition_id_run_id_bulk_run"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "registration_id"],
            ["registration.edition_id", "registration.id"],
            name=op.f("fk_bulk_row_edition_id_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_row")),
        sa.UniqueConstraint("run_id", "registration_id", name=op.f("uq_bulk_row_run_id_registration_id")),
    )
    op.create_index("ix_bulk_row_edition_id", "bulk_row", ["edition_id"])
    op.create_index("ix_bulk_row_registration_id", "bulk_row", ["registration_id"])


def _common() -> tuple[sa.Column, ...]:
    return (
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
    )


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    op.drop_table("bulk_row")
    op.drop_table("bulk_run")
