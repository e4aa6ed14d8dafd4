"""For whom an itinerary's items are, and the people that this comes to.

Revision ID: 0051
Revises: 0050
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TARGETS = (("delegation_id", "delegation"), ("group_id", "delegation_group"), ("registration_id", "registration"))
ONE_OF_THREE = " + ".join(f"(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)" for column, _table in TARGETS) + " = 1"
SHARED = "edition_id, item_id, created_at, updated_at"


def upgrade() -> None:
    op.create_table(
        "item_audience",
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("includes", sa.Boolean(), nullable=False),
        *(sa.Column(column, BIG_ID, nullable=True) for column, _table in TARGETS),
        *_kept("item_audience"),
        *(_of("item_audience", column, table) for column, table in TARGETS),
        *(
            sa.UniqueConstraint("item_id", column, name=op.f(f"uq_item_audience_item_id_{column}"))
            for column, _table in TARGETS
        ),
        sa.CheckConstraint(ONE_OF_THREE, name=op.f("ck_item_audience_one_of_three")),
    )
    for column in ("edition_id", *(one for one, _table in TARGETS)):
        op.create_index(op.f(f"ix_item_audience_{column}"), "item_audience", [column])
    op.create_table(
        "item_person",
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False),
        *_kept("item_person"),
        _of("item_person", "registration_id", "registration"),
        sa.UniqueConstraint("item_id", "registration_id", name=op.f("uq_item_person_item_id_registration_id")),
    )
    for column in ("edition_id", "registration_id"):
        op.create_index(op.f(f"ix_item_person_{column}"), "item_person", [column])
    _fill()


def downgrade() -> None:
    op.drop_table("item_person")
    op.drop_table("item_audience")


def _fill() -> None:
    """What stood was for everyone in its delegation and in the parts of that."""
    op.execute(
        f"INSERT INTO item_audience ({SHARED}, includes, delegation_id) "
        "SELECT edition_id, id, created_at, created_at, (1 = 1), delegation_id FROM itinerary_item"
    )
    op.execute(
        f"INSERT INTO item_person ({SHARED}, registration_id) "
        "WITH RECURSIVE within(whole, id) AS ("
        "SELECT id, id FROM delegation UNION "
        "SELECT within.whole, delegation.id FROM within JOIN delegation ON delegation.parent_id = within.id) "
        "SELECT item.edition_id, item.id, item.created_at, item.created_at, member.registration_id "
        "FROM itinerary_item AS item JOIN within ON within.whole = item.delegation_id "
        "JOIN delegation_member AS member ON member.delegation_id = within.id AND member.left_on IS NULL"
    )


def _kept(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f(f"fk_{table}_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "item_id"],
            ["itinerary_item.edition_id", "itinerary_item.id"],
            name=op.f(f"fk_{table}_edition_id_item_id_itinerary_item"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["edition_id", column],
        [f"{target}.edition_id", f"{target}.id"],
        name=op.f(f"fk_{table}_edition_id_{column}_{target}"),
    )
