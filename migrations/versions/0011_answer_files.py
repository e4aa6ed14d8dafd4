"""Files and photos as answers, kept no longer than an edition needs them.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
BEFORE = ("diet", "flights", "officials")


def upgrade() -> None:
    op.create_table(
        "answer_file",
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_answer_file_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_file")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_answer_file_key_hash")),
    )
    op.create_index(op.f("ix_answer_file_edition_id"), "answer_file", ["edition_id"])
    _keep((*BEFORE, "files"))


def _keep(kinds: tuple[str, ...]) -> None:
    for table in ("retention_rule", "purge_report"):
        words = ", ".join(f"'{kind}'" for kind in kinds)
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(f"ck_{table}_kind"), type_="check")
            batch_op.create_check_constraint(op.f(f"ck_{table}_kind"), f"kind IN ({words})")


def downgrade() -> None:
    for table in ("retention_rule", "purge_report"):
        op.execute(f"DELETE FROM {table} WHERE kind = 'files'")
    _keep(BEFORE)
    op.drop_table("answer_file")
