"""A place that becomes free may be offered for some hours before it is confirmed.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
BEFORE = ("invited", "applied", "waitlisted", "confirmed", "declined", "cancelled", "attended", "no-show")
AFTER = ("invited", "applied", "waitlisted", "offered", "confirmed", "declined", "cancelled", "attended", "no-show")
ACTIVE_BEFORE = ("invited", "applied", "waitlisted", "confirmed", "attended")
ACTIVE_AFTER = ("invited", "applied", "waitlisted", "offered", "confirmed", "attended")
STATUS, HAS_AN_END = "ck_registration_registrationstatus", "ck_registration_offered_has_an_end"
ONE_ACTIVE = "uq_registration_active_person"


def upgrade() -> None:
    op.drop_index(ONE_ACTIVE, "registration")
    with op.batch_alter_table("registration") as batch_op:
        batch_op.add_column(sa.Column("offer_ends_at", INSTANT, nullable=True))
        batch_op.drop_constraint(op.f(STATUS), type_="check")
        batch_op.create_check_constraint(op.f(STATUS), _one_of(AFTER))
        batch_op.create_check_constraint(op.f(HAS_AN_END), "status <> 'offered' OR offer_ends_at IS NOT NULL")
    op.create_index("ix_registration_offer_ends", "registration", ["offer_ends_at"])
    _let_one_be_active(ACTIVE_AFTER)
    with op.batch_alter_table("registration_type") as batch_op:
        batch_op.add_column(sa.Column("offer_hours", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_registration_type_offers_last"), "offer_hours > 0")


def downgrade() -> None:
    # Before this a place that became free was confirmed at once.
    op.execute("UPDATE registration SET status = 'confirmed' WHERE status = 'offered'")
    op.drop_index(ONE_ACTIVE, "registration")
    op.drop_index("ix_registration_offer_ends", "registration")
    with op.batch_alter_table("registration") as batch_op:
        batch_op.drop_constraint(op.f(HAS_AN_END), type_="check")
        batch_op.drop_constraint(op.f(STATUS), type_="check")
        batch_op.create_check_constraint(op.f(STATUS), _one_of(BEFORE))
        batch_op.drop_column("offer_ends_at")
    _let_one_be_active(ACTIVE_BEFORE)
    with op.batch_alter_table("registration_type") as batch_op:
        batch_op.drop_constraint(op.f("ck_registration_type_offers_last"), type_="check")
        batch_op.drop_column("offer_hours")


def _let_one_be_active(active: tuple[str, ...]) -> None:
    where = sa.text(_one_of(active))
    columns = ["edition_id", "person_id"]
    op.create_index(ONE_ACTIVE, "registration", columns, unique=True, sqlite_where=where, postgresql_where=where)


def _one_of(words: tuple[str, ...]) -> str:
    return f"status IN ({', '.join(repr(word) for word in words)})"
