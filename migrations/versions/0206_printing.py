"""Letters and print jobs.

Revision ID: 0206
Revises: 0205
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from baseline import (
    BIG_ID,
    ERASURE_IS_OPEN,
    INSTANT,
    JSON,
    create_trigger_function,
    drop,
    edition_id,
    enum,
    is_sqlite,
    partial_index,
    refuse_on_sqlite,
    row,
    same_edition,
    versioned_row,
)

revision = "0206"
down_revision = "0205"
branch_labels = None
depends_on = None

TABLES = (  # in the order of their references
    "letter_form", "letter_issue", "letter_picture", "letter",
    "print_job", "print_line",
)  # fmt: skip
FUNCTIONS = ("letter_stays", "letter_issue_stays", "letter_picture_stays", "letter_as_issued")
# What of a letter never changes, and what is set once, by the column that is set first.
FIXED = (
    "edition_id", "kind", "issue_id", "number", "serial", "registration_id", "invitation_id", "said", "sha256",
    "issued_by", "issued_at", "replaces_id", "created_at",
)  # fmt: skip
SET_ONCE = {"revoked_at": ("revoked_at", "revoked_by", "reason"), "pdf_sha256": ("pdf_sha256", "renderer")}


def upgrade() -> None:
    create_letters()
    create_print_jobs()


def downgrade() -> None:
    drop(reversed(TABLES), FUNCTIONS)


def create_letters() -> None:
    op.create_table(
        "letter_form",
        *versioned_row(),
        edition_id(),
        sa.Column("kind", enum("letterkind", "invitation", "certificate"), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("dress", JSON, nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("signatory_latin", sa.Text(), nullable=False),
        sa.Column("signatory_native", sa.Text(), nullable=False),
        sa.Column("office", JSON, nullable=False),
        sa.Column("signature_id", BIG_ID, sa.ForeignKey("image.id"), nullable=True),
        sa.Column("has_seal", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind = 'invitation' OR (dress = '{}' AND answer_by IS NULL)", name="only_invitations_ask"),
        sa.UniqueConstraint("edition_id", "kind"),
    )
    op.create_table(
        "letter_issue",
        *row(),
        edition_id(),
        sa.Column("kind", enum("letterkind", "invitation", "certificate"), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("characters", sa.Text(), nullable=False),
        sa.Column("made_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("id", "kind"),
    )
    op.create_table(
        "letter_picture",
        *row(),
        edition_id(),
        sa.Column("issue_id", BIG_ID, nullable=False),
        sa.Column("image_id", BIG_ID, sa.ForeignKey("image.id"), nullable=False, index=True),
        same_edition("issue_id", "letter_issue"),
        sa.UniqueConstraint("issue_id", "image_id"),
    )
    op.create_table(
        "letter",
        *versioned_row(),
        edition_id(),
        sa.Column("kind", enum("letterkind", "invitation", "certificate"), nullable=False),
        sa.Column("issue_id", BIG_ID, nullable=False, index=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=True),
        sa.Column("invitation_id", BIG_ID, nullable=True),
        sa.Column("said", JSON, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("pdf_sha256", sa.Text(), nullable=True),
        sa.Column("renderer", sa.Text(), nullable=True),
        sa.Column("issued_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoked_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("replaces_id", BIG_ID, nullable=True, unique=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint("invitation_id IS NULL OR kind = 'invitation'", name="certificates_are_for_registrations"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("(pdf_sha256 IS NULL) = (renderer IS NULL)", name="paper_is_whole"),
        sa.CheckConstraint("revoked_at IS NOT NULL OR revoked_by IS NULL", name="revoked_by_whom"),
        sa.CheckConstraint("(revoked_at IS NULL) = (reason IS NULL)", name="revoked_with_a_reason"),
        sa.CheckConstraint("(registration_id IS NULL) <> (invitation_id IS NULL)", name="to_one_person"),
        same_edition("invitation_id", "invitation"),
        same_edition("issue_id", "letter_issue"),
        same_edition("registration_id", "registration"),
        same_edition("replaces_id", "letter"),
        sa.ForeignKeyConstraint(["issue_id", "kind"], ["letter_issue.id", "letter_issue.kind"]),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("edition_id", "kind", "number"),
        sa.UniqueConstraint("edition_id", "kind", "serial"),
        partial_index("ix_letter_invitation_id", "invitation_id IS NOT NULL", "invitation_id"),
        partial_index("ix_letter_registration_id", "registration_id IS NOT NULL", "registration_id"),
        partial_index(
            "uq_letter_invitation",
            "revoked_at IS NULL AND invitation_id IS NOT NULL",
            "kind",
            "invitation_id",
            unique=True,
        ),
        partial_index(
            "uq_letter_registration",
            "revoked_at IS NULL AND registration_id IS NOT NULL",
            "kind",
            "registration_id",
            unique=True,
        ),
        sa.Index("uq_letter_serial", "serial", unique=True),
    )
    protect_letters()


def create_print_jobs() -> None:
    op.create_table(
        "print_job",
        *versioned_row(),
        edition_id(),
        sa.Column(
            "paper",
            enum(
                "paper",
                "badges",
                "program",
                "itineraries",
                "speaker-agendas",
                "pocket-agenda",
                "program-erratum",
                "booklets",
                "arrivals",
                "departures",
                "face-sheet",
                "rooming-list",
                "manifests",
                "coach-signs",
                "airport-signs",
                "contact-list",
                "head-days",
                "diet-sheet",
                "errata",
                "tent-cards",
                "place-cards",
                "seat-signs",
                "lectern-signs",
                "sign-in-sheets",
                "invitations",
                "certificates",
                "fallback-pack",
                "seating-plans",
            ),
            nullable=False,
        ),
        sa.Column("options", JSON, nullable=False),
        sa.Column("status", enum("jobstatus", "queued", "running", "done", "failed", "cancelled"), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("purged_at", INSTANT, nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("renderer", sa.Text(), nullable=False),
        sa.Column("agenda_version_id", BIG_ID, nullable=True),
        sa.Column("made_from", JSON, nullable=False),
        sa.Column("paper_version", sa.Integer(), nullable=True),
        sa.Column("looked", JSON, nullable=False),
        sa.Column("asked_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column(
            "reason",
            enum("reprint", "changed", "lost", "damaged", "misprint", "other-stock", "spare", "other"),
            nullable=True,
        ),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.CheckConstraint("length(device) <= 60", name="device_is_short"),
        sa.CheckConstraint("(status = 'done') = (file IS NOT NULL)", name="done_has_a_file"),
        sa.CheckConstraint("done >= 0 AND done <= total", name="done_within_total"),
        sa.CheckConstraint("paper_version > 0", name="paper_version_positive"),
        same_edition("agenda_version_id", "agenda_version"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    # Inline: this foreign key has no name on SQLite, and PostgreSQL's own name there.
    op.add_column(
        "print_job",
        sa.Column("delegation_id", BIG_ID, sa.ForeignKey("delegation.id"), nullable=True),
        inline_references=True,
    )
    op.create_table(
        "print_line",
        *versioned_row(),
        edition_id(),
        sa.Column("job_id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=True, index=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("letter_id", BIG_ID, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("design_version_id", BIG_ID, nullable=True),
        sa.Column("copy_number", sa.Integer(), nullable=True),
        sa.Column("content_version", sa.Integer(), nullable=True),
        sa.Column("box", sa.Text(), nullable=True),
        sa.Column("said", JSON, nullable=False),
        sa.CheckConstraint("length(box) = 1", name="box_is_a_letter"),
        sa.CheckConstraint("copy_number >= content_version AND content_version > 0", name="copies_follow_contents"),
        sa.CheckConstraint("(copy_number IS NULL) = (content_version IS NULL)", name="copies_have_contents"),
        sa.CheckConstraint("(registration_id IS NULL AND letter_id IS NULL) = (person_id IS NOT NULL)", name="of_one"),
        same_edition("design_version_id", "badge_design_version"),
        same_edition("job_id", "print_job"),
        same_edition("letter_id", "letter"),
        same_edition("registration_id", "registration"),
        sa.UniqueConstraint("job_id", "position"),
        sa.UniqueConstraint("job_id", "registration_id"),
        partial_index("ix_print_line_design_version_id", "design_version_id IS NOT NULL", "design_version_id"),
        partial_index("ix_print_line_person_id", "person_id IS NOT NULL", "person_id"),
        partial_index("uq_print_line_badge_copy", "letter_id IS NULL", "registration_id", "copy_number", unique=True),
        partial_index("uq_print_line_letter_copy", "letter_id IS NOT NULL", "letter_id", "copy_number", unique=True),
    )


def protect_letters() -> None:
    """What was issued stays on record. A letter can still be revoked, and get the hash of its PDF, once."""
    keep("letter_issue", "UPDATE", "DELETE")
    keep("letter_picture", "UPDATE", "DELETE")
    keep("letter", "DELETE")
    differs = "IS NOT" if is_sqlite() else "IS DISTINCT FROM"
    changes = [f"NEW.{column} {differs} OLD.{column}" for column in FIXED]
    for first, columns in SET_ONCE.items():
        changes_again = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)
        changes.append(f"(OLD.{first} IS NOT NULL AND ({changes_again}))")
    is_changed, refusal = " OR ".join(changes), "a letter stays as it was issued"
    name, event = "letter_as_issued", "BEFORE UPDATE ON letter"
    if is_sqlite():
        refuse_on_sqlite(name, event, refusal, f"({is_changed}) AND NOT {ERASURE_IS_OPEN}")
    else:
        body = f"IF TG_OP = 'UPDATE' AND {ERASURE_IS_OPEN} THEN RETURN NEW; END IF; RAISE EXCEPTION '{refusal}';"
        create_trigger_function(name, event, body, condition=is_changed)


def keep(table: str, *actions: str) -> None:
    """Refuse to do this to rows of the table."""
    refusal = f"what {table} holds stays"
    if is_sqlite():
        for action in actions:
            refuse_on_sqlite(f"{table}_no_{action.lower()}", f"BEFORE {action} ON {table}", refusal)
    else:
        event = f"BEFORE {' OR '.join(actions)} ON {table}"
        create_trigger_function(f"{table}_stays", event, f"RAISE EXCEPTION '{refusal}';")
