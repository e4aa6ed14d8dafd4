"""No two letters have one serial, whatever their kind and edition; the log of pieces tells of each letter.

Revision ID: 0091
Revises: 0090
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LINE, LETTER, SERIAL = "print_line", "letter", "uq_letter_serial"
KEY, COPY, OF_ONE = f"fk_{LINE}_edition_id_letter_id_{LETTER}", f"uq_{LINE}_registration_id_copy_number", "of_one"
COPIES = {
    f"uq_{LINE}_badge_copy": ("letter_id IS NULL", "registration_id"),
    f"uq_{LINE}_letter_copy": ("letter_id IS NOT NULL", "letter_id"),
}
BEFORE = "(registration_id IS NULL) = (person_id IS NOT NULL)"
NOW = "(registration_id IS NULL AND letter_id IS NULL) = (person_id IS NOT NULL)"


def upgrade() -> None:
    _one_serial()
    with op.batch_alter_table(LINE) as batch:
        batch.add_column(sa.Column("letter_id", BIG_ID, nullable=True))
        batch.create_foreign_key(op.f(KEY), LETTER, ["edition_id", "letter_id"], ["edition_id", "id"])
        batch.drop_constraint(op.f(COPY), type_="unique")
        batch.drop_constraint(op.f(f"ck_{LINE}_{OF_ONE}"), type_="check")
    with op.batch_alter_table(LINE) as batch:
        batch.create_check_constraint(OF_ONE, NOW)
    for name, (condition, column) in COPIES.items():
        where = sa.text(condition)
        of = {"sqlite_where": where, "postgresql_where": where}
        op.create_index(name, LINE, [column, "copy_number"], unique=True, **of)


def downgrade() -> None:
    op.execute(f"DELETE FROM {LINE} WHERE registration_id IS NULL AND letter_id IS NOT NULL")
    op.execute(f"UPDATE {LINE} SET copy_number = NULL, content_version = NULL WHERE letter_id IS NOT NULL")
    for name in COPIES:
        op.drop_index(name, LINE)
    with op.batch_alter_table(LINE) as batch:
        batch.drop_constraint(op.f(f"ck_{LINE}_{OF_ONE}"), type_="check")
        batch.drop_constraint(op.f(KEY), type_="foreignkey")
        batch.drop_column("letter_id")
        batch.create_unique_constraint(op.f(COPY), ["registration_id", "copy_number"])
    with op.batch_alter_table(LINE) as batch:
        batch.create_check_constraint(OF_ONE, BEFORE)
    op.drop_index(SERIAL, LETTER)


def _one_serial() -> None:
    """Letters stay as they were issued: where two have one serial by now, it holds for those that come after them."""
    twice = sa.text(f"SELECT max(id) FROM {LETTER} GROUP BY serial HAVING count(*) > 1 ORDER BY 1 DESC LIMIT 1")
    last = op.get_bind().scalar(twice)
    where = sa.text(f"id > {last}") if last else None
    op.create_index(SERIAL, LETTER, ["serial"], unique=True, sqlite_where=where, postgresql_where=where)
