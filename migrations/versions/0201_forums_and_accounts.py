"""Series and editions, accounts, the audit log, mail and retention.

The first of the baseline migrations, which create the schema of the first release. Numbers up to 0116 belonged to
development versions before it (see forumapp/cli/database.py).

Revision ID: 0201
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from baseline import (
    BIG_ID,
    ERASURE_IS_OPEN,
    INSTANT,
    JSON,
    append_only,
    create_trigger_function,
    drop,
    edition_id,
    enum,
    is_sqlite,
    partial_index,
    refuse_on_sqlite,
    refuse_replacing,
    refuse_truncating,
    row,
    same_edition,
    versioned_row,
)

revision = "0201"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (  # in the order of their references
    "image", "series", "edition", "sponsor_level", "task", "itinerary_settings",
    "account", "recovery_code", "sign_in", "allowance", "rate_count", "idempotency_key", "api_token",
    "token_edition", "edition_access", "access_role",
    "audit_event", "audit_value", "removal",
    "message", "suppressed_address", "mail_text", "mailing", "mail_reminder",
    "retention_rule", "purge_report", "erasure",
    "worker_seen",
)  # fmt: skip
FUNCTIONS = ("audit_event_append_only", "audit_value_append_only", "never_emptied")


def upgrade() -> None:
    create_editions()
    create_accounts()
    create_audit_log()
    create_mail()
    create_retention()
    create_worker()


def downgrade() -> None:
    drop(reversed(TABLES), FUNCTIONS)


def create_editions() -> None:
    op.create_table(
        "image",
        *row(),
        sa.Column("media_type", enum("mediatype", "image/png", "image/jpeg", "image/svg+xml"), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False, index=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("width > 0 AND height > 0", name="has_a_size"),
    )
    op.create_table(
        "series",
        *versioned_row(),
        sa.Column("code", sa.Text(), nullable=False, unique=True),
        sa.Column("name", JSON, nullable=False),
    )
    op.create_table(
        "edition",
        *versioned_row(),
        sa.Column("slug", sa.Text(), nullable=False, unique=True),
        sa.Column("series_id", BIG_ID, sa.ForeignKey("series.id"), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("theme", JSON, nullable=False),
        sa.Column("place", JSON, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("page_size", enum("pagesize", "A4", "Letter"), nullable=False),
        sa.Column("print_blocks", JSON, nullable=False, server_default="[]"),
        sa.Column("accent_color", sa.Text(), nullable=False),
        sa.Column("status", enum("editionstatus", "draft", "open", "closed", "archived"), nullable=False),
        sa.Column("changes_until", sa.Date(), nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("requires_two_factor", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name="ends_on_not_before_starts_on"),
        sa.CheckConstraint("ordinal > 0", name="ordinal_positive"),
        sa.UniqueConstraint("series_id", "ordinal"),
    )
    # Inline: this foreign key has no name on SQLite, and PostgreSQL's own name there.
    op.add_column(
        "edition", sa.Column("logo_id", BIG_ID, sa.ForeignKey("image.id"), nullable=True), inline_references=True
    )
    op.create_table(
        "sponsor_level",
        *versioned_row(),
        edition_id(),
        sa.Column("name", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("edition_id", "position"),
    )
    op.create_table(
        "task",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("title", JSON, nullable=False),
        sa.Column(
            "role",
            enum(
                "role",
                "owner",
                "secretariat",
                "program-manager",
                "protocol-officer",
                "delegation-liaison",
                "registration-desk",
                "print-staff",
                "viewer",
                "check-in-volunteer",
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="done_is_whole"),
        sa.UniqueConstraint("edition_id", "code"),
        sa.Index("ix_task_due", "edition_id", "due_on"),
    )
    op.create_table(
        "itinerary_settings",
        *versioned_row(),
        edition_id(),
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.Column("connection_minutes", sa.Integer(), nullable=False),
        sa.Column("emergency_numbers", JSON, nullable=False),
        sa.Column("consulate", JSON, nullable=False),
        sa.CheckConstraint("connection_minutes BETWEEN 0 AND 1440", name="connection_minutes_in_a_day"),
        sa.CheckConstraint("travel_minutes BETWEEN 0 AND 1440", name="travel_minutes_in_a_day"),
        sa.UniqueConstraint("edition_id"),
    )


def create_accounts() -> None:
    op.create_table(
        "account",
        *versioned_row(),
        sa.Column("email", sa.Text(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("creates_editions", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("link_number", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("invited_at", INSTANT, nullable=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_since", INSTANT, nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=True),
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
    )
    op.create_table(
        "recovery_code",
        *row(),
        sa.Column("account_id", BIG_ID, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("code_hash", sa.Text(), nullable=False, unique=True),
        sa.Column("used_at", INSTANT, nullable=True),
    )
    op.create_table(
        "sign_in",
        *row(),
        sa.Column("account_id", BIG_ID, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("secret_hash", sa.Text(), nullable=False, unique=True),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
    )
    op.create_table(
        "allowance",
        *row(),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.CheckConstraint("spent >= 0", name="spent_not_negative"),
    )
    op.create_table(
        "rate_count",
        *row(),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False, index=True),
        sa.CheckConstraint("count >= 0", name="count_not_negative"),
    )
    op.create_table(
        "idempotency_key",
        *row(),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.UniqueConstraint("caller", "method", "path", "key"),
    )
    op.create_table(
        "api_token",
        *row(),
        sa.Column("account_id", BIG_ID, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False, unique=True),
        sa.Column("scopes", JSON, nullable=False, server_default='["admin"]'),
        sa.Column("every_edition", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
    )
    op.create_table(
        "token_edition",
        *row(),
        edition_id(),
        sa.Column("token_id", BIG_ID, sa.ForeignKey("api_token.id"), nullable=False),
        sa.UniqueConstraint("token_id", "edition_id"),
    )
    op.create_table(
        "edition_access",
        *versioned_row(),
        edition_id(),
        sa.Column("account_id", BIG_ID, sa.ForeignKey("account.id"), nullable=False),
        sa.UniqueConstraint("account_id", "edition_id"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "access_role",
        *row(),
        edition_id(),
        sa.Column("access_id", BIG_ID, nullable=False),
        sa.Column(
            "role",
            enum(
                "role",
                "owner",
                "secretariat",
                "program-manager",
                "protocol-officer",
                "delegation-liaison",
                "registration-desk",
                "print-staff",
                "viewer",
                "check-in-volunteer",
            ),
            nullable=False,
        ),
        same_edition("access_id", "edition_access"),
        sa.UniqueConstraint("access_id", "role"),
    )


def create_audit_log() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("via", enum("via", "page", "api", "command", "import", "workflow"), nullable=False),
        sa.Column("token_id", BIG_ID, nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", BIG_ID, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("fields", JSON, nullable=False),
        sa.Index("ix_audit_event_edition", "edition_id", "id"),
        sa.Index("ix_audit_event_record", "entity", "entity_id"),
    )
    op.create_table(
        "audit_value",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("event_id", BIG_ID, sa.ForeignKey("audit_event.id"), nullable=False, index=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
    )
    op.create_table(
        "removal",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("edition_id", BIG_ID, sa.ForeignKey("edition.id"), nullable=True),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", BIG_ID, nullable=False),
        sa.Column("delegation_id", BIG_ID, nullable=True),
        sa.Column("label", JSON, nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("rows", JSON, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=False),
        sa.Column("removed_by", BIG_ID, nullable=True),
        sa.Column("restored_at", INSTANT, nullable=True),
        sa.Index("ix_removal_edition", "edition_id", "removed_at"),
    )
    protect_audit_log()


def create_mail() -> None:
    op.create_table(
        "message",
        *row(),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("edition_id", BIG_ID, nullable=True, index=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("about_id", BIG_ID, nullable=True),
        sa.Column("mailing_id", BIG_ID, nullable=True),
        sa.Column("telling_id", BIG_ID, nullable=True),
        sa.Column("is_one_of_many", sa.Boolean(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("state", enum("messagestate", "queued", "sent", "failed", "stopped", "suppressed"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Index("ix_message_about", "about", "about_id"),
        sa.Index("ix_message_due", "state", "due_at"),
        partial_index("ix_message_mailing_id", "mailing_id IS NOT NULL", "mailing_id"),
        partial_index("ix_message_telling_id", "telling_id IS NOT NULL", "telling_id"),
    )
    op.create_table(
        "suppressed_address",
        *row(),
        sa.Column("address_key", sa.Text(), nullable=False, unique=True),
        sa.Column("why", enum("suppressed", "bounced", "marked", "unsubscribed"), nullable=False),
    )
    op.create_table(
        "mail_text",
        *versioned_row(),
        edition_id(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", JSON, nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.UniqueConstraint("edition_id", "kind"),
    )
    op.create_table(
        "mailing",
        *versioned_row(),
        edition_id(),
        sa.Column("subject", JSON, nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("filters", JSON, nullable=False),
        sa.Column("status", enum("mailingstatus", "draft", "sending", "sent", "stopped"), nullable=False),
        sa.Column("started_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("reached_id", BIG_ID, nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.CheckConstraint("asked >= 0", name="asked_not_negative"),
    )
    op.create_table(
        "mail_reminder",
        *versioned_row(),
        edition_id(),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("at_time", sa.Text(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("is_missed", sa.Boolean(), nullable=False),
        sa.Column("reached_id", BIG_ID, nullable=False),
        sa.CheckConstraint("days_before >= 0", name="before_it_begins"),
        sa.UniqueConstraint("edition_id", "days_before", "at_time"),
    )


def create_retention() -> None:
    op.create_table(
        "retention_rule",
        *versioned_row(),
        edition_id(),
        sa.Column(
            "kind", enum("kind", "diet", "flights", "files", "officials", "contacts", "identity"), nullable=False
        ),
        sa.Column("purge_on", sa.Date(), nullable=False),
        sa.UniqueConstraint("edition_id", "kind"),
    )
    op.create_table(
        "purge_report",
        *row(),
        edition_id(),
        sa.Column(
            "kind", enum("kind", "diet", "flights", "files", "officials", "contacts", "identity"), nullable=False
        ),
        sa.Column("purged_at", INSTANT, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
    )
    op.create_table(
        "erasure",
        *row(),
        sa.Column("person_id", BIG_ID, nullable=False, index=True),
        sa.Column("asked_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
    )


def create_worker() -> None:
    op.create_table(
        "worker_seen",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("instance", sa.Text(), nullable=True),
    )


def protect_audit_log() -> None:
    """Events can change during an erasure only; values can be emptied. Neither can be deleted."""
    append_only("audit_event", update_if=ERASURE_IS_OPEN)
    refusal = "audit_value is append-only; it can be emptied"
    equals = "IS" if is_sqlite() else "="
    unchanged = " AND ".join(f"NEW.{column} {equals} OLD.{column}" for column in ("id", "event_id", "field"))
    is_emptied = f"{unchanged} AND NEW.before IS NULL AND NEW.after IS NULL"
    if is_sqlite():
        refuse_on_sqlite("audit_value_no_update", "BEFORE UPDATE ON audit_value", refusal, f"NOT ({is_emptied})")
        refuse_on_sqlite("audit_value_no_delete", "BEFORE DELETE ON audit_value", refusal)
    else:
        body = f"IF TG_OP = 'UPDATE' AND {is_emptied} THEN RETURN NEW; END IF; RAISE EXCEPTION '{refusal}';"
        event = "BEFORE UPDATE OR DELETE ON audit_value"
        create_trigger_function("audit_value_no_change", event, body, function="audit_value_append_only")
        op.execute(
            "CREATE FUNCTION never_emptied() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    for table in ("audit_event", "audit_value"):
        refuse_replacing(table)
        refuse_truncating(table)
