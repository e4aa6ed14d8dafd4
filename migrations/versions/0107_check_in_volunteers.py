"""A role for volunteers who scan badges and see names and status only.

Revision ID: 0107
Revises: 0106
"""

from __future__ import annotations

from alembic import op

revision = "0107"
down_revision = "0106"
branch_labels = None
depends_on = None

ROLES = (
    "owner", "secretariat", "program-manager", "protocol-officer", "delegation-liaison", "registration-desk",
    "print-staff", "viewer",
)  # fmt: skip
VOLUNTEER = "check-in-volunteer"
CONSTRAINTS = {"access_role": "ck_access_role_role", "task": "ck_task_role"}


def _allow(roles: tuple[str, ...]) -> None:
    words = ", ".join(f"'{role}'" for role in roles)
    for table, name in CONSTRAINTS.items():
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(name), type_="check")
            batch.create_check_constraint(op.f(name), f"role IN ({words})")


def upgrade() -> None:
    _allow((*ROLES, VOLUNTEER))


def downgrade() -> None:
    op.execute(f"DELETE FROM access_role WHERE role = '{VOLUNTEER}'")
    op.execute(f"DELETE FROM task WHERE role = '{VOLUNTEER}'")
    _allow(ROLES)
