"""People are invited to register by a link of their own, and a type may be by invitation only.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STATES = ("made", "sent", "accepted", "declined", "revoked", "expired")
ORDERS = ("family-first", "given-first")
ONE_WAY = "ck_registration_type_open_or_by_invitation"


def upgrade() -> None:
    with op.batch_alter_table("registration_type") as batch_op:
        batch_op.add_column(sa.Column("by_invitation", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_check_constraint(op.f(ONE_WAY), "NOT (is_open AND by_invitation)")
    op.create_table(
        "invitation",
        sa.Column("type_id", BIG_ID, nullable=False),
        sa.Column("latin_family", sa.Text(), nullable=False),
        sa.Column("latin_given", sa.Text(), nullable=False),
        sa.Column("name_order", _choice("nameorder", ORDERS), nullable=False),
        sa.Column("native_full", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("greeting", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("state", _choice("invitationstate", STATES), nullable=False),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("registration_id", BIG_ID, nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(state IN ('accepted', 'declined')) = (answered_at IS NOT NULL)",
            name=op.f("ck_invitation_answer_is_whole"),
        ),
        sa.CheckConstraint("state <> 'expired'", name=op.f("ck_invitation_expiry_is_not_stored")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_invitation_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "type_id"],
            ["registration_type.edition_id", "registration_type.id"],
            name=op.f("fk_invitation_edition_id_registration_type"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "registration_id"],
            ["registration.edition_id", "registration.id"],
            name=op.f("fk_invitation_edition_id_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    for column in ("edition_id", "type_id", "registration_id"):
        op.create_index(op.f(f"ix_invitation_{column}"), "invitation", [column])
    op.create_index("ix_invitation_state", "invitation", ["edition_id", "state"])


def downgrade() -> None:
    op.drop_table("invitation")
    with op.batch_alter_table("registration_type") as batch_op:
        batch_op.drop_constraint(op.f(ONE_WAY), type_="check")
        batch_op.drop_column("by_invitation")


def _choice(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)
