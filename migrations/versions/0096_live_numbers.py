"""How many people a checkpoint can take in five minutes.

Revision ID: 0096
Revises: 0095
"""

from __future__ import annotations

from alembic import op

revision = "0096"
down_revision = "0095"
branch_labels = None
depends_on = None

COLUMN, CHECK = "per_five_minutes", "ck_checkpoint_takes_somebody"


def upgrade() -> None:
    # With its check at the column, so that SQLite need not make the table anew, to which others refer.
    op.execute(f"ALTER TABLE checkpoint ADD COLUMN {COLUMN} INTEGER CONSTRAINT {CHECK} CHECK ({COLUMN} > 0)")


def downgrade() -> None:
    op.execute(f"ALTER TABLE checkpoint DROP COLUMN {COLUMN}")
