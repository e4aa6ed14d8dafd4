"""People's search texts no longer hold mail addresses and phone numbers, which not everyone who searches may see.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PERSON = sa.table(
    "person",
    sa.column("id", sa.BigInteger),
    *(sa.column(name, sa.Text) for name in ("latin_family", "latin_given", "native_full", "call_name")),
    *(sa.column(name, sa.Text) for name in ("email", "phone", "search_text")),
)

# As `fold` stood when this was written: what a migration did must not change when the code does.
DROPPED = re.compile(r"[\s\-'’‘ʼ·・.,]+")


def fold(text):
    wide = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", wide) if not unicodedata.combining(c))
    return DROPPED.sub("", plain)


def upgrade() -> None:
    connection = op.get_bind()
    reached = sa.select(PERSON).where(sa.or_(PERSON.c.email.is_not(None), PERSON.c.phone.is_not(None)))
    for row in connection.execute(reached).all():
        contacts = {fold((row.email or "").partition("@")[0]), fold(row.phone or "")}
        family, given = row.latin_family or "", row.latin_given or ""
        names = {fold(one) for one in (family + given, given + family, row.native_full or "", row.call_name or "")}
        kept = "|".join(part for part in row.search_text.split("|") if part in names or part not in contacts)
        if kept != row.search_text:
            connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(search_text=kept))


def downgrade() -> None:
    connection = op.get_bind()
    reached = sa.select(PERSON).where(sa.or_(PERSON.c.email.is_not(None), PERSON.c.phone.is_not(None)))
    for row in connection.execute(reached).all():
        contacts = (fold((row.email or "").partition("@")[0]), fold(row.phone or ""))
        parts = dict.fromkeys(part for part in (*row.search_text.split("|"), *contacts) if part)
        connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(search_text="|".join(parts)))
