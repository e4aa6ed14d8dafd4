"""Many registrations at once may be reminded, and mail is found by what it is about.

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BEFORE = ("confirm", "decline", "cancel", "type", "language")
ACTION = "ck_bulk_run_bulkaction"


def upgrade() -> None:
    _allow(*BEFORE, "remind")
    op.create_index("ix_message_about", "message", ["about", "about_id"])


def downgrade() -> None:
    op.drop_index("ix_message_about", "message")
    # Nothing of these is left to be done or undone: their mails are asked for.
    op.execute("DELETE FROM bulk_row WHERE run_id IN (SELECT id FROM bulk_run WHERE action = 'remind')")
    op.execute("DELETE FROM bulk_run WHERE action = 'remind'")
    _allow(*BEFORE)


def _allow(*words: str) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table("bulk_run") as batch:
        batch.drop_constraint(op.f(ACTION), type_="check")
        batch.create_check_constraint(op.f(ACTION), sa.text(f"action IN ({listed})"))
