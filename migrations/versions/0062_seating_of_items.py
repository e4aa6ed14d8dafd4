"""Seats at an itinerary item, such as a banquet, and the side of the hosts.

Revision ID: 0062
Revises: 0061
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ITEM = "fk_seating_plan_edition_id_item_id_itinerary_item"
CHECKS = {
    "ck_seating_plan_of_one_occasion": "session_id IS NULL OR item_id IS NULL",
    "ck_seating_plan_hostside": "host_side IN ('right', 'left')",
}


def upgrade() -> None:
    with op.batch_alter_table("seating_plan") as batch:
        batch.add_column(sa.Column("item_id", BIG_ID, nullable=True))
        batch.add_column(sa.Column("host_side", sa.String(32), nullable=True))
        for name, rule in CHECKS.items():
            batch.create_check_constraint(op.f(name), rule)
        batch.create_foreign_key(op.f(ITEM), "itinerary_item", ["edition_id", "item_id"], ["edition_id", "id"])


def downgrade() -> None:
    with op.batch_alter_table("seating_plan") as batch:
        batch.drop_constraint(op.f(ITEM), type_="foreignkey")
        for name in CHECKS:
            batch.drop_constraint(op.f(name), type_="check")
        for column in ("host_side", "item_id"):
            batch.drop_column(column)
