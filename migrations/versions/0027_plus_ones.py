"""How many people each registrant may bring along.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("registration_type") as batch:
        batch.add_column(sa.Column("plus_ones", sa.Integer(), nullable=False, server_default="0"))
        batch.create_check_constraint(op.f("ck_registration_type_plus_ones_not_negative"), "plus_ones >= 0")


def downgrade() -> None:
    with op.batch_alter_table("registration_type") as batch:
        batch.drop_constraint(op.f("ck_registration_type_plus_ones_not_negative"), type_="check")
        batch.drop_column("plus_ones")
