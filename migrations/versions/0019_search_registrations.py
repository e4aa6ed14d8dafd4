"""People are found by their initials, by the organizations they wrote themselves, and by the end of a phone number.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice, product

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
DROPPED = re.compile(r"[\s\-'’‘ʼ·・.,]+")
TAIL, WAYS, LONGEST = 4, 24, 40
PERSON = sa.table(
    "person",
    *map(sa.column, ("id", "latin_family", "latin_given", "native_full", "phone", "phone_tail")),
)
TITLE = sa.table("edition_title", sa.column("person_id"), sa.column("organization_name", JSON))
WORD = sa.table("person_word", *map(sa.column, ("word", "person_id", "is_read")))


def upgrade() -> None:
    op.add_column("person", sa.Column("phone_tail", sa.Text(), nullable=True))
    op.create_index("ix_person_phone_tail", "person", ["phone_tail"])
    op.create_index("ix_edition_title_organization", "edition_title", ["organization_id", "edition_id", "person_id"])
    op.create_index("ix_registration_newest", "registration", ["edition_id", "registered_at", "id"])
    op.create_index("ix_registration_found", "registration", ["edition_id", "person_id", "registered_at", "id"])
    connection = op.get_bind()
    offices: dict[int, list[str]] = {}
    for person_id, name in connection.execute(sa.select(TITLE)):
        offices.setdefault(person_id, []).extend((name or {}).values())
    for row in connection.execute(sa.select(PERSON)).all():
        digits = "".join(one for one in row.phone or "" if one.isdecimal())
        if len(digits) >= TAIL:
            changed = sa.update(PERSON).where(PERSON.c.id == row.id)
            connection.execute(changed.values(phone_tail=digits[-TAIL:]))
        found = {**initials(row), **words_of(offices.get(row.id, ()))}
        if found:
            values = [{"word": word, "person_id": row.id, "is_read": is_read} for word, is_read in found.items()]
            connection.execute(sa.insert(WORD), values)


def initials(row):
    family, given = ([fold(part)[:1] for part in text.split()] for text in (row.latin_family, row.latin_given))
    ways = [family + given, given + family]
    characters = [c for c in fold(row.native_full) if is_han(c)]
    if characters and len(characters) == len(fold(row.native_full)):
        letters = [dict.fromkeys(one[0] for one in sounds(c)) for c in characters]
        native = [list(way) for way in islice(product(*letters), WAYS)]
        ways += [*native, *(way[1:] + way[:1] for way in native)]
    return {"." + "".join(way): True for way in ways if len(way) > 1}


def words_of(texts):
    found = {}
    for text in texts:
        if is_han(text):
            syllables = [one for one in map(fold, reading(text)) if one]
            found |= dict.fromkeys(("".join(syllables[at:])[:LONGEST] for at in range(len(syllables))), True)
    for text in texts:
        starts = (at for at, one in enumerate(text) if at == 0 or is_han(one) or not in_word(text[at - 1]))
        found |= dict.fromkeys((fold(text[at:])[:LONGEST] for at in starts), False)
    found.pop("", None)
    return {f"~{word}": is_read for word, is_read in found.items()}


def fold(text):
    wide = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", wide) if not unicodedata.combining(c))
    return DROPPED.sub("", plain)


def in_word(character):
    return unicodedata.category(character)[0] in "LMN" and not is_han(character)


def is_han(text):
    return any("\u3400" <= c <= "\u9fff" or "\uf900" <= c <= "\ufaff" or c >= "\U00020000" for c in text)


def reading(text):
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text, v_to_u=False)


def sounds(character):
    from pypinyin import Style, pinyin

    return pinyin(character, style=Style.NORMAL, heteronym=True)[0]


def downgrade() -> None:
    op.execute("DELETE FROM person_word WHERE substr(word, 1, 1) IN ('.', '~')")
    op.drop_index("ix_registration_found", "registration")
    op.drop_index("ix_registration_newest", "registration")
    op.drop_index("ix_edition_title_organization", "edition_title")
    op.drop_index("ix_person_phone_tail", "person")
    op.drop_column("person", "phone_tail")
