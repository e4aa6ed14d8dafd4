"""What was allowed of someone belongs to the delegation in which they were then.

Revision ID: 0067
Revises: 0066
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE, COLUMN = "clash_override", "delegation_id"
OF, INDEX = "fk_clash_override_edition_id_delegation_id_delegation", "ix_clash_override_delegation_id"
# Where they are now: nobody noted where they were.
NOW = (
    "SELECT member.delegation_id FROM delegation_member AS member "
    "JOIN registration ON registration.id = member.registration_id "
    "WHERE registration.person_id = clash_override.person_id AND member.edition_id = clash_override.edition_id "
    "AND member.left_on IS NULL ORDER BY member.id DESC LIMIT 1"
)


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as batch:
        batch.add_column(sa.Column(COLUMN, BIG_ID, nullable=True))
        batch.create_foreign_key(op.f(OF), "delegation", ["edition_id", COLUMN], ["edition_id", "id"])
    op.create_index(op.f(INDEX), TABLE, [COLUMN])
    op.execute(f"UPDATE clash_override SET delegation_id = ({NOW})")


def downgrade() -> None:
    op.drop_index(op.f(INDEX), TABLE)
    with op.batch_alter_table(TABLE) as batch:
        batch.drop_constraint(op.f(OF), type_="foreignkey")
        batch.drop_column(COLUMN)
