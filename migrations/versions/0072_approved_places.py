"""Papers keep to the order that was approved last while a newer one is a draft.

Revision ID: 0072
Revises: 0071
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
TABLE, LISTS = "approved_place", "precedence_list"
# Which order a former approval was of, nobody noted: of such a list papers have none, as before, though who had
# approved it stays.
KEEP = (
    f"INSERT INTO {TABLE} (edition_id, list_id, person_id, capacity, sort_key, version, created_at, updated_at) "
    "SELECT entry.edition_id, entry.list_id, entry.person_id, entry.capacity, entry.sort_key, 1, "
    "held.approved_at, held.approved_at FROM precedence_entry AS entry "
    f"JOIN {LISTS} AS held ON held.id = entry.list_id WHERE held.approved_at IS NOT NULL"
)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("list_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("capacity", JSON, nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f(f"fk_{TABLE}_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "list_id"],
            [f"{LISTS}.edition_id", f"{LISTS}.id"],
            name=op.f(f"fk_{TABLE}_edition_id_{LISTS}"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{TABLE}_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("list_id", "sort_key", name=op.f(f"uq_{TABLE}_list_id_sort_key")),
        sa.UniqueConstraint("list_id", "person_id", name=op.f(f"uq_{TABLE}_list_id_person_id")),
    )
    op.create_index(op.f(f"ix_{TABLE}_edition_id"), TABLE, ["edition_id"])
    op.create_index(op.f(f"ix_{TABLE}_person"), TABLE, ["person_id"])
    op.execute(KEEP)


def downgrade() -> None:
    op.drop_table(TABLE)
