"""What many write in one minute has no index twice, and none for columns that few rows fill.

Revision ID: 0052
Revises: 0051
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

# Another index begins with the same column.
TWICE = {
    "ix_registration_edition_id": ("registration", "edition_id"),
    "ix_registration_type_id": ("registration", "type_id"),
    "ix_ticket_code_edition_id": ("ticket_code", "edition_id"),
    "ix_edition_title_edition_id": ("edition_title", "edition_id"),
}
SELDOM = {
    "ix_registration_block_id": ("registration", "block_id"),
    "ix_registration_group_id": ("registration", "group_id"),
    "ix_registration_offer_ends": ("registration", "offer_ends_at"),
    "ix_message_mailing_id": ("message", "mailing_id"),
    "ix_message_telling_id": ("message", "telling_id"),
}


def upgrade() -> None:
    for name, (table, _column) in {**TWICE, **SELDOM}.items():
        op.drop_index(name, table)
    for name, (table, column) in SELDOM.items():
        said = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, table, [column], sqlite_where=said, postgresql_where=said)


def downgrade() -> None:
    for name, (table, _column) in SELDOM.items():
        op.drop_index(name, table)
    for name, (table, column) in {**TWICE, **SELDOM}.items():
        op.create_index(name, table, [column])
