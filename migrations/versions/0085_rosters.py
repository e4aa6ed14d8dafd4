"""Whoever looks after a delegation brings its list: an import of its own kind, of that delegation.

Revision ID: 0085
Revises: 0084
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE, NEW = ("people", "organizations", "registrations", "agenda"), ("roster",)
RUN, DELEGATION, COLUMN = "import_run", "delegation", "delegation_id"
KIND, ROSTER = "ck_import_run_importkind", "ck_import_run_roster_of_a_delegation"
KEY, INDEX = f"fk_{RUN}_edition_id_{COLUMN}_{DELEGATION}", f"ix_{RUN}_{COLUMN}"


def _one_of(words: tuple[str, ...]) -> str:
    return "kind IN (" + ", ".join(f"'{word}'" for word in words) + ")"


def upgrade() -> None:
    with op.batch_alter_table(RUN) as batch:
        batch.add_column(sa.Column(COLUMN, BIG_ID, nullable=True))
        batch.create_foreign_key(op.f(KEY), DELEGATION, ["edition_id", COLUMN], ["edition_id", "id"])
        batch.drop_constraint(op.f(KIND), type_="check")
        batch.create_check_constraint(op.f(KIND), _one_of((*BEFORE, *NEW)))
        batch.create_check_constraint(op.f(ROSTER), f"(kind = 'roster') = ({COLUMN} IS NOT NULL)")
    where = sa.text(f"{COLUMN} IS NOT NULL")
    op.create_index(INDEX, RUN, [COLUMN], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.execute(f"DELETE FROM {RUN} WHERE {_one_of(NEW)}")
    op.drop_index(INDEX, RUN)
    with op.batch_alter_table(RUN) as batch:
        batch.drop_constraint(op.f(ROSTER), type_="check")
        batch.drop_constraint(op.f(KIND), type_="check")
        batch.create_check_constraint(op.f(KIND), _one_of(BEFORE))
        batch.drop_constraint(op.f(KEY), type_="foreignkey")
        batch.drop_column(COLUMN)
