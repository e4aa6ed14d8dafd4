"""An edition may say how pressing it is that speeches do not follow the order approved for them.

Revision ID: 0082
Revises: 0081
"""

from __future__ import annotations

from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None

CODES = (
    "person-clash", "room-clash", "room-changeover", "clock-change", "speaker-unavailable", "all-rooms-clash",
    "room-too-small", "outside-edition", "too-long", "items-longer-than-session", "confirmed-without-time",
    "interpreter-missing", "interpreter-alone", "interpreter-back-to-back", "interpreter-without-rest",
    "panel-without-moderator", "speaker-declined", "speaker-unconfirmed", "missing-translation",
)  # fmt: skip
CODE = "ck_finding_severity_findingcode"


def _one_of(words: tuple[str, ...]) -> str:
    return "code IN (" + ", ".join(f"'{word}'" for word in words) + ")"


def upgrade() -> None:
    with op.batch_alter_table("finding_severity") as batch:
        batch.drop_constraint(op.f(CODE), type_="check")
        batch.create_check_constraint(op.f(CODE), _one_of((*CODES, "speeches-out-of-order")))


def downgrade() -> None:
    op.execute("DELETE FROM finding_severity WHERE code = 'speeches-out-of-order'")
    with op.batch_alter_table("finding_severity") as batch:
        batch.drop_constraint(op.f(CODE), type_="check")
        batch.create_check_constraint(op.f(CODE), _one_of(CODES))
