"""Badge designs, registration types, registrations, invitations, tickets and bulk actions.

Revision ID: 0204
Revises: 0203
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
    row,
    same_edition,
    versioned_row,
)

revision = "0204"
down_revision = "0203"
branch_labels = None
depends_on = None

TABLES = (  # in the order of their references
    "badge_design", "badge_design_version", "badge_stock", "badge_printer",
    "registration_type", "edition_places", "choice_places", "place_block", "consent_text",
    "registration_group", "registration", "consent", "answer_file", "ticket_code", "session_sign_up", "invitation",
    "list_columns", "delegation_member",
    "bulk_run", "bulk_row",
)  # fmt: skip
FUNCTIONS = ("badge_design_version_append_only",)


def upgrade() -> None:
    create_badge_designs()
    create_registration_types()
    create_registrations()
    create_bulk_actions()


def downgrade() -> None:
    drop(reversed(TABLES), FUNCTIONS)


def create_badge_designs() -> None:
    op.create_table(
        "badge_design",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("ready", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "badge_design_version",
        *row(),
        edition_id(),
        sa.Column("design_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("layout", JSON, nullable=False),
        sa.Column("logo_id", BIG_ID, sa.ForeignKey("image.id"), nullable=True),
        sa.Column("made_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.CheckConstraint("number > 0", name="number_positive"),
        same_edition("design_id", "badge_design"),
        sa.UniqueConstraint("design_id", "number"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "badge_stock",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("page_width", sa.Float(), nullable=False),
        sa.Column("page_height", sa.Float(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("width", sa.Float(), nullable=False),
        sa.Column("height", sa.Float(), nullable=False),
        sa.Column("left", sa.Float(), nullable=False),
        sa.Column("top", sa.Float(), nullable=False),
        sa.Column("pitch_x", sa.Float(), nullable=False),
        sa.Column("pitch_y", sa.Float(), nullable=False),
        sa.Column("radius", sa.Float(), nullable=False),
        sa.CheckConstraint("columns > 0 AND rows > 0", name="has_labels"),
        sa.CheckConstraint("width > 0 AND height > 0 AND page_width > 0 AND page_height > 0", name="has_sizes"),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "badge_printer",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("offset_x", sa.Float(), nullable=False),
        sa.Column("offset_y", sa.Float(), nullable=False),
        sa.CheckConstraint("abs(offset_x) <= 20 AND abs(offset_y) <= 20", name="offset_is_small"),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    append_only("badge_design_version")


def create_registration_types() -> None:
    op.create_table(
        "registration_type",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("description", JSON, nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("over", sa.Integer(), nullable=False),
        sa.Column("next_in_queue", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("is_limited", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("offer_hours", sa.Integer(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("needs_email_confirmation", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("hold_minutes", sa.Integer(), nullable=False, server_default="30"),
        sa.Column("is_transferable", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("is_media", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("by_invitation", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("plus_ones", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("color", sa.Text(), nullable=False),
        sa.Column("badge_design_id", BIG_ID, nullable=True),
        sa.Column("admits", JSON, nullable=False, server_default="[]"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("counts_choices", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.CheckConstraint("hold_minutes > 0", name="holds_last"),
        sa.CheckConstraint("NOT (is_media AND is_transferable)", name="media_is_not_handed_on"),
        sa.CheckConstraint("offer_hours > 0", name="offers_last"),
        sa.CheckConstraint("NOT (is_open AND by_invitation)", name="open_or_by_invitation"),
        sa.CheckConstraint("over >= 0", name="over_not_negative"),
        sa.CheckConstraint("plus_ones >= 0", name="plus_ones_not_negative"),
        sa.CheckConstraint("quota >= 0", name="quota_not_negative"),
        sa.CheckConstraint("taken >= 0", name="taken_not_negative"),
        sa.CheckConstraint("taken <= quota", name="taken_within_quota"),
        sa.CheckConstraint("waiting >= 0", name="waiting_not_negative"),
        same_edition("badge_design_id", "badge_design"),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("id", "is_media"),
        partial_index("ix_registration_type_badge_design_id", "badge_design_id IS NOT NULL", "badge_design_id"),
    )
    op.create_table(
        "edition_places",
        *versioned_row(),
        edition_id(),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("over", sa.Integer(), nullable=False),
        sa.CheckConstraint("over >= 0", name="over_not_negative"),
        sa.CheckConstraint("quota >= 0", name="quota_not_negative"),
        sa.CheckConstraint("taken >= 0", name="taken_not_negative"),
        sa.CheckConstraint("taken <= quota", name="taken_within_quota"),
        sa.UniqueConstraint("edition_id"),
    )
    op.create_table(
        "choice_places",
        *row(),
        edition_id(),
        sa.Column("type_id", BIG_ID, nullable=False, index=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("option", sa.Text(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0", name="taken_not_negative"),
        sa.CheckConstraint("taken <= quota", name="taken_within_quota"),
        same_edition("type_id", "registration_type", "fk_choice_places_edition_id_registration_type"),
        sa.UniqueConstraint("type_id", "question", "option"),
    )
    op.create_table(
        "place_block",
        *versioned_row(),
        edition_id(),
        sa.Column("type_id", BIG_ID, nullable=False, index=True),
        sa.Column("name", JSON, nullable=False),
        sa.Column("organization_id", BIG_ID, sa.ForeignKey("organization.id"), nullable=True, index=True),
        sa.Column("delegation_id", BIG_ID, nullable=True, index=True),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0", name="taken_not_negative"),
        sa.CheckConstraint("taken <= quota", name="taken_within_quota"),
        same_edition("delegation_id", "delegation", "fk_place_block_edition_id_delegation"),
        same_edition("type_id", "registration_type", "fk_place_block_edition_id_registration_type"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "consent_text",
        *versioned_row(),
        edition_id(),
        sa.Column(
            "purpose",
            enum("purpose", "privacy", "photo", "contact-list", "sponsors", "transfer-abroad", "contact-phone"),
            nullable=False,
        ),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.UniqueConstraint("edition_id", "purpose"),
    )


def create_registrations() -> None:
    op.create_table(
        "registration_group",
        *versioned_row(),
        edition_id(),
        sa.Column("type_id", BIG_ID, nullable=False, index=True),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("apart", sa.Integer(), nullable=False),
        sa.Column("outcome", JSON, nullable=False),
        sa.Column("form_key", sa.Text(), nullable=True),
        sa.Column("agreed", JSON, nullable=False),
        sa.CheckConstraint("apart >= 0", name="apart_not_negative"),
        same_edition("type_id", "registration_type", "fk_registration_group_edition_id_registration_type"),
        sa.UniqueConstraint("edition_id", "form_key"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.Index("ix_registration_group_email", "email", "created_at"),
    )
    op.create_table(
        "registration",
        *versioned_row(),
        edition_id(index=False),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("type_id", BIG_ID, nullable=False),
        sa.Column(
            "status",
            enum(
                "registrationstatus",
                "invited",
                "applied",
                "waitlisted",
                "offered",
                "confirmed",
                "attended",
                "unconfirmed",
                "declined",
                "cancelled",
                "no-show",
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            enum("source", "form", "api", "import", "invitation", "delegation", "manual", "walk-in"),
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("is_vip", sa.Boolean(), nullable=False),
        sa.Column("responsible_id", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("desk_note", sa.Text(), nullable=False, server_default=""),
        sa.Column("queue_number", sa.Integer(), nullable=True),
        sa.Column("offer_ends_at", INSTANT, nullable=True),
        sa.Column("holds_spot", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("block_id", BIG_ID, nullable=True),
        sa.Column("group_id", BIG_ID, nullable=True),
        sa.Column("over_capacity_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("is_media", sa.Boolean(), nullable=True),
        sa.Column("outlet", JSON, nullable=False, server_default="{}"),
        sa.Column(
            "media_role",
            enum(
                "mediarole",
                "reporter",
                "editor",
                "photographer",
                "camera",
                "sound",
                "producer",
                "presenter",
                "interpreter",
                "driver",
                "other",
            ),
            nullable=True,
        ),
        sa.Column("media_role_other", sa.Text(), nullable=False, server_default=""),
        sa.Column("id_seen_at", INSTANT, nullable=True),
        sa.Column("id_seen_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("principal_id", BIG_ID, nullable=True),
        sa.Column("replaced_by_id", BIG_ID, nullable=True),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("printed", JSON, nullable=True),
        sa.Column("printed_at", INSTANT, nullable=True),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.CheckConstraint("(id_seen_at IS NULL) = (id_seen_by IS NULL)", name="id_seen_is_whole"),
        sa.CheckConstraint(
            "is_media IS NOT NULL OR (outlet = '{}' AND media_role IS NULL AND id_seen_at IS NULL)", name="media_alone"
        ),
        sa.CheckConstraint("is_media IS NULL OR is_media", name="media_or_nothing"),
        sa.CheckConstraint("principal_id <> id", name="not_its_own_principal"),
        sa.CheckConstraint("status <> 'offered' OR offer_ends_at IS NOT NULL", name="offered_has_an_end"),
        sa.CheckConstraint(
            "(COALESCE(media_role, '') = 'other') = (media_role_other <> '')", name="other_role_is_said_which"
        ),
        sa.CheckConstraint("block_id IS NULL OR over_capacity_by IS NULL", name="place_is_counted_once"),
        sa.CheckConstraint("status <> 'unconfirmed' OR offer_ends_at IS NOT NULL", name="unconfirmed_has_an_end"),
        sa.CheckConstraint("NOT is_vip OR responsible_id IS NOT NULL", name="vip_has_an_officer"),
        sa.CheckConstraint("status <> 'waitlisted' OR queue_number IS NOT NULL", name="waitlisted_has_a_number"),
        same_edition("block_id", "place_block", "fk_registration_edition_id_place_block"),
        same_edition("group_id", "registration_group", "fk_registration_edition_id_registration_group"),
        same_edition("principal_id", "registration"),
        same_edition("replaced_by_id", "registration"),
        same_edition("type_id", "registration_type"),
        sa.ForeignKeyConstraint(
            ["type_id", "is_media"],
            ["registration_type.id", "registration_type.is_media"],
            name=op.f("fk_registration_type_id_registration_type"),
        ),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("type_id", "queue_number"),
        partial_index("ix_registration_block_id", "block_id IS NOT NULL", "block_id"),
        sa.Index("ix_registration_found", "edition_id", "person_id", "registered_at", "id"),
        partial_index("ix_registration_group_id", "group_id IS NOT NULL", "group_id"),
        sa.Index("ix_registration_newest", "edition_id", "registered_at", "id"),
        partial_index("ix_registration_offer_ends", "offer_ends_at IS NOT NULL", "offer_ends_at"),
        partial_index("ix_registration_principal", "principal_id IS NOT NULL", "principal_id"),
        sa.Index("ix_registration_status", "edition_id", "status"),
        partial_index(
            "uq_registration_active_person",
            ("status IN ('invited', 'unconfirmed', 'applied', 'waitlisted', 'offered', 'confirmed', 'attended')"),
            "edition_id",
            "person_id",
            unique=True,
        ),
    )
    op.create_table(
        "consent",
        *row(),
        edition_id(),
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column(
            "purpose",
            enum("purpose", "privacy", "photo", "contact-list", "sponsors", "transfer-abroad", "contact-phone"),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("channel", enum("via", "page", "api", "command", "import", "workflow"), nullable=False),
        sa.CheckConstraint("withdrawn_at >= given_at", name="withdrawn_after_given"),
        same_edition("registration_id", "registration", "fk_consent_edition_id_registration"),
        partial_index("uq_consent_live", "withdrawn_at IS NULL", "registration_id", "purpose", unique=True),
    )
    op.create_table(
        "answer_file",
        *row(),
        edition_id(),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=True),
    )
    op.create_table(
        "ticket_code",
        *row(),
        edition_id(index=False),
        sa.Column("registration_id", BIG_ID, nullable=False, index=True),
        sa.Column("code", sa.Text(), nullable=False, unique=True),
        sa.Column("short", sa.Text(), nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        same_edition("registration_id", "registration"),
        sa.UniqueConstraint("edition_id", "short"),
        partial_index("uq_ticket_code_live", "revoked_at IS NULL", "registration_id", unique=True),
    )
    op.create_table(
        "session_sign_up",
        *row(),
        edition_id(),
        sa.Column("session_id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False, index=True),
        same_edition("registration_id", "registration"),
        same_edition("session_id", "session"),
        sa.UniqueConstraint("session_id", "registration_id"),
    )
    op.create_table(
        "invitation",
        *versioned_row(),
        edition_id(),
        sa.Column("type_id", BIG_ID, nullable=False, index=True),
        sa.Column("latin_family", sa.Text(), nullable=False),
        sa.Column("latin_given", sa.Text(), nullable=False),
        sa.Column("name_order", enum("nameorder", "family-first", "given-first"), nullable=False),
        sa.Column("native_full", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("greeting", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column(
            "state",
            enum("invitationstate", "made", "sent", "accepted", "declined", "revoked", "expired"),
            nullable=False,
        ),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("block_id", BIG_ID, nullable=True, index=True),
        sa.Column("registration_id", BIG_ID, nullable=True, index=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint("(state IN ('accepted', 'declined')) = (answered_at IS NOT NULL)", name="answer_is_whole"),
        sa.CheckConstraint("state <> 'expired'", name="expiry_is_not_stored"),
        same_edition("block_id", "place_block", "fk_invitation_edition_id_place_block"),
        same_edition("registration_id", "registration", "fk_invitation_edition_id_registration"),
        same_edition("type_id", "registration_type", "fk_invitation_edition_id_registration_type"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.Index("ix_invitation_state", "edition_id", "state"),
    )
    op.create_table(
        "list_columns",
        *row(),
        edition_id(),
        sa.Column("account_id", BIG_ID, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.UniqueConstraint("edition_id", "account_id"),
    )
    op.create_table(
        "delegation_member",
        *versioned_row(),
        edition_id(),
        sa.Column("delegation_id", BIG_ID, nullable=False, index=True),
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("role", enum("memberrole", "head", "deputy", "member", "staff", "interpreter"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        same_edition("delegation_id", "delegation"),
        same_edition("registration_id", "registration"),
        sa.UniqueConstraint("edition_id", "id"),
        partial_index("uq_delegation_member_current", "left_on IS NULL", "registration_id", unique=True),
        partial_index("uq_delegation_member_head", "role = 'head' AND left_on IS NULL", "delegation_id", unique=True),
    )


def create_bulk_actions() -> None:
    op.create_table(
        "bulk_run",
        *row(),
        edition_id(),
        sa.Column(
            "action",
            enum("bulkaction", "confirm", "decline", "cancel", "type", "language", "remind", "tell", "attendance"),
            nullable=False,
        ),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", enum("bulkstatus", "queued", "running", "done", "failed"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("undoes_id", BIG_ID, nullable=True, unique=True),
        sa.Column("asked_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("via", enum("via", "page", "api", "command", "import", "workflow"), nullable=False),
        sa.Column("token_id", BIG_ID, sa.ForeignKey("api_token.id"), nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.CheckConstraint("done >= 0 AND done <= total", name="done_within_total"),
        same_edition("undoes_id", "bulk_run"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "bulk_row",
        *row(),
        edition_id(),
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False, index=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("left_at", sa.Integer(), nullable=True),
        same_edition("registration_id", "registration"),
        same_edition("run_id", "bulk_run"),
        sa.UniqueConstraint("run_id", "registration_id"),
    )
