"""What was seen before something was printed in spite of it is one mark; lists of codes are kept no more.

Revision ID: 0104
Revises: 0103
"""

from __future__ import annotations

from alembic import op

revision = "0104"
down_revision = "0103"
branch_labels = None
depends_on = None

# A print that waits, and tells of neither, is looked through again before it is made.
WITHOUT = {
    "sqlite": "UPDATE print_job SET options = json_remove(options, '$.despite')"
    " WHERE json_type(options, '$.despite') IS NOT NULL",
    "postgresql": "UPDATE print_job SET options = options - 'despite' WHERE options -> 'despite' IS NOT NULL",
}


def upgrade() -> None:
    op.execute(WITHOUT[op.get_bind().dialect.name])


def downgrade() -> None:
    op.execute(WITHOUT[op.get_bind().dialect.name])
