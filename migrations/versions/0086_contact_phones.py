"""That one's phone number stands in the list of participants is agreed to apart; who agreed to the list before did not.

Revision ID: 0086
Revises: 0085
"""

from __future__ import annotations

from alembic import op

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None

PURPOSES = ("privacy", "photo", "contact-list", "sponsors", "transfer-abroad")
NEW = "contact-phone"
TABLES = ("consent", "consent_text")


def _one_of(words: tuple[str, ...]) -> str:
    return "purpose IN (" + ", ".join(f"'{word}'" for word in words) + ")"


def _told(words: tuple[str, ...]) -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_purpose"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_purpose"), _one_of(words))


def upgrade() -> None:
    _told((*PURPOSES, NEW))


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DELETE FROM {table} WHERE purpose = '{NEW}'")
    _told(PURPOSES)
