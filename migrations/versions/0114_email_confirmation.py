"""A registration type may ask the public to confirm their email address before a registration counts.

Revision ID: 0114
Revises: 0113
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.operations import BatchOperations

revision = "0114"
down_revision = "0113"
branch_labels = None
depends_on = None

NEW = "unconfirmed"
ACTIVE = ("invited", "applied", "waitlisted", "offered", "confirmed", "attended")
ENDED = ("declined", "cancelled", "no-show")
STATUS, HAS_AN_END = "ck_registration_registrationstatus", "ck_registration_unconfirmed_has_an_end"
HOLDS_LAST = "ck_registration_type_holds_last"
ONE_ACTIVE = "uq_registration_active_person"


def upgrade() -> None:
    op.drop_index(ONE_ACTIVE, "registration")
    with _registration() as batch:
        batch.add_column(sa.Column("holds_spot", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.drop_constraint(op.f(STATUS), type_="check")
        batch.create_check_constraint(op.f(STATUS), _one_of((*ACTIVE, NEW, *ENDED)))
        batch.create_check_constraint(op.f(HAS_AN_END), f"status <> '{NEW}' OR offer_ends_at IS NOT NULL")
    _create_index((ACTIVE[0], NEW, *ACTIVE[1:]))
    with op.batch_alter_table("registration_type") as batch:
        batch.add_column(sa.Column("needs_email_confirmation", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("hold_minutes", sa.Integer(), nullable=False, server_default="30"))
        batch.create_check_constraint(op.f(HOLDS_LAST), "hold_minutes > 0")


def downgrade() -> None:
    # A spot that is held until a time is an offer: the worker releases it then.
    op.execute(f"UPDATE registration SET status = 'offered' WHERE status = '{NEW}' AND holds_spot")
    op.execute(f"UPDATE registration SET status = 'applied', offer_ends_at = NULL WHERE status = '{NEW}'")
    op.drop_index(ONE_ACTIVE, "registration")
    with _registration() as batch:
        batch.drop_constraint(op.f(HAS_AN_END), type_="check")
        batch.drop_constraint(op.f(STATUS), type_="check")
        batch.create_check_constraint(op.f(STATUS), _one_of((*ACTIVE, *ENDED)))
        batch.drop_column("holds_spot")
    _create_index(ACTIVE)
    with op.batch_alter_table("registration_type") as batch:
        batch.drop_constraint(op.f(HOLDS_LAST), type_="check")
        batch.drop_column("hold_minutes")
        batch.drop_column("needs_email_confirmation")


@contextmanager
def _registration() -> Iterator[BatchOperations]:
    """On SQLite the table is made anew, and `person`, to which it refers, is read but stays as it is."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index ix_person_wechat")
        with op.batch_alter_table("registration") as batch:
            yield batch


def _create_index(active: tuple[str, ...]) -> None:
    where = sa.text(_one_of(active))
    columns = ["edition_id", "person_id"]
    op.create_index(ONE_ACTIVE, "registration", columns, unique=True, sqlite_where=where, postgresql_where=where)


def _one_of(words: tuple[str, ...]) -> str:
    return f"status IN ({', '.join(repr(word) for word in words)})"
