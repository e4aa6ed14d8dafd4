"""Who is to be told what of their itineraries has changed, and who was.

Revision ID: 0064
Revises: 0063
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB, "postgresql")
GIVEN, TELLING, NOTICE = "itinerary_given_out", "itinerary_telling", "item_notice"
BEFORE = ("confirm", "decline", "cancel", "type", "language", "remind")
ACTION = "ck_bulk_run_bulkaction"


def upgrade() -> None:
    _table(
        GIVEN,
        sa.Column("delegation_id", BIG_ID, nullable=False),
        sa.Column("given_by", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["given_by"], ["account.id"], name=op.f(f"fk_{GIVEN}_given_by_account")),
        sa.UniqueConstraint("edition_id", "id", name=op.f(f"uq_{GIVEN}_edition_id_id")),
        sa.UniqueConstraint("delegation_id", name=op.f(f"uq_{GIVEN}_delegation_id")),
        _refers(GIVEN, "delegation_id", "delegation"),
    )
    how = sa.Enum("mail", "phone", name="how", native_enum=False, create_constraint=True, length=32)
    _table(
        TELLING,
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("how", how, nullable=False),
        sa.Column("told_by", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["told_by"], ["account.id"], name=op.f(f"fk_{TELLING}_told_by_account")),
        sa.UniqueConstraint("edition_id", "id", name=op.f(f"uq_{TELLING}_edition_id_id")),
        _refers(TELLING, "registration_id", "registration"),
    )
    op.create_index(op.f(f"ix_{TELLING}_registration_id"), TELLING, ["registration_id"])
    _table(
        NOTICE,
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("was", JSON, nullable=True),
        sa.Column("telling_id", BIG_ID, nullable=True),
        _refers(NOTICE, "registration_id", "registration"),
        _refers(NOTICE, "telling_id", TELLING),
    )
    for column in ("registration_id", "item_id", "telling_id"):
        op.create_index(op.f(f"ix_{NOTICE}_{column}"), NOTICE, [column])
    still = sa.text("telling_id IS NULL")
    op.create_index(
        "uq_item_notice_open",
        NOTICE,
        ["registration_id", "item_id"],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )
    _allow(*BEFORE, "tell")


def downgrade() -> None:
    # Their mails are asked for, and nothing of these can be undone.
    op.execute("DELETE FROM bulk_row WHERE run_id IN (SELECT id FROM bulk_run WHERE action = 'tell')")
    op.execute("DELETE FROM bulk_run WHERE action = 'tell'")
    _allow(*BEFORE)
    for table in (NOTICE, TELLING, GIVEN):
        op.drop_table(table)


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        *parts,
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f(f"fk_{name}_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_edition_id"), name, ["edition_id"])


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_edition_id_{column}_{to}")
    return sa.ForeignKeyConstraint(["edition_id", column], [f"{to}.edition_id", f"{to}.id"], name=name)


def _allow(*words: str) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table("bulk_run") as batch:
        batch.drop_constraint(op.f(ACTION), type_="check")
        batch.create_check_constraint(op.f(ACTION), sa.text(f"action IN ({listed})"))
