"""Checkpoints, devices, scans and who was let in.

Revision ID: 0081
Revises: 0080
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
TABLES = ("checkpoint", "checkpoint_type", "checkin_device", "scan", "admission")
SCAN = "scan"
KINDS = ("door", "session", "coach", "meal", "vip", "hand-out")
MODES = ("once", "in-out")
AREAS = ("closed-sessions", "meals", "dinner", "vip-room", "press-room", "backstage")
DIRECTIONS = ("in", "out")
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
)
WHOLE_SPAN_OR_NONE = (
    "(start_wall IS NOT NULL AND start_zone IS NOT NULL AND start_utc IS NOT NULL AND end_wall IS NOT NULL"
    " AND end_zone IS NOT NULL AND end_utc IS NOT NULL) OR (start_wall IS NULL AND start_zone IS NULL"
    " AND start_utc IS NULL AND end_wall IS NULL AND end_zone IS NULL AND end_utc IS NULL"
    " AND start_fold IS NULL AND end_fold IS NULL)"
)


def upgrade() -> None:
    _create_checkpoint()
    _create_checkpoint_type()
    _create_checkin_device()
    _create_scan()
    _create_admission()
    _forbid_changes()


def downgrade() -> None:
    _allow_changes()
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_checkpoint() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("mode", sa.String(32), nullable=False),
        sa.Column("session_id", BIG_ID, nullable=True),
        sa.Column("coach_run_id", BIG_ID, nullable=True),
        sa.Column("area", sa.String(32), nullable=True),
        sa.Column("delegation_id", BIG_ID, nullable=True),
        sa.Column("vips_only", sa.Boolean(), nullable=False),
        sa.Column("needs_sign_up", sa.Boolean(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("start_wall", sa.DateTime(), nullable=True),
        sa.Column("start_zone", sa.Text(), nullable=True),
        sa.Column("start_fold", sa.SmallInteger(), nullable=True),
        sa.Column("start_utc", INSTANT, nullable=True),
        sa.Column("end_wall", sa.DateTime(), nullable=True),
        sa.Column("end_zone", sa.Text(), nullable=True),
        sa.Column("end_fold", sa.SmallInteger(), nullable=True),
        sa.Column("end_utc", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("(kind = 'coach') = (coach_run_id IS NOT NULL)", name=op.f("ck_checkpoint_run_of_a_coach")),
        sa.CheckConstraint(
            "(kind = 'session') = (session_id IS NOT NULL)", name=op.f("ck_checkpoint_session_of_a_session")
        ),
        sa.CheckConstraint("NOT needs_sign_up OR kind = 'session'", name=op.f("ck_checkpoint_sign_up_for_a_session")),
        sa.CheckConstraint(
            "mode = 'once' OR kind NOT IN ('coach', 'hand-out')", name=op.f("ck_checkpoint_once_in_a_coach")
        ),
        sa.CheckConstraint(WHOLE_SPAN_OR_NONE, name=op.f("ck_checkpoint_whole_span_or_none")),
        sa.CheckConstraint("end_utc > start_utc", name=op.f("ck_checkpoint_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["edition_id", "coach_run_id"],
            ["coach_run.edition_id", "coach_run.id"],
            name=op.f("fk_checkpoint_edition_id_coach_run_id_coach_run"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "delegation_id"],
            ["delegation.edition_id", "delegation.id"],
            name=op.f("fk_checkpoint_edition_id_delegation_id_delegation"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "session_id"],
            ["session.edition_id", "session.id"],
            name=op.f("fk_checkpoint_edition_id_session_id_session"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_checkpoint_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_checkpoint_edition_id_code")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_checkpoint_edition_id_id")),
        sa.CheckConstraint(_one_of("kind", KINDS), name=op.f("ck_checkpoint_checkpointkind")),
        sa.CheckConstraint(_one_of("mode", MODES), name=op.f("ck_checkpoint_passmode")),
        sa.CheckConstraint(_one_of("area", AREAS), name=op.f("ck_checkpoint_area")),
    )
    _index_where("ix_checkpoint_coach_run_id", "checkpoint", ["coach_run_id"], "coach_run_id IS NOT NULL")
    _index_where("ix_checkpoint_delegation_id", "checkpoint", ["delegation_id"], "delegation_id IS NOT NULL")
    op.create_index(op.f("ix_checkpoint_edition_id"), "checkpoint", ["edition_id"])
    _index_where("ix_checkpoint_session_id", "checkpoint", ["session_id"], "session_id IS NOT NULL")


def _create_checkpoint_type() -> None:
    op.create_table(
        "checkpoint_type",
        sa.Column("checkpoint_id", BIG_ID, nullable=False),
        sa.Column("type_id", BIG_ID, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id", "checkpoint_id"],
            ["checkpoint.edition_id", "checkpoint.id"],
            name=op.f("fk_checkpoint_type_edition_id_checkpoint_id_checkpoint"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "type_id"],
            ["registration_type.edition_id", "registration_type.id"],
            name=op.f("fk_checkpoint_type_edition_id_type_id_registration_type"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_checkpoint_type_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint_type")),
        sa.UniqueConstraint("checkpoint_id", "type_id", name=op.f("uq_checkpoint_type_checkpoint_id_type_id")),
    )
    op.create_index(op.f("ix_checkpoint_type_edition_id"), "checkpoint_type", ["edition_id"])
    op.create_index(op.f("ix_checkpoint_type_type_id"), "checkpoint_type", ["type_id"])


def _create_checkin_device() -> None:
    op.create_table(
        "checkin_device",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("checkpoint_id", BIG_ID, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("code_ends_at", INSTANT, nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("paired_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(code_hash IS NULL) = (code_ends_at IS NULL)", name=op.f("ck_checkin_device_code_is_whole")
        ),
        sa.CheckConstraint(
            "(token_hash IS NULL) = (paired_at IS NULL)", name=op.f("ck_checkin_device_pairing_is_whole")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "checkpoint_id"],
            ["checkpoint.edition_id", "checkpoint.id"],
            name=op.f("fk_checkin_device_edition_id_checkpoint_id_checkpoint"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_checkin_device_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_device")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_checkin_device_code_hash")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_checkin_device_edition_id_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_checkin_device_token_hash")),
    )
    op.create_index(op.f("ix_checkin_device_checkpoint_id"), "checkin_device", ["checkpoint_id"])
    op.create_index(op.f("ix_checkin_device_edition_id"), "checkin_device", ["edition_id"])


def _create_scan() -> None:
    op.create_table(
        "scan",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("checkpoint_id", BIG_ID, nullable=False),
        sa.Column("device_id", BIG_ID, nullable=True),
        sa.Column("account_id", BIG_ID, nullable=True),
        sa.Column("registration_id", BIG_ID, nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("direction", sa.String(32), nullable=False),
        sa.Column("result", sa.String(32), nullable=False),
        sa.Column("told", sa.String(32), nullable=True),
        sa.Column("scanned_at", INSTANT, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("counts_at", INSTANT, nullable=False),
        sa.Column("skew", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.CheckConstraint(
            "(registration_id IS NULL) = (result = 'unknown')", name=op.f("ck_scan_unknown_is_of_nobody")
        ),
        sa.CheckConstraint(
            "(device_id IS NULL) <> (account_id IS NULL)", name=op.f("ck_scan_by_a_device_or_an_account")
        ),
        sa.CheckConstraint(
            "(registration_id IS NULL) = (code_hash IS NOT NULL)", name=op.f("ck_scan_of_a_registration_or_unknown")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_scan_account_id_account")),
        sa.ForeignKeyConstraint(
            ["edition_id", "checkpoint_id"],
            ["checkpoint.edition_id", "checkpoint.id"],
            name=op.f("fk_scan_edition_id_checkpoint_id_checkpoint"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "device_id"],
            ["checkin_device.edition_id", "checkin_device.id"],
            name=op.f("fk_scan_edition_id_device_id_checkin_device"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "registration_id"],
            ["registration.edition_id", "registration.id"],
            name=op.f("fk_scan_edition_id_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_scan_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
        sa.CheckConstraint(_one_of("direction", DIRECTIONS), name=op.f("ck_scan_direction")),
        sa.CheckConstraint(_one_of("result", RESULTS), name=op.f("ck_scan_result")),
        sa.CheckConstraint(_one_of("told", RESULTS), name=op.f("ck_scan_told")),
    )
    op.create_index("ix_scan_checkpoint_id", "scan", ["checkpoint_id", "id"])
    _index_where("ix_scan_registration_id", "scan", ["registration_id"], "registration_id IS NOT NULL")
    _index_where("uq_scan_account_nonce", "scan", ["account_id", "nonce"], "account_id IS NOT NULL", unique=True)
    _index_where("uq_scan_device_nonce", "scan", ["device_id", "nonce"], "device_id IS NOT NULL", unique=True)


def _create_admission() -> None:
    op.create_table(
        "admission",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("checkpoint_id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("presence", sa.String(32), nullable=False),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id", "checkpoint_id"],
            ["checkpoint.edition_id", "checkpoint.id"],
            name=op.f("fk_admission_edition_id_checkpoint_id_checkpoint"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "registration_id"],
            ["registration.edition_id", "registration.id"],
            name=op.f("fk_admission_edition_id_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_admission_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission")),
        sa.UniqueConstraint(
            "checkpoint_id", "registration_id", name=op.f("uq_admission_checkpoint_id_registration_id")
        ),
        sa.CheckConstraint(_one_of("presence", DIRECTIONS), name=op.f("ck_admission_presence")),
    )
    op.create_index(op.f("ix_admission_registration_id"), "admission", ["registration_id"])


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def _index_where(name: str, table: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _forbid_changes() -> None:
    """What was scanned was scanned, whoever asks. SQLite replaces rows without asking the trigger of deletion."""
    if op.get_bind().dialect.name == "sqlite":
        for action in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {SCAN}_no_{action} BEFORE {action} ON {SCAN} "
                f"BEGIN SELECT RAISE(ABORT, '{SCAN} is append-only'); END"
            )
        op.execute(
            f"CREATE TRIGGER {SCAN}_no_replace BEFORE INSERT ON {SCAN} "
            f"WHEN EXISTS (SELECT 1 FROM {SCAN} WHERE id = NEW.id) "
            f"BEGIN SELECT RAISE(ABORT, '{SCAN} is append-only'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {SCAN}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SCAN} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {SCAN}_no_change BEFORE UPDATE OR DELETE ON {SCAN} "
        f"FOR EACH ROW EXECUTE FUNCTION {SCAN}_append_only()"
    )


def _allow_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER {SCAN}_no_{action}")
        return
    op.execute(f"DROP TRIGGER {SCAN}_no_change ON {SCAN}")
    op.execute(f"DROP FUNCTION {SCAN}_append_only()")
