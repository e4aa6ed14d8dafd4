"""Places in an order of precedence have a version, so that a stale move or removal is refused.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

REMOVAL = sa.table(
    "removal",
    sa.column("id", sa.BigInteger),
    sa.column("entity", sa.Text),
    sa.column("rows", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
)


def upgrade() -> None:
    with op.batch_alter_table("precedence_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("precedence_entry", schema=None) as batch_op:
        batch_op.alter_column("version", server_default=None)


def downgrade() -> None:
    """What was removed keeps no version either, or it could not be brought back."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(REMOVAL).where(REMOVAL.c.entity == "precedence_entry")).all():
        kept = [one | {"values": {k: held for k, held in one["values"].items() if k != "version"}} for one in row.rows]
        connection.execute(sa.update(REMOVAL).where(REMOVAL.c.id == row.id).values(rows=kept))
    with op.batch_alter_table("precedence_entry", schema=None) as batch_op:
        batch_op.drop_column("version")
