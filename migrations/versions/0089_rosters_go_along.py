"""The lists of a delegation go with it when it is removed, and their ids are never given again.

Revision ID: 0089
Revises: 0088
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None

RUN, DELEGATION, COLUMN = "import_run", "delegation", "delegation_id"
KEY, INDEX = f"fk_{RUN}_edition_id_{COLUMN}_{DELEGATION}", f"ix_{RUN}_{COLUMN}"


def _refer(*, ondelete: str | None, autoincrement: bool) -> None:
    # Apart from the table, which SQLite makes anew.
    op.drop_index(INDEX, RUN)
    with op.batch_alter_table(RUN, table_kwargs={"sqlite_autoincrement": autoincrement}) as batch:
        batch.drop_constraint(op.f(KEY), type_="foreignkey")
        batch.create_foreign_key(op.f(KEY), DELEGATION, ["edition_id", COLUMN], ["edition_id", "id"], ondelete=ondelete)
    where = sa.text(f"{COLUMN} IS NOT NULL")
    op.create_index(INDEX, RUN, [COLUMN], sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    _refer(ondelete="CASCADE", autoincrement=True)


def downgrade() -> None:
    _refer(ondelete=None, autoincrement=False)
