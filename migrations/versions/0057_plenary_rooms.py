"""A plenary takes every room and names the one it is held in.

Revision ID: 0057
Revises: 0056
"""

from __future__ import annotations

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

RULE = "ck_session_all_rooms_or_one"


def upgrade() -> None:
    with op.batch_alter_table("session") as batch:
        batch.drop_constraint(op.f(RULE), type_="check")


def downgrade() -> None:
    op.execute("UPDATE session SET room_id = NULL WHERE in_all_rooms")
    with op.batch_alter_table("session") as batch:
        batch.create_check_constraint(op.f(RULE), "NOT in_all_rooms OR room_id IS NULL")
