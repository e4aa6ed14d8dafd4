"""Many are set down at once as having come, or not; what stations did on their own is looked at.

Revision ID: 0099
Revises: 0098
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0099"
down_revision = "0098"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
BEFORE = ("confirm", "decline", "cancel", "type", "language", "remind", "tell")
ACTION = "ck_bulk_run_bulkaction"
REVIEW = "scan_review"


def upgrade() -> None:
    op.create_table(
        REVIEW,
        sa.Column("scan_id", BIG_ID, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewed_by", BIG_ID, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f(f"fk_{REVIEW}_scan_id_scan")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["account.id"], name=op.f(f"fk_{REVIEW}_reviewed_by_account")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f(f"fk_{REVIEW}_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{REVIEW}")),
        sa.UniqueConstraint("scan_id", name=op.f(f"uq_{REVIEW}_scan_id")),
    )
    op.create_index(op.f(f"ix_{REVIEW}_edition_id"), REVIEW, ["edition_id"])
    _allow(*BEFORE, "attendance")


def downgrade() -> None:
    # What they set stays in the log; without the action it can't be undone any more.
    op.execute("DELETE FROM bulk_row WHERE run_id IN (SELECT id FROM bulk_run WHERE action = 'attendance')")
    op.execute("DELETE FROM bulk_run WHERE action = 'attendance'")
    _allow(*BEFORE)
    op.drop_table(REVIEW)


def _allow(*words: str) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table("bulk_run") as batch:
        batch.drop_constraint(op.f(ACTION), type_="check")
        batch.create_check_constraint(op.f(ACTION), sa.text(f"action IN ({listed})"))
