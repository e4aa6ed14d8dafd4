"""A name proof of speakers, and the photo that one of them sends.

Revision ID: 0044
Revises: 0043
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ALONE = "ck_name_proof_of_speakers_or_a_delegation"
PHOTO = "fk_proof_correction_photo_id_image"


def upgrade() -> None:
    with op.batch_alter_table("name_proof") as batch:
        batch.add_column(sa.Column("of_speakers", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.create_check_constraint(op.f(ALONE), "NOT of_speakers OR delegation_id IS NULL")
    with op.batch_alter_table("name_proof") as batch:
        batch.alter_column("of_speakers", server_default=None)
    op.create_index(
        "uq_name_proof_of_speakers",
        "name_proof",
        ["edition_id"],
        unique=True,
        sqlite_where=sa.text("of_speakers"),
        postgresql_where=sa.text("of_speakers"),
    )
    with op.batch_alter_table("proof_correction") as batch:
        batch.add_column(sa.Column("photo_id", BIG_ID, nullable=True))
        batch.create_foreign_key(op.f(PHOTO), "image", ["photo_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("proof_correction") as batch:
        batch.drop_constraint(op.f(PHOTO), type_="foreignkey")
        batch.drop_column("photo_id")
    op.drop_index("uq_name_proof_of_speakers", "name_proof")
    with op.batch_alter_table("name_proof") as batch:
        batch.drop_constraint(op.f(ALONE), type_="check")
        batch.drop_column("of_speakers")
