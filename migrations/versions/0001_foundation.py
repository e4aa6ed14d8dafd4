"""The tables of a forum, from series to print jobs.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

# What is written once and never changed again, whoever asks.
APPEND_ONLY = ("agenda_version", "audit_event")


def forbid_changes(table: str) -> None:
    """A trigger that refuses UPDATE and DELETE."""
    if op.get_bind().dialect.name == "sqlite":
        for action in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )


def allow_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{action}")
        return
    op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
    op.execute(f"DROP FUNCTION {table}_append_only()")


def number_without_holes() -> None:
    """A trigger that lets a new version of an agenda have the next number of its edition alone."""
    number = "(SELECT coalesce(max(number), 0) + 1 FROM agenda_version WHERE edition_id = NEW.edition_id)"
    refusal = "agenda_version must have the next number"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER agenda_version_next_number BEFORE INSERT ON agenda_version "
            f"WHEN NEW.number <> {number} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION agenda_version_next_number() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NEW.number <> {number} THEN RAISE EXCEPTION '{refusal}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER agenda_version_next_number BEFORE INSERT ON agenda_version "
        "FOR EACH ROW EXECUTE FUNCTION agenda_version_next_number()"
    )


def allow_holes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER agenda_version_next_number")
        return
    op.execute("DROP TRIGGER agenda_version_next_number ON agenda_version")
    op.execute("DROP FUNCTION agenda_version_next_number()")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column(
            "via",
            sa.Enum(
                "page",
                "api",
                "command",
                "import",
                "workflow",
                name="via",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", BIG_ID, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("fields", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index("ix_audit_event_edition", ["edition_id", "id"], unique=False)
        batch_op.create_index("ix_audit_event_record", ["entity", "entity_id"], unique=False)

    op.create_table(
        "idempotency_key",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("caller", "method", "path", "key", name=op.f("uq_idempotency_key_caller_method_path_key")),
    )
    op.create_table(
        "message",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("about_id", BIG_ID, nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued", "sent", "failed", name="messagestate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_due", ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "organization",
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("legal", JSON, nullable=False),
        sa.Column("short", JSON, nullable=False),
        sa.Column("abbreviation", JSON, nullable=False),
        sa.Column("parent_id", BIG_ID, nullable=True),
        sa.Column("country_region", sa.Text(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "government",
                "association",
                "company",
                "education",
                "media",
                "other",
                name="organizationkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_organization_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organization.id"], name=op.f("fk_organization_parent_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
        sa.UniqueConstraint("code", name=op.f("uq_organization_code")),
    )
    op.create_table(
        "person",
        sa.Column("native_full", sa.Text(), nullable=False),
        sa.Column("native_family", sa.Text(), nullable=False),
        sa.Column("native_given", sa.Text(), nullable=False),
        sa.Column("native_language", sa.Text(), nullable=False),
        sa.Column("latin_family", sa.Text(), nullable=False),
        sa.Column("latin_given", sa.Text(), nullable=False),
        sa.Column(
            "name_order",
            sa.Enum(
                "family-first", "given-first", name="nameorder", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("call_name", sa.Text(), nullable=False),
        sa.Column("form_of_address", JSON, nullable=False),
        sa.Column("pronunciation", sa.Text(), nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("wechat", sa.Text(), nullable=True),
        sa.Column("biography", JSON, nullable=False),
        sa.Column("flags", JSON, nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "latin_family <> '' OR latin_given <> '' OR native_full <> ''", name=op.f("ck_person_has_a_name")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_email"), ["email"], unique=False)

    op.create_table(
        "series",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("code", name=op.f("uq_series_code")),
    )
    op.create_table(
        "worker_seen",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_seen")),
    )
    op.create_table(
        "affiliation",
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("organization_id", BIG_ID, nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_affiliation_ends_on_not_before_starts_on")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_affiliation_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_affiliation_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliation")),
        sa.UniqueConstraint("person_id", "id", name=op.f("uq_affiliation_person_id_id")),
        sa.UniqueConstraint("person_id", "position", name=op.f("uq_affiliation_person_id_position")),
    )
    with op.batch_alter_table("affiliation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_affiliation_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_affiliation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_api_token_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_account_id"), ["account_id"], unique=False)

    op.create_table(
        "audit_value",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["audit_event.id"], name=op.f("fk_audit_value_event_id_audit_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_value")),
    )
    with op.batch_alter_table("audit_value", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_value_event_id"), ["event_id"], unique=False)

    op.create_table(
        "edition",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("series_id", BIG_ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("theme", JSON, nullable=False),
        sa.Column("place", JSON, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column(
            "page_size",
            sa.Enum("A4", "Letter", name="pagesize", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("accent_color", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "open",
                "closed",
                "archived",
                name="editionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_edition_ends_on_not_before_starts_on")),
        sa.CheckConstraint("ordinal > 0", name=op.f("ck_edition_ordinal_positive")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_edition_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("series_id", "ordinal", name=op.f("uq_edition_series_id_ordinal")),
        sa.UniqueConstraint("slug", name=op.f("uq_edition_slug")),
    )
    op.create_table(
        "agenda_version",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("note", JSON, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_by", BIG_ID, nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_agenda_version_number_positive")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_agenda_version_edition_id_edition")),
        sa.ForeignKeyConstraint(["published_by"], ["account.id"], name=op.f("fk_agenda_version_published_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_version")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_agenda_version_edition_id_id")),
        sa.UniqueConstraint("edition_id", "number", name=op.f("uq_agenda_version_edition_id_number")),
    )
    with op.batch_alter_table("agenda_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_version_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "delegation",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("origin", JSON, nullable=False),
        sa.Column("parent_id", BIG_ID, nullable=True),
        sa.Column("lead_organization_id", BIG_ID, nullable=True),
        sa.Column("liaison_id", BIG_ID, nullable=True),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=True),
        sa.Column("departs_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("departs_on >= arrives_on", name=op.f("ck_delegation_departs_on_not_before_arrives_on")),
        sa.CheckConstraint("members <= quota", name=op.f("ck_delegation_members_within_quota")),
        sa.CheckConstraint("members >= 0", name=op.f("ck_delegation_members_not_negative")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_delegation_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["edition_id", "parent_id"],
            ["delegation.edition_id", "delegation.id"],
            name=op.f("fk_delegation_edition_id_parent_id_delegation"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_delegation_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["lead_organization_id"], ["organization.id"], name=op.f("fk_delegation_lead_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["liaison_id"], ["account.id"], name=op.f("fk_delegation_liaison_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_delegation_edition_id_code")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_delegation_edition_id_id")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegation_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "edition_host",
        sa.Column("organization_id", BIG_ID, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "host",
                "co-host",
                "organizer",
                "supporter",
                "guest-of-honor",
                "sponsor",
                "media",
                name="hostrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("print_order", sa.Integer(), nullable=False),
        sa.Column("remark", JSON, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_host_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_edition_host_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_host")),
        sa.UniqueConstraint(
            "edition_id", "role", "print_order", name=op.f("uq_edition_host_edition_id_role_print_order")
        ),
    )
    with op.batch_alter_table("edition_host", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_host_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "edition_role",
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column(
            "role", sa.Enum("owner", name="role", native_enum=False, create_constraint=True, length=32), nullable=False
        ),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_edition_role_account_id_account")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_role_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_role")),
        sa.UniqueConstraint(
            "account_id", "edition_id", "role", name=op.f("uq_edition_role_account_id_edition_id_role")
        ),
    )
    with op.batch_alter_table("edition_role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_role_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "edition_title",
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("affiliation_id", BIG_ID, nullable=True),
        sa.Column("organization_id", BIG_ID, nullable=True),
        sa.Column("title", JSON, nullable=False),
        sa.Column("organization_name", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "affiliation_id"],
            ["affiliation.person_id", "affiliation.id"],
            name=op.f("fk_edition_title_person_id_affiliation_id_affiliation"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_title_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_edition_title_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_edition_title_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_title")),
        sa.UniqueConstraint(
            "edition_id", "person_id", "position", name=op.f("uq_edition_title_edition_id_person_id_position")
        ),
    )
    with op.batch_alter_table("edition_title", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_title_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_edition_title_person_id"), ["person_id"], unique=False)

    op.create_table(
        "precedence_list",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by IS NULL)", name=op.f("ck_precedence_list_approval_is_whole")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_precedence_list_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precedence_list")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_precedence_list_edition_id_id")),
        sa.UniqueConstraint("edition_id", "scope", name=op.f("uq_precedence_list_edition_id_scope")),
    )
    with op.batch_alter_table("precedence_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_precedence_list_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "registration_type",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("description", JSON, nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("over", sa.Integer(), nullable=False),
        sa.Column("next_in_queue", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("color", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("over >= 0", name=op.f("ck_registration_type_over_not_negative")),
        sa.CheckConstraint("quota >= 0", name=op.f("ck_registration_type_quota_not_negative")),
        sa.CheckConstraint("taken <= quota", name=op.f("ck_registration_type_taken_within_quota")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_registration_type_taken_not_negative")),
        sa.CheckConstraint("waiting >= 0", name=op.f("ck_registration_type_waiting_not_negative")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_registration_type_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_type")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_registration_type_edition_id_code")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_registration_type_edition_id_id")),
    )
    with op.batch_alter_table("registration_type", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registration_type_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "track",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("color", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_track_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_track")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_track_edition_id_code")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_track_edition_id_id")),
    )
    with op.batch_alter_table("track", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_track_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "venue",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("address", JSON, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_venue_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_venue_edition_id_code")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_venue_edition_id_id")),
    )
    with op.batch_alter_table("venue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_venue_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "precedence_entry",
        sa.Column("list_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("capacity", JSON, nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id", "list_id"],
            ["precedence_list.edition_id", "precedence_list.id"],
            name=op.f("fk_precedence_entry_edition_id_list_id_precedence_list"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_precedence_entry_edition_id_edition")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_precedence_entry_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precedence_entry")),
        sa.UniqueConstraint("list_id", "person_id", name=op.f("uq_precedence_entry_list_id_person_id")),
        sa.UniqueConstraint("list_id", "sort_key", name=op.f("uq_precedence_entry_list_id_sort_key")),
    )
    with op.batch_alter_table("precedence_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_precedence_entry_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index("ix_precedence_entry_person", ["person_id"], unique=False)

    op.create_table(
        "print_job",
        sa.Column(
            "paper",
            sa.Enum(
                "badges", "program", "itineraries", name="paper", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("options", JSON, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "running",
                "done",
                "failed",
                "cancelled",
                name="jobstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("renderer", sa.Text(), nullable=False),
        sa.Column("agenda_version_id", BIG_ID, nullable=True),
        sa.Column("asked_by", BIG_ID, nullable=True),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("(status = 'done') = (file IS NOT NULL)", name=op.f("ck_print_job_done_has_a_file")),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_print_job_done_within_total")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_print_job_asked_by_account")),
        sa.ForeignKeyConstraint(
            ["edition_id", "agenda_version_id"],
            ["agenda_version.edition_id", "agenda_version.id"],
            name=op.f("fk_print_job_edition_id_agenda_version_id_agenda_version"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_print_job_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_print_job_edition_id_id")),
    )
    with op.batch_alter_table("print_job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_print_job_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "registration",
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("type_id", BIG_ID, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "invited",
                "applied",
                "waitlisted",
                "confirmed",
                "declined",
                "cancelled",
                "attended",
                "no-show",
                name="registrationstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "form",
                "api",
                "import",
                "invitation",
                "delegation",
                "manual",
                "walk-in",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("is_vip", sa.Boolean(), nullable=False),
        sa.Column("responsible_id", BIG_ID, nullable=True),
        sa.Column("queue_number", sa.Integer(), nullable=True),
        sa.Column("over_capacity_by", BIG_ID, nullable=True),
        sa.Column("principal_id", BIG_ID, nullable=True),
        sa.Column("replaced_by_id", BIG_ID, nullable=True),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("agreed_at", INSTANT, nullable=True),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("printed", JSON, nullable=True),
        sa.Column("printed_at", INSTANT, nullable=True),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "status <> 'waitlisted' OR queue_number IS NOT NULL", name=op.f("ck_registration_waitlisted_has_a_number")
        ),
        sa.CheckConstraint("NOT is_vip OR responsible_id IS NOT NULL", name=op.f("ck_registration_vip_has_an_officer")),
        sa.CheckConstraint("principal_id <> id", name=op.f("ck_registration_not_its_own_principal")),
        sa.ForeignKeyConstraint(
            ["edition_id", "principal_id"],
            ["registration.edition_id", "registration.id"],
            name=op.f("fk_registration_edition_id_principal_id_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "replaced_by_id"],
            ["registration.edition_id", "registration.id"],
            name=op.f("fk_registration_edition_id_replaced_by_id_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "type_id"],
            ["registration_type.edition_id", "registration_type.id"],
            name=op.f("fk_registration_edition_id_type_id_registration_type"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_registration_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["over_capacity_by"], ["account.id"], name=op.f("fk_registration_over_capacity_by_account")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_registration_person_id_person")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["account.id"], name=op.f("fk_registration_responsible_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_registration_edition_id_id")),
        sa.UniqueConstraint("type_id", "queue_number", name=op.f("uq_registration_type_id_queue_number")),
    )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registration_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_registration_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_registration_status", ["edition_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_registration_type_id"), ["type_id"], unique=False)
        batch_op.create_index(
            "uq_registration_active_person",
            ["edition_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('invited', 'applied', 'waitlisted', 'confirmed', 'attended')"),
            postgresql_where=sa.text("status IN ('invited', 'applied', 'waitlisted', 'confirmed', 'attended')"),
        )

    op.create_table(
        "room",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("venue_id", BIG_ID, nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_room_capacity_not_negative")),
        sa.ForeignKeyConstraint(
            ["edition_id", "venue_id"], ["venue.edition_id", "venue.id"], name=op.f("fk_room_edition_id_venue_id_venue")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_room_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_room_edition_id_code")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_room_edition_id_id")),
    )
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "delegation_member",
        sa.Column("delegation_id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "head",
                "deputy",
                "member",
                "staff",
                "interpreter",
                name="memberrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id", "delegation_id"],
            ["delegation.edition_id", "delegation.id"],
            name=op.f("fk_delegation_member_edition_id_delegation_id_delegation"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "registration_id"],
            ["registration.edition_id", "registration.id"],
            name=op.f("fk_delegation_member_edition_id_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_delegation_member_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_member")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_delegation_member_edition_id_id")),
    )
    with op.batch_alter_table("delegation_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegation_member_delegation_id"), ["delegation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegation_member_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(
            "uq_delegation_member_current",
            ["registration_id"],
            unique=True,
            sqlite_where=sa.text("left_on IS NULL"),
            postgresql_where=sa.text("left_on IS NULL"),
        )
        batch_op.create_index(
            "uq_delegation_member_head",
            ["delegation_id"],
            unique=True,
            sqlite_where=sa.text("role = 'head' AND left_on IS NULL"),
            postgresql_where=sa.text("role = 'head' AND left_on IS NULL"),
        )

    op.create_table(
        "print_line",
        sa.Column("job_id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id", "job_id"],
            ["print_job.edition_id", "print_job.id"],
            name=op.f("fk_print_line_edition_id_job_id_print_job"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "registration_id"],
            ["registration.edition_id", "registration.id"],
            name=op.f("fk_print_line_edition_id_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_print_line_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_line")),
        sa.UniqueConstraint("job_id", "position", name=op.f("uq_print_line_job_id_position")),
        sa.UniqueConstraint("job_id", "registration_id", name=op.f("uq_print_line_job_id_registration_id")),
    )
    with op.batch_alter_table("print_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_print_line_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_print_line_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "session",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("abstract", JSON, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "opening",
                "keynote",
                "panel",
                "breakout",
                "signing",
                "matchmaking",
                "meal",
                "break",
                "registration",
                "visit",
                "closed-door",
                name="sessionkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "tentative",
                "confirmed",
                "cancelled",
                name="sessionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("room_id", BIG_ID, nullable=True),
        sa.Column("track_id", BIG_ID, nullable=True),
        sa.Column(
            "interpretation",
            sa.Enum(
                "none",
                "simultaneous",
                "consecutive",
                name="interpretation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("languages", JSON, nullable=False),
        sa.Column(
            "press",
            sa.Enum("open", "invited", "closed", name="press", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("start_wall", sa.DateTime(), nullable=False),
        sa.Column("start_zone", sa.Text(), nullable=False),
        sa.Column("start_fold", sa.SmallInteger(), nullable=True),
        sa.Column("start_utc", INSTANT, nullable=False),
        sa.Column("end_wall", sa.DateTime(), nullable=False),
        sa.Column("end_zone", sa.Text(), nullable=False),
        sa.Column("end_fold", sa.SmallInteger(), nullable=True),
        sa.Column("end_utc", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("end_utc > start_utc", name=op.f("ck_session_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["edition_id", "room_id"], ["room.edition_id", "room.id"], name=op.f("fk_session_edition_id_room_id_room")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "track_id"],
            ["track.edition_id", "track.id"],
            name=op.f("fk_session_edition_id_track_id_track"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_session_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_session_edition_id_code")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_session_edition_id_id")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index("ix_session_time", ["edition_id", "start_utc"], unique=False)

    op.create_table(
        "ticket_code",
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("short", sa.Text(), nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id", "registration_id"],
            ["registration.edition_id", "registration.id"],
            name=op.f("fk_ticket_code_edition_id_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_ticket_code_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_code")),
        sa.UniqueConstraint("code", name=op.f("uq_ticket_code_code")),
        sa.UniqueConstraint("edition_id", "short", name=op.f("uq_ticket_code_edition_id_short")),
    )
    with op.batch_alter_table("ticket_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_code_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_code_registration_id"), ["registration_id"], unique=False)
        batch_op.create_index(
            "uq_ticket_code_live",
            ["registration_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "itinerary_item",
        sa.Column("delegation_id", BIG_ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "flight",
                "transfer",
                "hotel",
                "meal",
                "visit",
                "meeting",
                "session",
                "free",
                name="itemkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", JSON, nullable=False),
        sa.Column("place", JSON, nullable=False),
        sa.Column("address", JSON, nullable=False),
        sa.Column("note", JSON, nullable=False),
        sa.Column("dress", JSON, nullable=False),
        sa.Column("host_id", BIG_ID, nullable=True),
        sa.Column("session_id", BIG_ID, nullable=True),
        sa.Column("open_to_press", sa.Boolean(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("start_wall", sa.DateTime(), nullable=False),
        sa.Column("start_zone", sa.Text(), nullable=False),
        sa.Column("start_fold", sa.SmallInteger(), nullable=True),
        sa.Column("start_utc", INSTANT, nullable=False),
        sa.Column("end_wall", sa.DateTime(), nullable=False),
        sa.Column("end_zone", sa.Text(), nullable=False),
        sa.Column("end_fold", sa.SmallInteger(), nullable=True),
        sa.Column("end_utc", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("end_utc > start_utc", name=op.f("ck_itinerary_item_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["edition_id", "delegation_id"],
            ["delegation.edition_id", "delegation.id"],
            name=op.f("fk_itinerary_item_edition_id_delegation_id_delegation"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "session_id"],
            ["session.edition_id", "session.id"],
            name=op.f("fk_itinerary_item_edition_id_session_id_session"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_itinerary_item_edition_id_edition")),
        sa.ForeignKeyConstraint(["host_id"], ["organization.id"], name=op.f("fk_itinerary_item_host_id_organization")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_itinerary_item")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_itinerary_item_edition_id_id")),
    )
    with op.batch_alter_table("itinerary_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_itinerary_item_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index("ix_itinerary_item_time", ["delegation_id", "start_utc"], unique=False)

    op.create_table(
        "session_item",
        sa.Column("session_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "speech",
                "panel",
                "questions",
                "signing",
                "other",
                name="itemkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", JSON, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "none",
                "simultaneous",
                "consecutive",
                name="interpretation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_session_item_minutes_positive")),
        sa.ForeignKeyConstraint(
            ["edition_id", "session_id"],
            ["session.edition_id", "session.id"],
            name=op.f("fk_session_item_edition_id_session_id_session"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_session_item_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_item")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_session_item_edition_id_id")),
        sa.UniqueConstraint("edition_id", "session_id", "id", name=op.f("uq_session_item_edition_id_session_id_id")),
        sa.UniqueConstraint("session_id", "position", name=op.f("uq_session_item_session_id_position")),
    )
    with op.batch_alter_table("session_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_item_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "role_assignment",
        sa.Column("session_id", BIG_ID, nullable=False),
        sa.Column("item_id", BIG_ID, nullable=True),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "speaker",
                "moderator",
                "panelist",
                "signatory",
                "interpreter",
                "mc",
                name="assignmentrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "invited",
                "confirmed",
                "declined",
                name="assignmentstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_role_assignment_position_not_negative")),
        sa.ForeignKeyConstraint(
            ["edition_id", "session_id", "item_id"],
            ["session_item.edition_id", "session_item.session_id", "session_item.id"],
            name=op.f("fk_role_assignment_edition_id_session_id_item_id_session_item"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "session_id"],
            ["session.edition_id", "session.id"],
            name=op.f("fk_role_assignment_edition_id_session_id_session"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_role_assignment_edition_id_edition")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_assignment_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignment")),
        sa.UniqueConstraint(
            "session_id",
            "item_id",
            "person_id",
            "role",
            name=op.f("uq_role_assignment_session_id_item_id_person_id_role"),
        ),
    )
    with op.batch_alter_table("role_assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_assignment_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index("ix_role_assignment_person", ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_assignment_session_id"), ["session_id"], unique=False)
        batch_op.create_index(
            "uq_role_assignment_whole_session",
            ["session_id", "person_id", "role"],
            unique=True,
            sqlite_where=sa.text("item_id IS NULL"),
            postgresql_where=sa.text("item_id IS NULL"),
        )

    for table in APPEND_ONLY:
        forbid_changes(table)
    number_without_holes()


def downgrade() -> None:
    allow_holes()
    for table in APPEND_ONLY:
        allow_changes(table)

    with op.batch_alter_table("role_assignment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_role_assignment_whole_session",
            sqlite_where=sa.text("item_id IS NULL"),
            postgresql_where=sa.text("item_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_role_assignment_session_id"))
        batch_op.drop_index("ix_role_assignment_person")
        batch_op.drop_index(batch_op.f("ix_role_assignment_edition_id"))

    op.drop_table("role_assignment")
    with op.batch_alter_table("session_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_item_edition_id"))

    op.drop_table("session_item")
    with op.batch_alter_table("itinerary_item", schema=None) as batch_op:
        batch_op.drop_index("ix_itinerary_item_time")
        batch_op.drop_index(batch_op.f("ix_itinerary_item_edition_id"))

    op.drop_table("itinerary_item")
    with op.batch_alter_table("ticket_code", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_ticket_code_live",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_ticket_code_registration_id"))
        batch_op.drop_index(batch_op.f("ix_ticket_code_edition_id"))

    op.drop_table("ticket_code")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index("ix_session_time")
        batch_op.drop_index(batch_op.f("ix_session_edition_id"))

    op.drop_table("session")
    with op.batch_alter_table("print_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_print_line_registration_id"))
        batch_op.drop_index(batch_op.f("ix_print_line_edition_id"))

    op.drop_table("print_line")
    with op.batch_alter_table("delegation_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_delegation_member_head",
            sqlite_where=sa.text("role = 'head' AND left_on IS NULL"),
            postgresql_where=sa.text("role = 'head' AND left_on IS NULL"),
        )
        batch_op.drop_index(
            "uq_delegation_member_current",
            sqlite_where=sa.text("left_on IS NULL"),
            postgresql_where=sa.text("left_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_delegation_member_edition_id"))
        batch_op.drop_index(batch_op.f("ix_delegation_member_delegation_id"))

    op.drop_table("delegation_member")
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_edition_id"))

    op.drop_table("room")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_registration_active_person",
            sqlite_where=sa.text("status IN ('invited', 'applied', 'waitlisted', 'confirmed', 'attended')"),
            postgresql_where=sa.text("status IN ('invited', 'applied', 'waitlisted', 'confirmed', 'attended')"),
        )
        batch_op.drop_index(batch_op.f("ix_registration_type_id"))
        batch_op.drop_index("ix_registration_status")
        batch_op.drop_index(batch_op.f("ix_registration_person_id"))
        batch_op.drop_index(batch_op.f("ix_registration_edition_id"))

    op.drop_table("registration")
    with op.batch_alter_table("print_job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_print_job_edition_id"))

    op.drop_table("print_job")
    with op.batch_alter_table("precedence_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_precedence_entry_person")
        batch_op.drop_index(batch_op.f("ix_precedence_entry_edition_id"))

    op.drop_table("precedence_entry")
    with op.batch_alter_table("venue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_venue_edition_id"))

    op.drop_table("venue")
    with op.batch_alter_table("track", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_track_edition_id"))

    op.drop_table("track")
    with op.batch_alter_table("registration_type", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registration_type_edition_id"))

    op.drop_table("registration_type")
    with op.batch_alter_table("precedence_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_precedence_list_edition_id"))

    op.drop_table("precedence_list")
    with op.batch_alter_table("edition_title", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edition_title_person_id"))
        batch_op.drop_index(batch_op.f("ix_edition_title_edition_id"))

    op.drop_table("edition_title")
    with op.batch_alter_table("edition_role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edition_role_edition_id"))

    op.drop_table("edition_role")
    with op.batch_alter_table("edition_host", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edition_host_edition_id"))

    op.drop_table("edition_host")
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegation_edition_id"))

    op.drop_table("delegation")
    with op.batch_alter_table("agenda_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_version_edition_id"))

    op.drop_table("agenda_version")
    op.drop_table("edition")
    with op.batch_alter_table("audit_value", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_value_event_id"))

    op.drop_table("audit_value")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_account_id"))

    op.drop_table("api_token")
    with op.batch_alter_table("affiliation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_affiliation_person_id"))
        batch_op.drop_index(batch_op.f("ix_affiliation_organization_id"))

    op.drop_table("affiliation")
    op.drop_table("worker_seen")
    op.drop_table("series")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_email"))

    op.drop_table("person")
    op.drop_table("organization")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_edition_id"))
        batch_op.drop_index("ix_message_due")

    op.drop_table("message")
    op.drop_table("idempotency_key")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_record")
        batch_op.drop_index("ix_audit_event_edition")

    op.drop_table("audit_event")
    op.drop_table("account")
