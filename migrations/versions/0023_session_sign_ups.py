"""Sessions with limited places, which registrants choose.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
CHECKS = {
    "places_not_negative": "places >= 0",
    "signed_up_not_negative": "signed_up >= 0",
    "signed_up_within_places": "signed_up <= places",
}


def upgrade() -> None:
    with op.batch_alter_table("session") as batch_op:
        batch_op.add_column(sa.Column("places", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("signed_up", sa.Integer(), nullable=False, server_default="0"))
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_session_{name}"), rule)
    op.create_table(
        "session_sign_up",
        sa.Column("session_id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_session_sign_up_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "session_id"],
            ["session.edition_id", "session.id"],
            name=op.f("fk_session_sign_up_edition_id_session_id_session"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "registration_id"],
            ["registration.edition_id", "registration.id"],
            name=op.f("fk_session_sign_up_edition_id_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_sign_up")),
        sa.UniqueConstraint(
            "session_id", "registration_id", name=op.f("uq_session_sign_up_session_id_registration_id")
        ),
    )
    op.create_index(op.f("ix_session_sign_up_edition_id"), "session_sign_up", ["edition_id"])
    op.create_index(op.f("ix_session_sign_up_registration_id"), "session_sign_up", ["registration_id"])


def downgrade() -> None:
    op.drop_table("session_sign_up")
    with op.batch_alter_table("session") as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_session_{name}"), type_="check")
        batch_op.drop_column("signed_up")
        batch_op.drop_column("places")
