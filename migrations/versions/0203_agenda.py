"""Sessions, speakers, agenda versions, cue sheets, orders of precedence and name checks.

Revision ID: 0203
Revises: 0202
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
    time_span,
    versioned_row,
)

revision = "0203"
down_revision = "0202"
branch_labels = None
depends_on = None

TABLES = (  # in the order of their references
    "track", "session", "session_item", "interpretation_channel", "role_assignment", "finding_severity",
    "speaker", "speaker_availability", "speaker_writing",
    "agenda_version", "agenda_plan", "agenda_telling",
    "cue_sheet", "cue",
    "precedence_list", "precedence_entry", "approved_place",
    "name_proof", "proof_entry", "proof_correction",
)  # fmt: skip
FUNCTIONS = ("agenda_version_append_only", "agenda_version_next_number", "cue_sheet_append_only")


def upgrade() -> None:
    create_sessions()
    create_speakers()
    create_versions()
    create_cue_sheets()
    create_precedence()
    create_name_checks()


def downgrade() -> None:
    drop(reversed(TABLES), FUNCTIONS)


def create_sessions() -> None:
    op.create_table(
        "track",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("color", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "session",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("abstract", JSON, nullable=False),
        sa.Column(
            "kind",
            enum(
                "sessionkind",
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
            ),
            nullable=False,
        ),
        sa.Column("status", enum("sessionstatus", "tentative", "confirmed", "cancelled"), nullable=False),
        sa.Column("planned_minutes", sa.Integer(), nullable=True),
        sa.Column("room_id", BIG_ID, nullable=True),
        sa.Column("in_all_rooms", sa.Boolean(), nullable=False),
        sa.Column("setup_minutes", sa.Integer(), nullable=False),
        sa.Column("changeover_minutes", sa.Integer(), nullable=False),
        sa.Column(
            "layout",
            enum("layout", "theater", "classroom", "banquet", "boardroom", "u-shape", "reception"),
            nullable=True,
        ),
        sa.Column("expected_audience", sa.Integer(), nullable=True),
        sa.Column("av_needs", sa.Text(), nullable=False),
        sa.Column("track_id", BIG_ID, nullable=True),
        sa.Column("interpretation", enum("interpretation", "none", "simultaneous", "consecutive"), nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("press", enum("press", "open", "invited", "closed"), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("signed_up", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("import_ref", sa.Text(), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        *time_span(is_optional=True),
        sa.CheckConstraint("expected_audience >= 0", name="expected_not_negative"),
        sa.CheckConstraint("places >= 0", name="places_not_negative"),
        sa.CheckConstraint("planned_minutes > 0", name="planned_minutes_positive"),
        sa.CheckConstraint("setup_minutes >= 0 AND changeover_minutes >= 0", name="set_up_not_negative"),
        sa.CheckConstraint("signed_up >= 0", name="signed_up_not_negative"),
        sa.CheckConstraint("signed_up <= places", name="signed_up_within_places"),
        same_edition("room_id", "room"),
        same_edition("track_id", "track"),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("edition_id", "import_ref"),
        sa.Index("ix_session_time", "edition_id", "start_utc"),
    )
    op.create_table(
        "session_item",
        *versioned_row(),
        edition_id(),
        sa.Column("session_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", enum("itemkind", "speech", "panel", "questions", "signing", "other"), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("mode", enum("interpretation", "none", "simultaneous", "consecutive"), nullable=False),
        sa.CheckConstraint("minutes > 0", name="minutes_positive"),
        same_edition("session_id", "session"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("edition_id", "session_id", "id"),
        sa.UniqueConstraint("session_id", "position"),
    )
    op.create_table(
        "interpretation_channel",
        *versioned_row(),
        edition_id(),
        sa.Column("session_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.CheckConstraint("number > 0", name="number_positive"),
        same_edition("session_id", "session", "fk_interpretation_channel_edition_id_session"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("edition_id", "session_id", "id"),
        sa.UniqueConstraint("session_id", "language"),
        sa.UniqueConstraint("session_id", "number"),
    )
    op.create_table(
        "role_assignment",
        *versioned_row(),
        edition_id(),
        sa.Column("session_id", BIG_ID, nullable=False, index=True),
        sa.Column("item_id", BIG_ID, nullable=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False),
        sa.Column(
            "role",
            enum(
                "assignmentrole",
                "speaker",
                "moderator",
                "panelist",
                "signatory",
                "interpreter",
                "mc",
                "keynote",
                "chair",
            ),
            nullable=False,
        ),
        sa.Column("channel_id", BIG_ID, nullable=True),
        sa.Column("status", enum("assignmentstatus", "invited", "confirmed", "declined"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("channel_id IS NULL OR role = 'interpreter'", name="channel_is_an_interpreters"),
        same_edition("session_id", "session"),
        sa.ForeignKeyConstraint(
            ["edition_id", "session_id", "channel_id"],
            ["interpretation_channel.edition_id", "interpretation_channel.session_id", "interpretation_channel.id"],
            name=op.f("fk_role_assignment_edition_id_interpretation_channel"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "session_id", "item_id"],
            ["session_item.edition_id", "session_item.session_id", "session_item.id"],
        ),
        sa.UniqueConstraint("session_id", "item_id", "person_id", "role"),
        sa.Index("ix_role_assignment_person", "person_id"),
        partial_index(
            "uq_role_assignment_whole_session", "item_id IS NULL", "session_id", "person_id", "role", unique=True
        ),
    )
    op.create_table(
        "finding_severity",
        *versioned_row(),
        edition_id(),
        sa.Column(
            "code",
            enum(
                "findingcode",
                "person-clash",
                "room-clash",
                "room-changeover",
                "clock-change",
                "speaker-unavailable",
                "all-rooms-clash",
                "room-too-small",
                "outside-edition",
                "too-long",
                "items-longer-than-session",
                "confirmed-without-time",
                "interpreter-missing",
                "interpreter-alone",
                "interpreter-back-to-back",
                "interpreter-without-rest",
                "panel-without-moderator",
                "speaker-declined",
                "speaker-unconfirmed",
                "missing-translation",
                "speeches-out-of-order",
                "speaker-travel",
            ),
            nullable=False,
        ),
        sa.Column("severity", enum("severity", "block", "warn", "ignore"), nullable=False),
        sa.CheckConstraint(
            "severity <> 'ignore' OR code NOT IN ('person-clash', 'speaker-unavailable')",
            name="of_people_never_ignored",
        ),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "id"),
    )


def create_speakers() -> None:
    op.create_table(
        "speaker",
        *versioned_row(),
        edition_id(),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("speaks", sa.Text(), nullable=False),
        sa.Column("home_zone", sa.Text(), nullable=True),
        sa.Column("av_needs", sa.Text(), nullable=False),
        sa.Column("arrival", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("invited_at", INSTANT, nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("edition_id", "person_id"),
    )
    op.create_table(
        "speaker_availability",
        *versioned_row(),
        edition_id(),
        sa.Column("speaker_id", BIG_ID, nullable=False, index=True),
        *time_span(),
        same_edition("speaker_id", "speaker", "fk_speaker_availability_edition_id_speaker"),
    )
    op.create_table(
        "speaker_writing",
        *row(),
        edition_id(),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("people", JSON, nullable=False),
        sa.Column("status", enum("writingstatus", "queued", "writing", "done", "failed"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("left", JSON, nullable=False),
        sa.Column("asked_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("via", enum("via", "page", "api", "command", "import", "workflow"), nullable=False),
        sa.Column("token_id", BIG_ID, sa.ForeignKey("api_token.id"), nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.CheckConstraint("reached >= 0 AND reached <= total", name="reached_within_total"),
        sa.CheckConstraint("sent >= 0 AND sent <= reached", name="sent_within_reached"),
        sa.UniqueConstraint("edition_id", "id"),
    )


def create_versions() -> None:
    op.create_table(
        "agenda_version",
        edition_id(),
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("note", JSON, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("edition_id", "number"),
    )
    op.create_table(
        "agenda_plan",
        *versioned_row(),
        edition_id(),
        sa.Column("at_wall", sa.DateTime(), nullable=False),
        sa.Column("at_zone", sa.Text(), nullable=False),
        sa.Column("at_utc", INSTANT, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("note", JSON, nullable=False),
        sa.Column("tell", sa.Boolean(), nullable=False),
        sa.Column("status", enum("planstatus", "planned", "published", "stopped", "taken-back"), nullable=False),
        sa.Column("set_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("token_id", BIG_ID, sa.ForeignKey("api_token.id"), nullable=True),
        sa.Column("stopped_by", sa.Text(), nullable=False),
        sa.Column("blocking", sa.Integer(), nullable=False),
        sa.Column("version_id", BIG_ID, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint("(status = 'published') = (version_id IS NOT NULL)", name="published_is_a_version"),
        same_edition("version_id", "agenda_version", "fk_agenda_plan_edition_id_agenda_version"),
        partial_index("uq_agenda_plan_open", "status = 'planned'", "edition_id", unique=True),
    )
    op.create_table(
        "agenda_telling",
        *row(),
        edition_id(),
        sa.Column("version_id", BIG_ID, nullable=False, unique=True),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("status", enum("tellingstatus", "queued", "telling", "told", "failed"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("without_address", sa.Integer(), nullable=False),
        sa.Column("reached_id", BIG_ID, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.CheckConstraint("asked >= 0 AND without_address >= 0", name="counts_not_negative"),
        same_edition("version_id", "agenda_version", "fk_agenda_telling_edition_id_agenda_version"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    protect_agenda_versions()


def create_cue_sheets() -> None:
    op.create_table(
        "cue_sheet",
        edition_id(),
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agenda_version_id", BIG_ID, nullable=False, index=True),
        sa.Column("note", JSON, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.CheckConstraint("number > 0", name="number_positive"),
        same_edition("agenda_version_id", "agenda_version", "fk_cue_sheet_edition_id_agenda_version"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("edition_id", "number"),
    )
    op.create_table(
        "cue",
        *versioned_row(),
        edition_id(),
        sa.Column("session_id", BIG_ID, nullable=False, index=True),
        sa.Column("item_id", BIG_ID, nullable=True, index=True),
        sa.Column("offset_minutes", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column(
            "department",
            enum(
                "department",
                "stage",
                "sound",
                "light",
                "video",
                "interpretation",
                "mc",
                "protocol",
                "press",
                "catering",
                "security",
                "other",
            ),
            nullable=False,
        ),
        sa.Column("text", JSON, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.CheckConstraint("minutes > 0", name="minutes_positive"),
        sa.CheckConstraint("offset_minutes BETWEEN -1440 AND 1440", name="offset_within_a_day"),
        same_edition("session_id", "session", "fk_cue_edition_id_session"),
        sa.ForeignKeyConstraint(
            ["edition_id", "session_id", "item_id"],
            ["session_item.edition_id", "session_item.session_id", "session_item.id"],
            name=op.f("fk_cue_edition_id_session_item"),
        ),
        sa.UniqueConstraint("edition_id", "id"),
    )
    append_only("cue_sheet", update_if=ERASURE_IS_OPEN)


def create_precedence() -> None:
    op.create_table(
        "precedence_list",
        *versioned_row(),
        edition_id(),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column(
            "purpose",
            enum("precedencepurpose", "program", "speeches", "seating", "photo", "motorcade", "other"),
            nullable=False,
        ),
        sa.Column("session_id", BIG_ID, nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("was_approved_by", sa.Text(), nullable=True),
        sa.Column("was_approved_at", INSTANT, nullable=True),
        sa.CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name="approval_is_whole"),
        sa.CheckConstraint("approved_at IS NULL OR was_approved_at IS NULL", name="approved_or_ended"),
        sa.CheckConstraint("(was_approved_at IS NULL) = (was_approved_by IS NULL)", name="ended_approval_is_whole"),
        same_edition("session_id", "session", "fk_precedence_list_edition_id_session"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("edition_id", "scope"),
    )
    op.create_table(
        "precedence_entry",
        *versioned_row(),
        edition_id(),
        sa.Column("list_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("capacity", JSON, nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        same_edition("list_id", "precedence_list"),
        sa.UniqueConstraint("list_id", "person_id"),
        sa.UniqueConstraint("list_id", "sort_key"),
        sa.Index("ix_precedence_entry_person", "person_id"),
    )
    op.create_table(
        "approved_place",
        *versioned_row(),
        edition_id(),
        sa.Column("list_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("capacity", JSON, nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        same_edition("list_id", "precedence_list", "fk_approved_place_edition_id_precedence_list"),
        sa.UniqueConstraint("list_id", "person_id"),
        sa.UniqueConstraint("list_id", "sort_key"),
        sa.Index("ix_approved_place_person", "person_id"),
    )


def create_name_checks() -> None:
    op.create_table(
        "name_proof",
        *versioned_row(),
        edition_id(),
        sa.Column("name", JSON, nullable=False),
        sa.Column("delegation_id", BIG_ID, nullable=True, index=True),
        sa.Column("of_speakers", sa.Boolean(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.CheckConstraint("NOT of_speakers OR delegation_id IS NULL", name="of_speakers_or_a_delegation"),
        same_edition("delegation_id", "delegation"),
        sa.UniqueConstraint("edition_id", "id"),
        partial_index("uq_name_proof_of_speakers", "of_speakers", "edition_id", unique=True),
    )
    op.create_table(
        "proof_entry",
        *versioned_row(),
        edition_id(),
        sa.Column("proof_id", BIG_ID, nullable=False, index=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("approved", JSON, nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name="approval_is_whole"),
        same_edition("proof_id", "name_proof"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("proof_id", "person_id"),
        sa.UniqueConstraint("proof_id", "position"),
    )
    op.create_table(
        "proof_correction",
        *versioned_row(),
        edition_id(),
        sa.Column("entry_id", BIG_ID, nullable=False, index=True),
        sa.Column("shown", JSON, nullable=False),
        sa.Column("proposed", JSON, nullable=False),
        sa.Column("photo_id", BIG_ID, sa.ForeignKey("image.id"), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("state", enum("correctionstate", "open", "accepted", "declined"), nullable=False),
        sa.Column("accepted", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decision_is_whole"),
        same_edition("entry_id", "proof_entry"),
    )


def protect_agenda_versions() -> None:
    """Versions of an edition's agenda are numbered without gaps. They can change during an erasure only."""
    append_only("agenda_version", update_if=ERASURE_IS_OPEN)
    refuse_replacing("agenda_version")
    refuse_truncating("agenda_version")
    name, event = "agenda_version_next_number", "BEFORE INSERT ON agenda_version"
    next_number = "(SELECT coalesce(max(number), 0) + 1 FROM agenda_version WHERE edition_id = NEW.edition_id)"
    is_wrong, refusal = f"NEW.number <> {next_number}", "agenda_version must have the next number"
    if is_sqlite():
        refuse_on_sqlite(name, event, refusal, is_wrong)
    else:
        create_trigger_function(name, event, f"IF {is_wrong} THEN RAISE EXCEPTION '{refusal}'; END IF; RETURN NEW;")
