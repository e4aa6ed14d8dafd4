"""Rehearsals of check-in: scans and admissions that are kept apart and may be deleted; check-ins that are taken back.

Revision ID: 0092
Revises: 0091
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
SCAN, ADMISSION, REHEARSAL = "scan", "admission", "rehearsal"
ONCE = "uq_admission_checkpoint_id_registration_id"
ONCE_OF_EACH = f"{ONCE}_is_rehearsal"
BEFORE = (
    "passed", "out", "already-in", "not-in", "wrong-time", "wrong-checkpoint", "not-signed-up", "not-confirmed",
    "cancelled", "replaced", "old-code", "full", "departed", "unknown",
)  # fmt: skip
NEW = ("undone", "rehearsal-over")
CHECKS = {
    "kept_while_it_counts": "result <> 'rehearsal-over'",
    "told_by_a_device": "told NOT IN ('undone', 'rehearsal-over')",
}


def upgrade() -> None:
    _create_rehearsal()
    _drop_triggers()
    with op.batch_alter_table(SCAN) as batch:
        batch.add_column(sa.Column("is_rehearsal", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table(SCAN) as batch:
        batch.alter_column("is_rehearsal", server_default=None)
        for name, condition in CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_scan_{name}"), condition)
        _say_results(batch, (*BEFORE, *NEW))
    with op.batch_alter_table(ADMISSION) as batch:
        batch.add_column(sa.Column("is_rehearsal", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table(ADMISSION) as batch:
        batch.alter_column("is_rehearsal", server_default=None)
        batch.drop_constraint(op.f(ONCE), type_="unique")
        batch.create_unique_constraint(op.f(ONCE_OF_EACH), ["checkpoint_id", "registration_id", "is_rehearsal"])
    _forbid(deletes_when="NOT OLD.is_rehearsal")


def downgrade() -> None:
    """What was rehearsed goes. A check-in that was taken back could not be told any more."""
    op.execute(f"DELETE FROM {SCAN} WHERE is_rehearsal")
    op.execute(f"DELETE FROM {ADMISSION} WHERE is_rehearsal")
    _drop_triggers()
    op.execute(f"DELETE FROM {SCAN} WHERE result = 'undone'")
    with op.batch_alter_table(ADMISSION) as batch:
        batch.drop_constraint(op.f(ONCE_OF_EACH), type_="unique")
        batch.create_unique_constraint(op.f(ONCE), ["checkpoint_id", "registration_id"])
        batch.drop_column("is_rehearsal")
    with op.batch_alter_table(SCAN) as batch:
        for name in CHECKS:
            batch.drop_constraint(op.f(f"ck_scan_{name}"), type_="check")
        _say_results(batch, BEFORE)
        batch.drop_column("is_rehearsal")
    _forbid(deletes_when="")
    op.drop_table(REHEARSAL)


def _create_rehearsal() -> None:
    op.create_table(
        REHEARSAL,
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("started_by", BIG_ID, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", BIG_ID, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("ck_rehearsal_ends_after_start")),
        sa.CheckConstraint("ended_by IS NULL OR ended_at IS NOT NULL", name=op.f("ck_rehearsal_ended_by_somebody")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_rehearsal_edition_id_edition")),
        sa.ForeignKeyConstraint(["started_by"], ["account.id"], name=op.f("fk_rehearsal_started_by_account")),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_rehearsal_ended_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsal")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_rehearsal_edition_id_id")),
    )
    op.create_index(op.f("ix_rehearsal_edition_id"), REHEARSAL, ["edition_id"])
    where = sa.text("ended_at IS NULL")
    running = {"unique": True, "sqlite_where": where, "postgresql_where": where}
    op.create_index("uq_rehearsal_running", REHEARSAL, ["edition_id"], **running)


def _say_results(batch: op.BatchOperations, words: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    for column in ("result", "told"):
        batch.drop_constraint(op.f(f"ck_scan_{column}"), type_="check")
        batch.create_check_constraint(op.f(f"ck_scan_{column}"), f"{column} IN ({listed})")


def _drop_triggers() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER {SCAN}_no_{action}")
        return
    op.execute(f"DROP TRIGGER {SCAN}_no_change ON {SCAN}")
    op.execute(f"DROP FUNCTION {SCAN}_append_only()")


def _forbid(*, deletes_when: str) -> None:
    """What was scanned on the day was scanned, whoever asks. SQLite replaces rows without asking the trigger of
    deletion.
    """
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{SCAN} is append-only'); END"
        there = f"WHEN EXISTS (SELECT 1 FROM {SCAN} WHERE id = NEW.id)"
        op.execute(f"CREATE TRIGGER {SCAN}_no_update BEFORE UPDATE ON {SCAN} {refuse}")
        when = f"WHEN {deletes_when} " if deletes_when else ""
        op.execute(f"CREATE TRIGGER {SCAN}_no_delete BEFORE DELETE ON {SCAN} {when}{refuse}")
        op.execute(f"CREATE TRIGGER {SCAN}_no_replace BEFORE INSERT ON {SCAN} {there} {refuse}")
        return
    allowed = f"IF TG_OP = 'DELETE' AND NOT ({deletes_when}) THEN RETURN OLD; END IF; " if deletes_when else ""
    op.execute(
        f"CREATE FUNCTION {SCAN}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {allowed}RAISE EXCEPTION '{SCAN} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {SCAN}_no_change BEFORE UPDATE OR DELETE ON {SCAN} "
        f"FOR EACH ROW EXECUTE FUNCTION {SCAN}_append_only()"
    )
