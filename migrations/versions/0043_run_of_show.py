"""Cues, and the runs of show that are issued.

Revision ID: 0043
Revises: 0042
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
TABLE = "cue_sheet"
DEPARTMENTS = (
    "stage", "sound", "light", "video", "interpretation", "mc", "protocol", "press", "catering", "security", "other",
)  # fmt: skip


def upgrade() -> None:
    one_of = ", ".join(f"'{word}'" for word in DEPARTMENTS)
    op.create_table(
        "cue",
        sa.Column("session_id", BIG_ID, nullable=False),
        sa.Column("item_id", BIG_ID, nullable=True),
        sa.Column("offset_minutes", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("department", sa.String(32), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_cue_minutes_positive")),
        sa.CheckConstraint("offset_minutes BETWEEN -1440 AND 1440", name=op.f("ck_cue_offset_within_a_day")),
        sa.CheckConstraint(f"department IN ({one_of})", name=op.f("ck_cue_department")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_cue_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "session_id"],
            ["session.edition_id", "session.id"],
            name=op.f("fk_cue_edition_id_session"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "session_id", "item_id"],
            ["session_item.edition_id", "session_item.session_id", "session_item.id"],
            name=op.f("fk_cue_edition_id_session_item"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cue")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_cue_edition_id_id")),
    )
    for column in ("edition_id", "session_id", "item_id"):
        op.create_index(op.f(f"ix_cue_{column}"), "cue", [column])
    op.create_table(
        TABLE,
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agenda_version_id", BIG_ID, nullable=False),
        sa.Column("note", JSON, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", BIG_ID, nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_cue_sheet_number_positive")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_cue_sheet_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "agenda_version_id"],
            ["agenda_version.edition_id", "agenda_version.id"],
            name=op.f("fk_cue_sheet_edition_id_agenda_version"),
        ),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name=op.f("fk_cue_sheet_issued_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cue_sheet")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_cue_sheet_edition_id_id")),
        sa.UniqueConstraint("edition_id", "number", name=op.f("uq_cue_sheet_edition_id_number")),
    )
    for column in ("edition_id", "agenda_version_id"):
        op.create_index(op.f(f"ix_cue_sheet_{column}"), TABLE, [column])
    _forbid_changes()


def downgrade() -> None:
    _allow_changes()
    op.drop_table(TABLE)
    op.drop_table("cue")


def _forbid_changes() -> None:
    """What was handed out stays as it was, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for action in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {TABLE}_no_{action} BEFORE {action} ON {TABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {TABLE}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{TABLE} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_append_only()"
    )


def _allow_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ("update", "delete"):
            op.execute(f"DROP TRIGGER {TABLE}_no_{action}")
        return
    op.execute(f"DROP TRIGGER {TABLE}_no_change ON {TABLE}")
    op.execute(f"DROP FUNCTION {TABLE}_append_only()")
