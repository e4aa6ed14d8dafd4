"""Whom to ring in an emergency: the number of a delegation's liaison, and what all cards of an edition say.

Revision ID: 0059
Revises: 0058
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SAID = ("emergency_numbers", "consulate")
RULE = "ck_delegation_liaison_phone_of_a_liaison"


def upgrade() -> None:
    with op.batch_alter_table("itinerary_settings") as batch:
        for column in SAID:
            batch.add_column(sa.Column(column, JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("delegation") as batch:
        batch.add_column(sa.Column("liaison_phone", sa.Text(), nullable=False, server_default=""))
        batch.create_check_constraint(op.f(RULE), "liaison_phone = '' OR liaison_id IS NOT NULL")
    with op.batch_alter_table("itinerary_settings") as batch:
        for column in SAID:
            batch.alter_column(column, server_default=None)
    with op.batch_alter_table("delegation") as batch:
        batch.alter_column("liaison_phone", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("delegation") as batch:
        batch.drop_constraint(op.f(RULE), type_="check")
        batch.drop_column("liaison_phone")
    with op.batch_alter_table("itinerary_settings") as batch:
        for column in SAID:
            batch.drop_column(column)
