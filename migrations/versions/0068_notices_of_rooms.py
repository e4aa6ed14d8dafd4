"""People are told of their rooms as of items: a notice without an item.

Revision ID: 0068
Revises: 0067
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
NOTICE, OPEN, CHECK = "item_notice", "uq_item_notice_open_rooms", "ck_item_notice_item_with_its_making"


def upgrade() -> None:
    with op.batch_alter_table(NOTICE) as batch:
        batch.alter_column("item_id", existing_type=BIG_ID, nullable=True)
        batch.alter_column("item_made_at", existing_type=INSTANT, nullable=True)
        batch.create_check_constraint(op.f(CHECK), "(item_id IS NULL) = (item_made_at IS NULL)")
    still = sa.text("telling_id IS NULL AND item_id IS NULL")
    of = ["registration_id", "delegation_id"]
    op.create_index(OPEN, NOTICE, of, unique=True, sqlite_where=still, postgresql_where=still)


def downgrade() -> None:
    op.drop_index(OPEN, NOTICE)
    op.execute("DELETE FROM item_notice WHERE item_id IS NULL")
    with op.batch_alter_table(NOTICE) as batch:
        batch.drop_constraint(op.f(CHECK), type_="check")
        batch.alter_column("item_made_at", existing_type=INSTANT, nullable=False)
        batch.alter_column("item_id", existing_type=BIG_ID, nullable=False)
