"""What someone is to be told belongs to the delegation in which they were then, and to one item of its number.

Revision ID: 0065
Revises: 0064
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
NOTICE, OPEN, INDEX = "item_notice", "uq_item_notice_open", "ix_item_notice_delegation_id"
OF = "fk_item_notice_edition_id_delegation_id_delegation"
# Where they are now, or were last.
DELEGATION = (
    "SELECT delegation_id FROM delegation_member WHERE delegation_member.registration_id = item_notice.registration_id"
    " ORDER BY CASE WHEN left_on IS NULL THEN 0 ELSE 1 END, delegation_member.id DESC LIMIT 1"
)
# Of an item that is gone nothing compares with it.
MADE_AT = "SELECT created_at FROM itinerary_item WHERE itinerary_item.id = item_notice.item_id"


def upgrade() -> None:
    op.drop_index(OPEN, NOTICE)
    with op.batch_alter_table(NOTICE) as batch:
        batch.add_column(sa.Column("delegation_id", BIG_ID, nullable=True))
        batch.add_column(sa.Column("item_made_at", INSTANT, nullable=True))
    op.execute(
        f"UPDATE item_notice SET delegation_id = ({DELEGATION}), item_made_at = COALESCE(({MADE_AT}), created_at)"
    )
    op.execute("DELETE FROM item_notice WHERE delegation_id IS NULL")
    with op.batch_alter_table(NOTICE) as batch:
        batch.alter_column("delegation_id", existing_type=BIG_ID, nullable=False)
        batch.alter_column("item_made_at", existing_type=INSTANT, nullable=False)
        batch.create_foreign_key(op.f(OF), "delegation", ["edition_id", "delegation_id"], ["edition_id", "id"])
    op.create_index(op.f(INDEX), NOTICE, ["delegation_id"])
    _open_once("registration_id", "delegation_id", "item_id", "item_made_at")


def downgrade() -> None:
    op.drop_index(OPEN, NOTICE)
    op.drop_index(op.f(INDEX), NOTICE)
    # One each can stay: of several, the last that was noted.
    op.execute(
        "DELETE FROM item_notice WHERE telling_id IS NULL AND id NOT IN"
        " (SELECT MAX(id) FROM item_notice WHERE telling_id IS NULL GROUP BY registration_id, item_id)"
    )
    with op.batch_alter_table(NOTICE) as batch:
        batch.drop_constraint(op.f(OF), type_="foreignkey")
        batch.drop_column("item_made_at")
        batch.drop_column("delegation_id")
    _open_once("registration_id", "item_id")


def _open_once(*columns: str) -> None:
    still = sa.text("telling_id IS NULL")
    op.create_index(OPEN, NOTICE, list(columns), unique=True, sqlite_where=still, postgresql_where=still)
