"""No two devices of an edition that may sign in have one name.

Revision ID: 0095
Revises: 0094
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0094"
branch_labels = None
depends_on = None

INDEX = "ix_checkin_device_name"
DEVICES = sa.table("checkin_device", *(sa.column(name) for name in ("id", "edition_id", "name", "revoked_at")))


def upgrade() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(DEVICES.c.id, DEVICES.c.edition_id, DEVICES.c.name)
        .where(DEVICES.c.revoked_at.is_(None))
        .order_by(DEVICES.c.id)
    ).all()
    taken = {(row.edition_id, row.name.strip().lower()) for row in rows}
    seen = set()
    for row in rows:
        of, name, count = row.edition_id, row.name, 1
        if (of, name.strip().lower()) in seen:
            while (of, name.strip().lower()) in taken:
                count += 1
                name = f"{row.name.strip()} ({count})"
            connection.execute(sa.update(DEVICES).where(DEVICES.c.id == row.id).values(name=name))
            taken.add((of, name.lower()))
        seen.add((of, name.strip().lower()))
    standing = sa.text("revoked_at IS NULL")
    op.create_index(
        INDEX,
        "checkin_device",
        ["edition_id", "name"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def downgrade() -> None:
    op.drop_index(INDEX, "checkin_device")
