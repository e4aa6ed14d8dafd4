"""A retention rule for the contact details of all people.

Revision ID: 0111
Revises: 0110
"""

from __future__ import annotations

from alembic import op

revision = "0111"
down_revision = "0110"
branch_labels = None
depends_on = None

KINDS = ("diet", "flights", "files", "officials")
CONTACTS = "contacts"
TABLES = ("retention_rule", "purge_report")


def _allow(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_kind"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_kind"), f"kind IN ({words})")


def upgrade() -> None:
    _allow((*KINDS, CONTACTS))


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DELETE FROM {table} WHERE kind = '{CONTACTS}'")
    _allow(KINDS)
