"""Which records are likely one person, or one organization, known before anybody asks: the worker fills it as it starts.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REASONS = (
    "same-native", "same-latin", "read-alike", "sound-alike", "same-name", "but-for-its-form", "abbreviation",
)  # fmt: skip


def upgrade() -> None:
    for table in ("person", "organization"):
        op.create_table(
            f"{table}_double",
            sa.Column("low_id", BIG_ID, nullable=False),
            sa.Column("high_id", BIG_ID, nullable=False),
            sa.Column(
                "reason",
                sa.Enum(*REASONS, name="reason", native_enum=False, create_constraint=True, length=32),
                nullable=False,
            ),
            *(
                sa.ForeignKeyConstraint(
                    [f"{side}_id"],
                    [f"{table}.id"],
                    name=op.f(f"fk_{table}_double_{side}_id_{table}"),
                    ondelete="CASCADE",
                )
                for side in ("low", "high")
            ),
            sa.PrimaryKeyConstraint("low_id", "high_id", name=op.f(f"pk_{table}_double")),
            sqlite_with_rowid=False,
        )
        op.create_index(f"ix_{table}_double_high", f"{table}_double", ["high_id"])


def downgrade() -> None:
    op.drop_table("organization_double")
    op.drop_table("person_double")
