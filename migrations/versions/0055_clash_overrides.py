"""Clashes of people that someone has allowed.

Revision ID: 0055
Revises: 0054
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TABLE = "clash_override"
IN_ORDER = "one_kind < other_kind OR (one_kind = other_kind AND one_id < other_id)"
PAIR = ("one_kind", "one_id", "other_kind", "other_id")


def _kind(name: str, check: str) -> sa.Column[str]:
    kinds = sa.Enum(
        "session", "itinerary_item", "coach_run",
        name=check, native_enum=False, create_constraint=True, length=32,
    )  # fmt: skip
    return sa.Column(name, kinds, nullable=False)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("person_id", BIG_ID, nullable=False),
        _kind("one_kind", "partykind"),
        sa.Column("one_id", BIG_ID, nullable=False),
        _kind("other_kind", "otherpartykind"),
        sa.Column("other_id", BIG_ID, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", BIG_ID, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(IN_ORDER, name=op.f(f"ck_{TABLE}_in_order")),
        sa.CheckConstraint("minutes > 0", name=op.f(f"ck_{TABLE}_minutes_positive")),
        sa.CheckConstraint("reason <> ''", name=op.f(f"ck_{TABLE}_has_a_reason")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f(f"fk_{TABLE}_decided_by_account")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f(f"fk_{TABLE}_edition_id_edition")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{TABLE}_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("edition_id", "id", name=op.f(f"uq_{TABLE}_edition_id_id")),
        sa.UniqueConstraint("edition_id", "person_id", *PAIR, name="uq_clash_override_pair"),
    )
    for column in ("edition_id", "person_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])


def downgrade() -> None:
    op.drop_table(TABLE)
