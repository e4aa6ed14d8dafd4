"""Imports of registrations: what is said for a whole file, and which rows are of people who are there.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEFORE = ("people", "organizations")


def upgrade() -> None:
    _keep((*BEFORE, "registrations"))
    op.add_column("import_run", sa.Column("joined", JSON, nullable=False, server_default="[]"))
    op.add_column("import_run", sa.Column("settings", JSON, nullable=False, server_default="{}"))


def _keep(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("import_run") as batch_op:
        batch_op.drop_constraint(op.f("ck_import_run_importkind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_import_run_importkind"), f"kind IN ({words})")


def downgrade() -> None:
    op.drop_column("import_run", "settings")
    op.drop_column("import_run", "joined")
    op.execute("DELETE FROM import_run WHERE kind = 'registrations'")
    _keep(BEFORE)
