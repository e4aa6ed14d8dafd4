"""Orders of precedence say what they are for, of which session, and which approval a change has ended.

Revision ID: 0054
Revises: 0053
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TABLE = "precedence_list"
PURPOSES = ("program", "speeches", "seating", "photo", "motorcade", "other")
SESSION = f"fk_{TABLE}_edition_id_session"
CHECKS = {
    f"ck_{TABLE}_precedencepurpose": "purpose IN (" + ", ".join(f"'{word}'" for word in PURPOSES) + ")",
    f"ck_{TABLE}_ended_approval_is_whole": "(was_approved_at IS NULL) = (was_approved_by IS NULL)",
    f"ck_{TABLE}_approved_or_ended": "approved_at IS NULL OR was_approved_at IS NULL",
}


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as batch:
        batch.add_column(sa.Column("purpose", sa.String(32), nullable=False, server_default="other"))
        batch.add_column(sa.Column("session_id", BIG_ID, nullable=True))
        batch.add_column(sa.Column("was_approved_by", sa.Text(), nullable=True))
        batch.add_column(sa.Column("was_approved_at", INSTANT, nullable=True))
        batch.create_foreign_key(op.f(SESSION), "session", ["edition_id", "session_id"], ["edition_id", "id"])
        for name, check in CHECKS.items():
            batch.create_check_constraint(op.f(name), check)
    lists = sa.table(TABLE, sa.column("scope", sa.Text()), sa.column("purpose", sa.Text()))
    op.execute(lists.update().where(lists.c.scope.in_(PURPOSES)).values(purpose=lists.c.scope))
    with op.batch_alter_table(TABLE) as batch:
        batch.alter_column("purpose", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table(TABLE) as batch:
        for name in CHECKS:
            batch.drop_constraint(op.f(name), type_="check")
        batch.drop_constraint(op.f(SESSION), type_="foreignkey")
        for column in ("was_approved_at", "was_approved_by", "session_id", "purpose"):
            batch.drop_column(column)
