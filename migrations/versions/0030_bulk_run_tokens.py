"""By which token it was asked to do one thing to many registrations: it ends when the token does.

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = "fk_bulk_run_token_id_api_token"


def upgrade() -> None:
    with op.batch_alter_table("bulk_run") as batch_op:
        batch_op.add_column(sa.Column("token_id", BIG_ID, nullable=True))
        batch_op.create_foreign_key(op.f(KEY), "api_token", ["token_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("bulk_run") as batch_op:
        batch_op.drop_constraint(op.f(KEY), type_="foreignkey")
        batch_op.drop_column("token_id")
