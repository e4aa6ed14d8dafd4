"""Sessions without a time, in all rooms, with set-up and layout; channels of interpretation; keynotes and chairs.

Revision ID: 0036
Revises: 0035
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TIMES = {
    f"{end}_{part}": kind
    for end in ("start", "end")
    for part, kind in (("wall", sa.DateTime()), ("zone", sa.Text()), ("utc", INSTANT))
}
FOLDS = "start_fold IS NULL AND end_fold IS NULL"
_TOLD = [f"{end}_{part}" for end in ("start", "end") for part in ("wall", "zone", "utc")]
WHOLE = " AND ".join(f"{one} IS NOT NULL" for one in _TOLD)
NONE = " AND ".join(f"{one} IS NULL" for one in _TOLD)
CHECKS = {
    "ck_session_whole_span_or_none": f"({WHOLE}) OR ({NONE} AND {FOLDS})",
    "ck_session_planned_minutes_positive": "planned_minutes > 0",
    "ck_session_set_up_not_negative": "setup_minutes >= 0 AND changeover_minutes >= 0",
    "ck_session_expected_not_negative": "expected_audience >= 0",
    "ck_session_all_rooms_or_one": "NOT in_all_rooms OR room_id IS NULL",
    "ck_session_layout": "layout IN ('theater', 'classroom', 'banquet', 'boardroom', 'u-shape', 'reception')",
}
ROLES = ("speaker", "moderator", "panelist", "signatory", "interpreter", "mc")
ROLE = "ck_role_assignment_assignmentrole"
NOT_NEGATIVE = "ck_role_assignment_position_not_negative"


def _one_of(words: tuple[str, ...]) -> str:
    return "role IN (" + ", ".join(f"'{word}'" for word in words) + ")"


def upgrade() -> None:
    op.create_table(
        "interpretation_channel",
        sa.Column("session_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_interpretation_channel_number_positive")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_interpretation_channel_edition_id_edition")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "session_id"],
            ["session.edition_id", "session.id"],
            name=op.f("fk_interpretation_channel_edition_id_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interpretation_channel")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_interpretation_channel_edition_id_id")),
        sa.UniqueConstraint(
            "edition_id", "session_id", "id", name=op.f("uq_interpretation_channel_edition_id_session_id_id")
        ),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_interpretation_channel_session_id_number")),
        sa.UniqueConstraint("session_id", "language", name=op.f("uq_interpretation_channel_session_id_language")),
    )
    op.create_index(op.f("ix_interpretation_channel_edition_id"), "interpretation_channel", ["edition_id"])
    with op.batch_alter_table("session") as batch:
        for name, kind in TIMES.items():
            batch.alter_column(name, existing_type=kind, nullable=True)
        batch.add_column(sa.Column("planned_minutes", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("in_all_rooms", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("setup_minutes", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("changeover_minutes", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("layout", sa.String(32), nullable=True))
        batch.add_column(sa.Column("expected_audience", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("av_needs", sa.Text(), nullable=False, server_default=""))
        for name, rule in CHECKS.items():
            batch.create_check_constraint(op.f(name), rule)
    with op.batch_alter_table("session") as batch:
        for name in ("in_all_rooms", "setup_minutes", "changeover_minutes", "av_needs"):
            batch.alter_column(name, server_default=None)
    with op.batch_alter_table("role_assignment") as batch:
        batch.drop_constraint(op.f(NOT_NEGATIVE), type_="check")
        batch.drop_constraint(op.f(ROLE), type_="check")
        batch.create_check_constraint(op.f(ROLE), _one_of((*ROLES, "keynote", "chair")))
        batch.add_column(sa.Column("channel_id", BIG_ID, nullable=True))
        batch.create_check_constraint(
            op.f("ck_role_assignment_channel_is_an_interpreters"), "channel_id IS NULL OR role = 'interpreter'"
        )
        batch.create_foreign_key(
            op.f("fk_role_assignment_edition_id_interpretation_channel"),
            "interpretation_channel",
            ["edition_id", "session_id", "channel_id"],
            ["edition_id", "session_id", "id"],
        )


def downgrade() -> None:
    """Keynotes and chairs become speakers and moderators; what has no time is lost, as there was no place for it."""
    for part in ("role_assignment", "session_item"):
        op.execute(f"DELETE FROM {part} WHERE session_id IN (SELECT id FROM session WHERE start_utc IS NULL)")
    op.execute("DELETE FROM session WHERE start_utc IS NULL")
    op.execute("UPDATE role_assignment SET role = 'speaker' WHERE role = 'keynote'")
    op.execute("UPDATE role_assignment SET role = 'moderator' WHERE role = 'chair'")
    with op.batch_alter_table("role_assignment") as batch:
        batch.drop_constraint(op.f("fk_role_assignment_edition_id_interpretation_channel"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_role_assignment_channel_is_an_interpreters"), type_="check")
        batch.drop_column("channel_id")
        batch.drop_constraint(op.f(ROLE), type_="check")
        batch.create_check_constraint(op.f(ROLE), _one_of(ROLES))
        batch.create_check_constraint(op.f(NOT_NEGATIVE), "position >= 0")
    with op.batch_alter_table("session") as batch:
        for name in CHECKS:
            batch.drop_constraint(op.f(name), type_="check")
        for name in (
            "planned_minutes", "in_all_rooms", "setup_minutes", "changeover_minutes", "layout", "expected_audience",
            "av_needs",
        ):  # fmt: skip
            batch.drop_column(name)
        for name, kind in TIMES.items():
            batch.alter_column(name, existing_type=kind, nullable=False)
    op.drop_table("interpretation_channel")
