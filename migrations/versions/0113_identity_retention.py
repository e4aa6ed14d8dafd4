"""A retention rule for passport and visa data.

Revision ID: 0113
Revises: 0112
"""

from __future__ import annotations

from alembic import op

revision = "0113"
down_revision = "0112"
branch_labels = None
depends_on = None

KINDS = ("diet", "flights", "files", "officials", "contacts")
IDENTITY = "identity"
TABLES = ("retention_rule", "purge_report")


def _allow(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_kind"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_kind"), f"kind IN ({words})")


def upgrade() -> None:
    _allow((*KINDS, IDENTITY))


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DELETE FROM {table} WHERE kind = '{IDENTITY}'")
    _allow(KINDS)
