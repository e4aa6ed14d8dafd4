"""Organizations, people and their names, venues, delegations and imports.

Revision ID: 0202
Revises: 0201
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from baseline import BIG_ID, INSTANT, JSON, drop, edition_id, enum, partial_index, row, same_edition, versioned_row

revision = "0202"
down_revision = "0201"
branch_labels = None
depends_on = None

TABLES = (  # in the order of their references
    "organization", "organization_word", "organization_double",
    "person", "person_word", "person_double", "affiliation", "distinct_pair", "merge", "title_pair",
    "edition_title", "frozen_name",
    "content_page", "edition_host",
    "venue", "room", "itinerary_place",
    "delegation", "delegation_supporter", "access_delegation", "clash_override",
    "import_run",
)  # fmt: skip
# In the order of code points on both databases, so that words with one beginning stand together in an index.
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    create_organizations()
    create_people()
    create_public_pages()
    create_venues()
    create_delegations()
    create_imports()


def downgrade() -> None:
    drop(reversed(TABLES))


def create_organizations() -> None:
    op.create_table(
        "organization",
        *versioned_row(),
        sa.Column("code", sa.Text(), nullable=True, unique=True),
        sa.Column("legal", JSON, nullable=False),
        sa.Column("short", JSON, nullable=False),
        sa.Column("abbreviation", JSON, nullable=False),
        sa.Column("parent_id", BIG_ID, sa.ForeignKey("organization.id"), nullable=True),
        sa.Column("country_region", sa.Text(), nullable=True),
        sa.Column(
            "kind",
            enum("organizationkind", "government", "association", "company", "education", "media", "other"),
            nullable=False,
        ),
        sa.Column("also_known_as", JSON, nullable=False, server_default="[]"),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        sqlite_autoincrement=True,  # an id is never given again
    )
    op.create_table(
        "organization_word",
        sa.Column("word", WORD, primary_key=True),
        sa.Column("organization_id", BIG_ID, sa.ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.Index("ix_organization_word_organization", "organization_id", "word"),
        sa.Index(
            "ix_organization_word_written",
            "word",
            "organization_id",
            sqlite_where=sa.text("is_read IS 0"),
            postgresql_where=sa.text("is_read IS FALSE"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "organization_double",
        sa.Column("low_id", BIG_ID, sa.ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("high_id", BIG_ID, sa.ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True),
        sa.Column(
            "reason",
            enum(
                "reason",
                "same-native",
                "same-latin",
                "read-alike",
                "sound-alike",
                "same-name",
                "but-for-its-form",
                "abbreviation",
            ),
            nullable=False,
        ),
        sa.Index("ix_organization_double_high", "high_id"),
        sqlite_with_rowid=False,
    )


def create_people() -> None:
    op.create_table(
        "person",
        *versioned_row(),
        sa.Column("native_full", sa.Text(), nullable=False),
        sa.Column("native_family", sa.Text(), nullable=False),
        sa.Column("native_given", sa.Text(), nullable=False),
        sa.Column("native_language", sa.Text(), nullable=False),
        sa.Column("latin_family", sa.Text(), nullable=False),
        sa.Column("latin_given", sa.Text(), nullable=False),
        sa.Column("name_order", enum("nameorder", "family-first", "given-first"), nullable=False),
        sa.Column("call_name", sa.Text(), nullable=False),
        sa.Column("form_of_address", JSON, nullable=False),
        sa.Column("pronunciation", sa.Text(), nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("email", sa.Text(), nullable=True, index=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_tail", sa.Text(), nullable=True, index=True),
        sa.Column("wechat", sa.Text(), nullable=True),
        sa.Column("biography", JSON, nullable=False),
        sa.Column("also_known_as", JSON, nullable=False, server_default="[]"),
        sa.Column("flags", JSON, nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint("latin_family <> '' OR latin_given <> '' OR native_full <> ''", name="has_a_name"),
        partial_index(
            "ix_person_single_name",
            "(latin_family = '') <> (latin_given = '')",
            sa.text("lower(latin_family || latin_given)"),
        ),
        partial_index("ix_person_wechat", "wechat IS NOT NULL", sa.text("lower(wechat)")),
        sqlite_autoincrement=True,  # an id is never given again
    )
    # Inline: this foreign key has no name on SQLite, and PostgreSQL's own name there.
    op.add_column(
        "person", sa.Column("photo_id", BIG_ID, sa.ForeignKey("image.id"), nullable=True), inline_references=True
    )
    op.create_table(
        "person_word",
        sa.Column("word", WORD, primary_key=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.Index("ix_person_word_person", "person_id", "word"),
        sa.Index(
            "ix_person_word_written",
            "word",
            "person_id",
            sqlite_where=sa.text("is_read IS 0"),
            postgresql_where=sa.text("is_read IS FALSE"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "person_double",
        sa.Column("low_id", BIG_ID, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("high_id", BIG_ID, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
        sa.Column(
            "reason",
            enum(
                "reason",
                "same-native",
                "same-latin",
                "read-alike",
                "sound-alike",
                "same-name",
                "but-for-its-form",
                "abbreviation",
            ),
            nullable=False,
        ),
        sa.Index("ix_person_double_high", "high_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "affiliation",
        *versioned_row(),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("organization_id", BIG_ID, sa.ForeignKey("organization.id"), nullable=True, index=True),
        sa.Column("title", JSON, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name="ends_on_not_before_starts_on"),
        sa.UniqueConstraint("person_id", "id"),
        sa.UniqueConstraint("person_id", "position"),
    )
    op.create_table(
        "distinct_pair",
        *row(),
        sa.Column("entity", enum("kept", "person", "organization"), nullable=False),
        sa.Column("low_id", BIG_ID, nullable=False),
        sa.Column("high_id", BIG_ID, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.CheckConstraint("low_id < high_id", name="low_before_high"),
        sa.UniqueConstraint("entity", "low_id", "high_id"),
    )
    op.create_table(
        "merge",
        *row(),
        sa.Column("entity", enum("kept", "person", "organization"), nullable=False),
        sa.Column("kept_id", BIG_ID, nullable=False),
        sa.Column("gone_id", BIG_ID, nullable=False),
        sa.Column("gone", JSON, nullable=False),
        sa.Column("moved", JSON, nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=True),
        sa.CheckConstraint("kept_id <> gone_id", name="of_two"),
        sa.UniqueConstraint("entity", "gone_id"),
    )
    op.create_table(
        "title_pair",
        *versioned_row(),
        sa.Column("title", JSON, nullable=False),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
    )
    op.create_table(
        "edition_title",
        *versioned_row(),
        edition_id(index=False),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("affiliation_id", BIG_ID, nullable=True),
        sa.Column("organization_id", BIG_ID, sa.ForeignKey("organization.id"), nullable=True),
        sa.Column("title", JSON, nullable=False),
        sa.Column("organization_name", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id", "affiliation_id"], ["affiliation.person_id", "affiliation.id"]),
        sa.UniqueConstraint("edition_id", "person_id", "position"),
        sa.Index("ix_edition_title_organization", "organization_id", "edition_id", "person_id"),
    )
    op.create_table(
        "frozen_name",
        *row(),
        edition_id(),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", BIG_ID, nullable=False),
        sa.Column("record_id", BIG_ID, nullable=False, index=True),
        sa.Column("said", JSON, nullable=False),
        sa.Column("image_id", BIG_ID, sa.ForeignKey("image.id"), nullable=True),
        sa.UniqueConstraint("entity", "row_id", "edition_id"),
    )


def create_public_pages() -> None:
    op.create_table(
        "content_page",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            enum("contentkind", "welcome", "practical", "emergency", "interpretation", "floor-plan", "other"),
            nullable=False,
        ),
        sa.Column("title", JSON, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("signatory_id", BIG_ID, sa.ForeignKey("person.id"), nullable=True, index=True),
        sa.Column("picture_id", BIG_ID, sa.ForeignKey("image.id"), nullable=True),
        sa.Column("on_site", sa.Boolean(), nullable=False),
        sa.Column("in_program", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "position"),
    )
    op.create_table(
        "edition_host",
        *versioned_row(),
        edition_id(),
        sa.Column("organization_id", BIG_ID, sa.ForeignKey("organization.id"), nullable=False),
        sa.Column(
            "role",
            enum("hostrole", "host", "co-host", "organizer", "supporter", "guest-of-honor", "sponsor", "media"),
            nullable=False,
        ),
        sa.Column("print_order", sa.Integer(), nullable=False),
        sa.Column("level_id", BIG_ID, nullable=True),
        sa.Column("logo_id", BIG_ID, sa.ForeignKey("image.id"), nullable=True),
        sa.Column("remark", JSON, nullable=False),
        sa.CheckConstraint("level_id IS NULL OR role = 'sponsor'", name="levels_are_for_sponsors"),
        same_edition("level_id", "sponsor_level"),
        sa.UniqueConstraint("edition_id", "role", "print_order"),
    )


def create_venues() -> None:
    op.create_table(
        "venue",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("address", JSON, nullable=False),
        sa.Column("map_url", sa.Text(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("travel_minutes", sa.Integer(), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint("travel_minutes BETWEEN 0 AND 1440", name="travel_minutes_in_a_day"),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    # Inline: this foreign key has no name on SQLite, and PostgreSQL's own name there.
    op.add_column(
        "venue", sa.Column("floor_plan_id", BIG_ID, sa.ForeignKey("image.id"), nullable=True), inline_references=True
    )
    op.create_table(
        "room",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("venue_id", BIG_ID, nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("layouts", JSON, nullable=False, server_default="{}"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        same_edition("venue_id", "venue"),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "itinerary_place",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", enum("placekind", "airport", "station", "hotel", "venue", "other"), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("address", JSON, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("venue_id", BIG_ID, nullable=True, index=True),
        sa.Column("buffer_minutes", sa.Integer(), nullable=True),
        sa.Column("connection_minutes", sa.Integer(), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint("buffer_minutes BETWEEN 0 AND 1440", name="buffer_minutes_in_a_day"),
        sa.CheckConstraint("connection_minutes BETWEEN 0 AND 1440", name="connection_minutes_in_a_day"),
        same_edition("venue_id", "venue"),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "id"),
    )


def create_delegations() -> None:
    op.create_table(
        "delegation",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("origin", JSON, nullable=False),
        sa.Column("parent_id", BIG_ID, nullable=True),
        sa.Column("lead_organization_id", BIG_ID, sa.ForeignKey("organization.id"), nullable=True),
        sa.Column("liaison_id", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("liaison_phone", sa.Text(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=True),
        sa.Column("departs_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint("departs_on >= arrives_on", name="departs_on_not_before_arrives_on"),
        sa.CheckConstraint("liaison_phone = '' OR liaison_id IS NOT NULL", name="liaison_phone_of_a_liaison"),
        sa.CheckConstraint("members >= 0", name="members_not_negative"),
        sa.CheckConstraint("members <= quota", name="members_within_quota"),
        sa.CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        same_edition("parent_id", "delegation"),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "delegation_supporter",
        *versioned_row(),
        edition_id(),
        sa.Column("delegation_id", BIG_ID, nullable=False),
        sa.Column("organization_id", BIG_ID, sa.ForeignKey("organization.id"), nullable=False, index=True),
        sa.Column("position", sa.Integer(), nullable=False),
        same_edition("delegation_id", "delegation", "fk_delegation_supporter_edition_id_delegation"),
        sa.UniqueConstraint("delegation_id", "organization_id"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "access_delegation",
        *row(),
        edition_id(),
        sa.Column("access_id", BIG_ID, nullable=False),
        sa.Column("delegation_id", BIG_ID, nullable=False, index=True),
        same_edition("access_id", "edition_access"),
        same_edition("delegation_id", "delegation"),
        sa.UniqueConstraint("access_id", "delegation_id"),
    )
    op.create_table(
        "clash_override",
        *versioned_row(),
        edition_id(),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("delegation_id", BIG_ID, nullable=True, index=True),
        sa.Column("one_kind", enum("partykind", "session", "itinerary_item", "coach_run"), nullable=False),
        sa.Column("one_id", BIG_ID, nullable=False),
        sa.Column("other_kind", enum("otherpartykind", "session", "itinerary_item", "coach_run"), nullable=False),
        sa.Column("other_id", BIG_ID, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.CheckConstraint("reason <> ''", name="has_a_reason"),
        sa.CheckConstraint("one_kind < other_kind OR (one_kind = other_kind AND one_id < other_id)", name="in_order"),
        sa.CheckConstraint("minutes > 0", name="minutes_positive"),
        same_edition("delegation_id", "delegation"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint(
            "edition_id",
            "person_id",
            "one_kind",
            "one_id",
            "other_kind",
            "other_id",
            name=op.f("uq_clash_override_pair"),
        ),
    )


def create_imports() -> None:
    op.create_table(
        "import_run",
        *versioned_row(),
        edition_id(),
        sa.Column(
            "kind", enum("importkind", "people", "organizations", "registrations", "agenda", "roster"), nullable=False
        ),
        sa.Column("delegation_id", BIG_ID, nullable=True),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("read_as", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False, server_default=""),
        sa.Column("heading_row", sa.Integer(), nullable=True),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("chosen", JSON, nullable=False),
        sa.Column("joined", JSON, nullable=False, server_default="[]"),
        sa.Column("cells", JSON, nullable=False, server_default="{}"),
        sa.Column("settings", JSON, nullable=False, server_default="{}"),
        sa.Column(
            "status", enum("importstatus", "draft", "queued", "running", "done", "failed", "cancelled"), nullable=False
        ),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("asked_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.CheckConstraint("done >= 0 AND done <= total", name="done_within_total"),
        sa.CheckConstraint("(kind = 'roster') = (delegation_id IS NOT NULL)", name="roster_of_a_delegation"),
        same_edition("delegation_id", "delegation", ondelete="CASCADE"),
        partial_index("ix_import_run_delegation_id", "delegation_id IS NOT NULL", "delegation_id"),
        sqlite_autoincrement=True,  # an id is never given again
    )
