"""Why something was printed in spite of what was found stands where it only said that it was.

Revision ID: 0090
Revises: 0089
"""

from __future__ import annotations

from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None

# Nobody was asked why.
UP = {
    "sqlite": "UPDATE print_job SET options = json_set(options, '$.anyway', '—')"
    " WHERE json_type(options, '$.anyway') = 'true'",
    "postgresql": "UPDATE print_job SET options = jsonb_set(options, '{anyway}', '\"—\"')"
    " WHERE options -> 'anyway' = 'true'",
}
DOWN = {
    "sqlite": "UPDATE print_job SET options = json_set(options, '$.anyway', json('true'))"
    " WHERE json_type(options, '$.anyway') = 'text'",
    "postgresql": "UPDATE print_job SET options = jsonb_set(options, '{anyway}', 'true')"
    " WHERE jsonb_typeof(options -> 'anyway') = 'string'",
}


def upgrade() -> None:
    op.execute(UP[op.get_bind().dialect.name])


def downgrade() -> None:
    op.execute(DOWN[op.get_bind().dialect.name])
