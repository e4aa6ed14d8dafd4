"""What is kept of a row in print says of whom or what it is, and photos of an agenda are kept by edition.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAMED = {
    "delegation": "lead_organization_id",
    "edition_host": "organization_id",
    "itinerary_item": "host_id",
    "content_page": "signatory_id",
    "proof_entry": "person_id",
    "registration": "person_id",
}


def upgrade() -> None:
    op.add_column("frozen_name", sa.Column("record_id", BIG_ID, nullable=True))
    for table, column in NAMED.items():
        named = f"(SELECT {column} FROM {table} WHERE {table}.id = frozen_name.row_id)"
        op.execute(f"UPDATE frozen_name SET record_id = {named} WHERE entity = '{table}'")
    op.execute("DELETE FROM frozen_name WHERE record_id IS NULL")
    with op.batch_alter_table("frozen_name", schema=None) as batch_op:
        batch_op.alter_column("record_id", existing_type=BIG_ID, nullable=False)
        batch_op.drop_constraint("uq_frozen_name_entity_row_id", type_="unique")
        batch_op.create_unique_constraint("uq_frozen_name_entity_row_id_edition_id", ["entity", "row_id", "edition_id"])
        batch_op.create_index("ix_frozen_name_record_id", ["record_id"])


def downgrade() -> None:
    op.execute("DELETE FROM frozen_name WHERE entity = 'person'")
    with op.batch_alter_table("frozen_name", schema=None) as batch_op:
        batch_op.drop_index("ix_frozen_name_record_id")
        batch_op.drop_constraint("uq_frozen_name_entity_row_id_edition_id", type_="unique")
        batch_op.create_unique_constraint("uq_frozen_name_entity_row_id", ["entity", "row_id"])
        batch_op.drop_column("record_id")
