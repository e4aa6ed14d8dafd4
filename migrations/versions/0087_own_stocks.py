"""An edition's own stocks, and its printers.

Revision ID: 0087
Revises: 0086
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
COUNTS = ("columns", "rows")
LENGTHS = ("page_width", "page_height", "width", "height", "left", "top", "pitch_x", "pitch_y", "radius")
STOCK = {**dict.fromkeys(COUNTS, sa.Integer()), **dict.fromkeys(LENGTHS, sa.Float())}
PRINTER = dict.fromkeys(("offset_x", "offset_y"), sa.Float())
CHECKS = {
    "badge_stock": {
        "has_labels": "columns > 0 AND rows > 0",
        "has_sizes": "width > 0 AND height > 0 AND page_width > 0 AND page_height > 0",
    },
    "badge_printer": {"offset_is_small": "abs(offset_x) <= 20 AND abs(offset_y) <= 20"},
}


def upgrade() -> None:
    for table, columns in (("badge_stock", STOCK), ("badge_printer", PRINTER)):
        op.create_table(
            table,
            sa.Column("code", sa.Text(), nullable=False),
            sa.Column("name", JSON, nullable=False),
            *(sa.Column(name, kind, nullable=False) for name, kind in columns.items()),
            sa.Column("edition_id", BIG_ID, nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("id", BIG_ID, nullable=False),
            sa.Column("created_at", INSTANT, nullable=False),
            sa.Column("updated_at", INSTANT, nullable=False),
            *(sa.CheckConstraint(said, name=op.f(f"ck_{table}_{name}")) for name, said in CHECKS[table].items()),
            sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f(f"fk_{table}_edition_id_edition")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("edition_id", "id", name=op.f(f"uq_{table}_edition_id_id")),
            sa.UniqueConstraint("edition_id", "code", name=op.f(f"uq_{table}_edition_id_code")),
        )
        op.create_index(op.f(f"ix_{table}_edition_id"), table, ["edition_id"])


def downgrade() -> None:
    op.drop_table("badge_printer")
    op.drop_table("badge_stock")
