"""Venues have minutes to get there, and too few of them for a speaker are a finding.

Revision ID: 0108
Revises: 0107
"""

from __future__ import annotations

from alembic import op

revision = "0108"
down_revision = "0107"
branch_labels = None
depends_on = None

CODES = (
    "person-clash", "room-clash", "room-changeover", "clock-change", "speaker-unavailable", "all-rooms-clash",
    "room-too-small", "outside-edition", "too-long", "items-longer-than-session", "confirmed-without-time",
    "interpreter-missing", "interpreter-alone", "interpreter-back-to-back", "interpreter-without-rest",
    "panel-without-moderator", "speaker-declined", "speaker-unconfirmed", "missing-translation", "speeches-out-of-order",
)  # fmt: skip
IN_A_DAY = "ck_venue_travel_minutes_in_a_day"
CODE = "ck_finding_severity_findingcode"


def _one_of(words: tuple[str, ...]) -> str:
    return "code IN (" + ", ".join(f"'{word}'" for word in words) + ")"


def upgrade() -> None:
    # With the CHECK at the column, SQLite need not copy the table, and can drop the column again.
    check = f"CONSTRAINT {IN_A_DAY} CHECK (travel_minutes BETWEEN 0 AND 1440)"
    op.execute(f"ALTER TABLE venue ADD COLUMN travel_minutes INTEGER {check}")
    with op.batch_alter_table("finding_severity") as batch:
        batch.drop_constraint(op.f(CODE), type_="check")
        batch.create_check_constraint(op.f(CODE), _one_of((*CODES, "speaker-travel")))


def downgrade() -> None:
    op.execute("ALTER TABLE venue DROP COLUMN travel_minutes")
    op.execute("DELETE FROM finding_severity WHERE code = 'speaker-travel'")
    with op.batch_alter_table("finding_severity") as batch:
        batch.drop_constraint(op.f(CODE), type_="check")
        batch.create_check_constraint(op.f(CODE), _one_of(CODES))
