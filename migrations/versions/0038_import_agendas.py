"""Imports of agendas: what a session is known by in the file that it came from.

Revision ID: 0038
Revises: 0037
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

BEFORE = ("people", "organizations", "registrations")
UNIQUE = "uq_session_edition_id_import_ref"


def upgrade() -> None:
    with op.batch_alter_table("session") as batch_op:
        batch_op.add_column(sa.Column("import_ref", sa.Text()))
        batch_op.create_unique_constraint(op.f(UNIQUE), ["edition_id", "import_ref"])
    _keep((*BEFORE, "agenda"))


def _keep(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("import_run") as batch_op:
        batch_op.drop_constraint(op.f("ck_import_run_importkind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_import_run_importkind"), f"kind IN ({words})")


def downgrade() -> None:
    op.execute("DELETE FROM import_run WHERE kind = 'agenda'")
    _keep(BEFORE)
    with op.batch_alter_table("session") as batch_op:
        batch_op.drop_constraint(op.f(UNIQUE), type_="unique")
        batch_op.drop_column("import_ref")
