"""An index of people with a single name, and the index of WeChat names holds only the names that there are.

Where hardly anyone has one, SQLite's statistics of an index with all the empty ones say that a look-up is no better
than reading the whole table.

Revision ID: 0116
Revises: 0115
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0116"
down_revision = "0115"
branch_labels = None
depends_on = None

NAME, COLUMNS = "ix_person_wechat", [sa.text("lower(wechat)")]
ONLY = sa.text("wechat IS NOT NULL")


def upgrade() -> None:
    op.drop_index(NAME, "person")
    op.create_index(NAME, "person", COLUMNS, sqlite_where=ONLY, postgresql_where=ONLY)
    single = sa.text("(latin_family = '') <> (latin_given = '')")
    name = sa.text("lower(latin_family || latin_given)")
    op.create_index("ix_person_single_name", "person", [name], sqlite_where=single, postgresql_where=single)


def downgrade() -> None:
    op.drop_index("ix_person_single_name", "person")
    op.drop_index(NAME, "person")
    op.create_index(NAME, "person", COLUMNS)
