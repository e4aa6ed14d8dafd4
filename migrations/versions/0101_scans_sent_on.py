"""Who sent a scan that another device or account had kept.

Revision ID: 0101
Revises: 0100
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SCAN, DEVICE, ACCOUNT = "scan", "sent_by_device_id", "sent_by_account_id"
BY_ONE = "ck_scan_sent_by_one"
OF_DEVICE, OF_ACCOUNT = f"fk_scan_edition_id_{DEVICE}_checkin_device", f"fk_scan_{ACCOUNT}_account"


def upgrade() -> None:
    _allow_changes()
    with op.batch_alter_table(SCAN) as batch:
        for column in (DEVICE, ACCOUNT):
            batch.add_column(sa.Column(column, BIG_ID, nullable=True))
        batch.create_check_constraint(op.f(BY_ONE), f"{DEVICE} IS NULL OR {ACCOUNT} IS NULL")
        ids = ["edition_id", "id"]
        batch.create_foreign_key(op.f(OF_DEVICE), "checkin_device", ["edition_id", DEVICE], ids)
        batch.create_foreign_key(op.f(OF_ACCOUNT), "account", [ACCOUNT], ["id"])
    _forbid_changes()


def downgrade() -> None:
    _allow_changes()
    with op.batch_alter_table(SCAN) as batch:
        for name, kind in ((BY_ONE, "check"), (OF_DEVICE, "foreignkey"), (OF_ACCOUNT, "foreignkey")):
            batch.drop_constraint(op.f(name), type_=kind)
        for column in (DEVICE, ACCOUNT):
            batch.drop_column(column)
    _forbid_changes()


def _allow_changes() -> None:
    """On SQLite the table is made anew, and its triggers go with the old one."""
    if op.get_bind().dialect.name == "sqlite":
        for action in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER {SCAN}_no_{action}")


def _forbid_changes() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, '{SCAN} is append-only'); END"
    there = f"WHEN EXISTS (SELECT 1 FROM {SCAN} WHERE id = NEW.id)"
    op.execute(f"CREATE TRIGGER {SCAN}_no_update BEFORE UPDATE ON {SCAN} {refuse}")
    op.execute(f"CREATE TRIGGER {SCAN}_no_delete BEFORE DELETE ON {SCAN} WHEN NOT OLD.is_rehearsal {refuse}")
    op.execute(f"CREATE TRIGGER {SCAN}_no_replace BEFORE INSERT ON {SCAN} {there} {refuse}")
