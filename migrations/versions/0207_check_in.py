"""Checkpoints, devices, scans, VIP alerts and rehearsals.

Revision ID: 0207
Revises: 0206
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from baseline import (
    BIG_ID,
    INSTANT,
    JSON,
    append_only,
    drop,
    edition_id,
    enum,
    partial_index,
    refuse_replacing,
    row,
    same_edition,
    time_span,
    versioned_row,
)

revision = "0207"
down_revision = "0206"
branch_labels = None
depends_on = None

TABLES = (  # in the order of their references
    "checkpoint", "checkpoint_type", "checkin_device", "rehearsal",
    "scan", "scan_review", "forced_pass", "admission", "vip_alert",
)  # fmt: skip
FUNCTIONS = ("scan_append_only",)
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
    create_checkpoints()
    create_scans()


def downgrade() -> None:
    drop(reversed(TABLES), FUNCTIONS)


def create_checkpoints() -> None:
    op.create_table(
        "checkpoint",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column(
            "kind", enum("checkpointkind", "door", "session", "coach", "meal", "vip", "hand-out"), nullable=False
        ),
        sa.Column("mode", enum("passmode", "once", "in-out"), nullable=False),
        sa.Column("session_id", BIG_ID, nullable=True),
        sa.Column("coach_run_id", BIG_ID, nullable=True),
        sa.Column(
            "area",
            enum("area", "closed-sessions", "meals", "dinner", "vip-room", "press-room", "backstage"),
            nullable=True,
        ),
        sa.Column("delegation_id", BIG_ID, nullable=True),
        sa.Column("vips_only", sa.Boolean(), nullable=False),
        sa.Column("needs_sign_up", sa.Boolean(), nullable=False),
        sa.Column("per_five_minutes", sa.Integer(), nullable=True),
        *time_span(is_optional=True),
        sa.CheckConstraint("mode = 'once' OR kind NOT IN ('coach', 'hand-out')", name="once_in_a_coach"),
        sa.CheckConstraint("(kind = 'coach') = (coach_run_id IS NOT NULL)", name="run_of_a_coach"),
        sa.CheckConstraint("(kind = 'session') = (session_id IS NOT NULL)", name="session_of_a_session"),
        sa.CheckConstraint("NOT needs_sign_up OR kind = 'session'", name="sign_up_for_a_session"),
        sa.CheckConstraint("per_five_minutes > 0", name="takes_somebody"),
        same_edition("coach_run_id", "coach_run"),
        same_edition("delegation_id", "delegation"),
        same_edition("session_id", "session"),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "id"),
        partial_index("ix_checkpoint_coach_run_id", "coach_run_id IS NOT NULL", "coach_run_id"),
        partial_index("ix_checkpoint_delegation_id", "delegation_id IS NOT NULL", "delegation_id"),
        partial_index("ix_checkpoint_session_id", "session_id IS NOT NULL", "session_id"),
    )
    op.create_table(
        "checkpoint_type",
        *row(),
        edition_id(),
        sa.Column("checkpoint_id", BIG_ID, nullable=False),
        sa.Column("type_id", BIG_ID, nullable=False, index=True),
        same_edition("checkpoint_id", "checkpoint"),
        same_edition("type_id", "registration_type"),
        sa.UniqueConstraint("checkpoint_id", "type_id"),
    )
    op.create_table(
        "checkin_device",
        *versioned_row(),
        edition_id(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("checkpoint_id", BIG_ID, nullable=False, index=True),
        sa.Column("code_hash", sa.Text(), nullable=True, unique=True),
        sa.Column("code_ends_at", INSTANT, nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=True, unique=True),
        sa.Column("paired_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.CheckConstraint("(code_hash IS NULL) = (code_ends_at IS NULL)", name="code_is_whole"),
        sa.CheckConstraint("(token_hash IS NULL) = (paired_at IS NULL)", name="pairing_is_whole"),
        same_edition("checkpoint_id", "checkpoint"),
        sa.UniqueConstraint("edition_id", "id"),
        partial_index("ix_checkin_device_name", "revoked_at IS NULL", "edition_id", "name", unique=True),
    )
    op.create_table(
        "rehearsal",
        *versioned_row(),
        edition_id(),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("started_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.CheckConstraint("ended_by IS NULL OR ended_at IS NOT NULL", name="ended_by_somebody"),
        sa.CheckConstraint("ended_at >= started_at", name="ends_after_start"),
        sa.UniqueConstraint("edition_id", "id"),
        partial_index("uq_rehearsal_running", "ended_at IS NULL", "edition_id", unique=True),
    )


def create_scans() -> None:
    op.create_table(
        "scan",
        edition_id(index=False),
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("checkpoint_id", BIG_ID, nullable=False),
        sa.Column("is_rehearsal", sa.Boolean(), nullable=False),
        sa.Column("device_id", BIG_ID, nullable=True),
        sa.Column("account_id", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("sent_by_device_id", BIG_ID, nullable=True),
        sa.Column("sent_by_account_id", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("registration_id", BIG_ID, nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("direction", enum("direction", "in", "out"), nullable=False),
        sa.Column(
            "result",
            enum("result", *RESULTS),
            nullable=False,
        ),
        sa.Column(
            "told",
            enum("told", *RESULTS),
            nullable=True,
        ),
        sa.Column("scanned_at", INSTANT, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("counts_at", INSTANT, nullable=False),
        sa.Column("skew", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.CheckConstraint("(device_id IS NULL) <> (account_id IS NULL)", name="by_a_device_or_an_account"),
        sa.CheckConstraint("result <> 'rehearsal-over'", name="kept_while_it_counts"),
        sa.CheckConstraint("(registration_id IS NULL) = (code_hash IS NOT NULL)", name="of_a_registration_or_unknown"),
        sa.CheckConstraint("sent_by_device_id IS NULL OR sent_by_account_id IS NULL", name="sent_by_one"),
        sa.CheckConstraint("told NOT IN ('undone', 'rehearsal-over')", name="told_by_a_device"),
        sa.CheckConstraint("(registration_id IS NULL) = (result = 'unknown')", name="unknown_is_of_nobody"),
        same_edition("checkpoint_id", "checkpoint"),
        same_edition("device_id", "checkin_device"),
        same_edition("registration_id", "registration"),
        same_edition("sent_by_device_id", "checkin_device"),
        sa.Index("ix_scan_checkpoint_id", "checkpoint_id", "id"),
        partial_index("ix_scan_registration_id", "registration_id IS NOT NULL", "registration_id"),
        partial_index("ix_scan_told", "told IS NOT NULL", "checkpoint_id", "registration_id"),
        partial_index("ix_scan_undone", "result = 'undone'", "checkpoint_id", "registration_id"),
        partial_index("uq_scan_account_nonce", "account_id IS NOT NULL", "account_id", "nonce", unique=True),
        partial_index("uq_scan_device_nonce", "device_id IS NOT NULL", "device_id", "nonce", unique=True),
    )
    op.create_table(
        "scan_review",
        *row(),
        edition_id(),
        sa.Column("scan_id", BIG_ID, sa.ForeignKey("scan.id"), nullable=False, unique=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewed_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
    )
    op.create_table(
        "forced_pass",
        *row(),
        edition_id(),
        sa.Column("scan_id", BIG_ID, sa.ForeignKey("scan.id", ondelete="CASCADE"), nullable=False, unique=True),
        sa.Column(
            "refused",
            enum("refused", *RESULTS),
            nullable=False,
        ),
        sa.Column("authorized_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("authorized_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(authorized_by IS NULL) = (authorized_name IS NOT NULL)", name="one_authorizer"),
    )
    op.create_table(
        "admission",
        edition_id(index=False),
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("checkpoint_id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False, index=True),
        sa.Column("is_rehearsal", sa.Boolean(), nullable=False),
        sa.Column("presence", enum("presence", "in", "out"), nullable=False),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        same_edition("checkpoint_id", "checkpoint"),
        same_edition("registration_id", "registration"),
        sa.UniqueConstraint("checkpoint_id", "registration_id", "is_rehearsal"),
    )
    op.create_table(
        "vip_alert",
        *row(),
        edition_id(),
        sa.Column("registration_id", BIG_ID, nullable=False, index=True),
        sa.Column("checkpoint_id", BIG_ID, nullable=False, index=True),
        sa.Column("officer_id", BIG_ID, sa.ForeignKey("account.id"), nullable=False),
        sa.Column(
            "result",
            enum("result", *RESULTS),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.Column("seen_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name="seen_by_somebody"),
        same_edition("checkpoint_id", "checkpoint"),
        same_edition("registration_id", "registration"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.Index("ix_vip_alert_officer", "officer_id", "edition_id"),
        partial_index("uq_vip_alert_come", "result = 'passed'", "registration_id", "day", unique=True),
        partial_index(
            "uq_vip_alert_refused",
            "result <> 'passed'",
            "registration_id",
            "day",
            "checkpoint_id",
            "result",
            unique=True,
        ),
    )
    append_only("scan", delete_if="OLD.is_rehearsal")
    refuse_replacing("scan")
