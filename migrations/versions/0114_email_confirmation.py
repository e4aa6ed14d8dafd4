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
    _cancel_unconfirmed()
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


def _cancel_unconfirmed() -> None:
    """Before, there is no such state. Nobody has confirmed these addresses, so their registrations end: what they hold
    is free again, and their codes are revoked.
    """
    waits = f"r.status = '{NEW}'"
    held = f"{waits} AND r.holds_spot AND r.block_id"
    of_edition = "JOIN registration_type AS t ON t.id = r.type_id AND t.is_limited"
    for table, where in (
        ("registration_type", f"WHERE r.type_id = registration_type.id AND {held} IS NULL"),
        ("edition_places", f"{of_edition} WHERE r.edition_id = edition_places.edition_id AND {held} IS NULL"),
        ("place_block", f"WHERE {held} = place_block.id"),
    ):
        op.execute(f"UPDATE {table} SET taken = taken - (SELECT count(*) FROM registration AS r {where})")
    _free_choices()
    ended = f"SELECT r.id FROM registration AS r WHERE {waits}"
    codes = f"revoked_at IS NULL AND registration_id IN ({ended})"
    op.execute(f"UPDATE ticket_code SET revoked_at = CURRENT_TIMESTAMP WHERE {codes}")
    op.execute(f"UPDATE registration SET status = 'cancelled', version = version + 1 WHERE status = '{NEW}'")


def _free_choices() -> None:
    """The options with a capacity that they chose."""
    columns = [sa.column(name) for name in ("id", "type_id", "question", "option", "taken")]
    choices = sa.table("choice_places", *columns)
    rows = sa.table("registration", sa.column("type_id"), sa.column("status"), sa.column("answers", sa.JSON))
    connection = op.get_bind()
    ended = sa.select(rows.c.type_id, rows.c.answers).where(rows.c.status == NEW)
    for type_id, answers in connection.execute(ended).all():
        for question, value in answers.get("values", {}).items():
            of_question = (choices.c.type_id == type_id, choices.c.question == question)
            chosen = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
            free = sa.update(choices).where(*of_question, choices.c.option.in_(chosen), choices.c.taken > 0)
            connection.execute(free.values(taken=choices.c.taken - 1))


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
