"""Codes of VIPs that were scanned, for whoever looks after them.

Revision ID: 0098
Revises: 0097
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0098"
down_revision = "0097"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TABLE = "vip_alert"
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
        TABLE,
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("checkpoint_id", BIG_ID, nullable=False),
        sa.Column("officer_id", BIG_ID, nullable=False),
        sa.Column("result", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.Column("seen_by", BIG_ID, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name=op.f("ck_vip_alert_seen_by_somebody")),
        sa.CheckConstraint(f"result IN ({words})", name=op.f("ck_vip_alert_result")),
        _of_edition("registration"),
        _of_edition("checkpoint"),
        sa.ForeignKeyConstraint(["officer_id"], ["account.id"], name=op.f("fk_vip_alert_officer_id_account")),
        sa.ForeignKeyConstraint(["seen_by"], ["account.id"], name=op.f("fk_vip_alert_seen_by_account")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_vip_alert_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vip_alert")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_vip_alert_edition_id_id")),
    )
    for column in ("edition_id", "registration_id", "checkpoint_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    op.create_index("ix_vip_alert_officer", TABLE, ["officer_id", "edition_id"])
    _one_where("uq_vip_alert_come", "result = 'passed'", "registration_id", "day")
    _one_where("uq_vip_alert_refused", "result <> 'passed'", "registration_id", "day", "checkpoint_id", "result")


def downgrade() -> None:
    op.drop_table(TABLE)


def _of_edition(table: str) -> sa.ForeignKeyConstraint:
    key = op.f(f"fk_vip_alert_edition_id_{table}_id_{table}")
    return sa.ForeignKeyConstraint(["edition_id", f"{table}_id"], [f"{table}.edition_id", f"{table}.id"], name=key)


def _one_where(name: str, condition: str, *columns: str) -> None:
    where = sa.text(condition)
    op.create_index(name, TABLE, [*columns], unique=True, sqlite_where=where, postgresql_where=where)
