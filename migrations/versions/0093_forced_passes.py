"""Whom the team let in although the rules refused them.

Revision ID: 0093
Revises: 0092
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
RESULTS = (
    "passed",
    "out",
    "already-in",
    "not-in",
    "wrong-time",
    "wrong-checkpoint",
    "not-signed-up",
    "not-confirmed",
    "cancelled",
    "replaced",
    "old-code",
    "full",
    "departed",
    "unknown",
    "undone",
    "rehearsal-over",
)


def upgrade() -> None:
    words = ", ".join(repr(word) for word in RESULTS)
    op.create_table(
        "forced_pass",
        sa.Column("scan_id", BIG_ID, nullable=False),
        sa.Column("refused", sa.String(32), nullable=False),
        sa.Column("authorized_by", BIG_ID, nullable=True),
        sa.Column("authorized_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(authorized_by IS NULL) = (authorized_name IS NOT NULL)", name=op.f("ck_forced_pass_one_authorizer")
        ),
        sa.CheckConstraint(f"refused IN ({words})", name=op.f("ck_forced_pass_refused")),
        sa.ForeignKeyConstraint(["authorized_by"], ["account.id"], name=op.f("fk_forced_pass_authorized_by_account")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_forced_pass_edition_id_edition")),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f("fk_forced_pass_scan_id_scan"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forced_pass")),
        sa.UniqueConstraint("scan_id", name=op.f("uq_forced_pass_scan_id")),
    )
    op.create_index(op.f("ix_forced_pass_edition_id"), "forced_pass", ["edition_id"])


def downgrade() -> None:
    op.drop_table("forced_pass")
