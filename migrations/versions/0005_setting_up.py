"""Pictures, sponsor levels, written pages, the calendar of tasks, merged records, approved titles and name proofs.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

TABLES = (
    "organization_word",
    "person_word",
    "image",
    "distinct_pair",
    "merge",
    "title_pair",
    "content_page",
    "sponsor_level",
    "task",
    "name_proof",
    "proof_entry",
    "proof_correction",
)
ADDED = {
    "account": ("creates_editions",),
    "edition": ("logo_id",),
    "organization": ("also_known_as",),
    "person": ("photo_id", "also_known_as"),
    "registration_type": ("admits",),
    "room": ("layouts",),
    "venue": ("map_url", "floor_plan_id"),
}


def upgrade() -> None:
    op.create_table(
        "distinct_pair",
        sa.Column(
            "entity",
            sa.Enum("person", "organization", name="kept", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("low_id", BIG_ID, nullable=False),
        sa.Column("high_id", BIG_ID, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_distinct_pair_low_before_high")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distinct_pair")),
        sa.UniqueConstraint("entity", "low_id", "high_id", name=op.f("uq_distinct_pair_entity_low_id_high_id")),
    )
    op.create_table(
        "image",
        sa.Column(
            "media_type",
            sa.Enum(
                "image/png",
                "image/jpeg",
                "image/svg+xml",
                name="mediatype",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_image_has_a_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_image")),
    )
    with op.batch_alter_table("image", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_image_sha256"), ["sha256"], unique=False)

    op.create_table(
        "merge",
        sa.Column(
            "entity",
            sa.Enum("person", "organization", name="kept", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("kept_id", BIG_ID, nullable=False),
        sa.Column("gone_id", BIG_ID, nullable=False),
        sa.Column("gone", JSON, nullable=False),
        sa.Column("moved", JSON, nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("kept_id <> gone_id", name=op.f("ck_merge_of_two")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
        sa.UniqueConstraint("entity", "gone_id", name=op.f("uq_merge_entity_gone_id")),
    )
    op.create_table(
        "title_pair",
        sa.Column("title", JSON, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_pair")),
        sa.UniqueConstraint("key", name=op.f("uq_title_pair_key")),
    )
    op.create_table(
        "content_page",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "welcome",
                "practical",
                "emergency",
                "interpretation",
                "floor-plan",
                "other",
                name="contentkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", JSON, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("signatory_id", BIG_ID, nullable=True),
        sa.Column("picture_id", BIG_ID, nullable=True),
        sa.Column("on_site", sa.Boolean(), nullable=False),
        sa.Column("in_program", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_content_page_edition_id_edition")),
        sa.ForeignKeyConstraint(["picture_id"], ["image.id"], name=op.f("fk_content_page_picture_id_image")),
        sa.ForeignKeyConstraint(["signatory_id"], ["person.id"], name=op.f("fk_content_page_signatory_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_page")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_content_page_edition_id_code")),
        sa.UniqueConstraint("edition_id", "position", name=op.f("uq_content_page_edition_id_position")),
    )
    with op.batch_alter_table("content_page", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_content_page_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_content_page_signatory_id"), ["signatory_id"], unique=False)

    op.create_table(
        "sponsor_level",
        sa.Column("name", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_sponsor_level_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor_level")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_sponsor_level_edition_id_id")),
        sa.UniqueConstraint("edition_id", "position", name=op.f("uq_sponsor_level_edition_id_position")),
    )
    with op.batch_alter_table("sponsor_level", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sponsor_level_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "task",
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("title", JSON, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "secretariat",
                "program-manager",
                "protocol-officer",
                "delegation-liaison",
                "registration-desk",
                "print-staff",
                "viewer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name=op.f("ck_task_done_is_whole")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_task_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_task_edition_id_code")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index("ix_task_due", ["edition_id", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "name_proof",
        sa.Column("name", JSON, nullable=False),
        sa.Column("delegation_id", BIG_ID, nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id", "delegation_id"],
            ["delegation.edition_id", "delegation.id"],
            name=op.f("fk_name_proof_edition_id_delegation_id_delegation"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_name_proof_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_proof")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_name_proof_edition_id_id")),
    )
    with op.batch_alter_table("name_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_name_proof_delegation_id"), ["delegation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_name_proof_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "proof_entry",
        sa.Column("proof_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("approved", JSON, nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by IS NULL)", name=op.f("ck_proof_entry_approval_is_whole")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "proof_id"],
            ["name_proof.edition_id", "name_proof.id"],
            name=op.f("fk_proof_entry_edition_id_proof_id_name_proof"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_proof_entry_edition_id_edition")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_proof_entry_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_entry")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_proof_entry_edition_id_id")),
        sa.UniqueConstraint("proof_id", "person_id", name=op.f("uq_proof_entry_proof_id_person_id")),
        sa.UniqueConstraint("proof_id", "position", name=op.f("uq_proof_entry_proof_id_position")),
    )
    with op.batch_alter_table("proof_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proof_entry_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proof_entry_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proof_entry_proof_id"), ["proof_id"], unique=False)

    op.create_table(
        "proof_correction",
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("shown", JSON, nullable=False),
        sa.Column("proposed", JSON, nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "declined",
                name="correctionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("accepted", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_proof_correction_decision_is_whole")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "entry_id"],
            ["proof_entry.edition_id", "proof_entry.id"],
            name=op.f("fk_proof_correction_edition_id_entry_id_proof_entry"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_proof_correction_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_correction")),
    )
    with op.batch_alter_table("proof_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proof_correction_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proof_correction_entry_id"), ["entry_id"], unique=False)

    for table in NAMES:
        op.create_table(
            f"{table}_word",
            sa.Column("word", WORD, nullable=False),
            sa.Column(f"{table}_id", BIG_ID, nullable=False),
            sa.Column("is_read", sa.Boolean(), nullable=False),
            sa.ForeignKeyConstraint(
                [f"{table}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_{table}_word_{table}_id_{table}"),
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint("word", f"{table}_id", name=op.f(f"pk_{table}_word")),
            sqlite_with_rowid=False,
        )
        op.create_index(f"ix_{table}_word_{table}", f"{table}_word", [f"{table}_id", "word"])
        find_by_words(table)
    give_no_id_again()
    add_columns()


# By table: the columns that name its rows, and what a row is found by.
NAMES = {
    "organization": ("legal", "short", "abbreviation"),
    "person": ("latin_family", "latin_given", "native_full", "native_language", "call_name"),
}


def found_by(table: str, row: sa.Row) -> tuple[dict[str, bool], str]:
    """The words by which the row is found, and the text that is searched."""
    if table == "organization":
        written = [text for texts in (row.legal, row.short, row.abbreviation) for text in texts.values()]
        read = [reading(text) for text in written if is_han(text)]
        return words(written, read), folded([*written, *map("".join, read)])
    family, given = row.latin_family, row.latin_given
    written = (f"{family} {given}", f"{given} {family}", row.native_full, row.call_name)
    read = name_readings(row.native_full)
    text = folded((family + given, given + family, row.native_full, *map("".join, read)))
    return words(written, [*read, *name_readings(row.call_name)]), text


# As finding by words stood when this was written: what a migration did must not change when the code does.
DROPPED = re.compile(r"[\s\-'’‘ʼ·・.,]+")


def fold(text):
    wide = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", wide) if not unicodedata.combining(c))
    return DROPPED.sub("", plain)


def folded(texts):
    return "|".join(dict.fromkeys(found for found in map(fold, texts) if found))


def words(written, read):
    found = {}
    for syllables in read:
        found |= dict.fromkeys(("".join(syllables[at:])[:40] for at in range(len(syllables))), True)
    for text in written:
        starts = (at for at, one in enumerate(text) if at == 0 or is_han(one) or not in_word(text[at - 1]))
        found |= dict.fromkeys((fold(text[at:])[:40] for at in starts), False)
    found.pop("", None)
    return found


def in_word(character):
    return unicodedata.category(character)[0] in "LMN" and not is_han(character)


def is_han(text):
    return any("\u3400" <= c <= "\u9fff" or "\uf900" <= c <= "\ufaff" or c >= "\U00020000" for c in text)


def reading(text):
    from pypinyin import lazy_pinyin

    return [found for found in map(fold, lazy_pinyin(text, v_to_u=False)) if found]


def name_readings(name):
    characters = [c for c in fold(name) if is_han(c)]
    if not characters or len(characters) != len(fold(name)):
        return []
    ways = [sounds(one) if at == 0 else sounds(one)[:2] for at, one in enumerate(characters)]
    return list(islice(product(*ways), 24))


@lru_cache(maxsize=4096)
def sounds(character):
    from pypinyin import Style, pinyin

    plain = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys(typed for one in plain for typed in typed_as(one)))


def typed_as(syllable):
    return [syllable.replace("v", instead) for instead in ("v", "u", "yu")] if "v" in syllable else [syllable]


def find_by_words(table: str) -> None:
    """What is there already is found by its words too, and by how Chinese is read."""
    connection = op.get_bind()
    kind = JSON if table == "organization" else sa.Text()
    rows = sa.table(table, sa.column("id"), sa.column("search_text"), *(sa.column(one, kind) for one in NAMES[table]))
    index = sa.table(f"{table}_word", sa.column("word"), sa.column(f"{table}_id"), sa.column("is_read"))
    for row in connection.execute(sa.select(rows)).all():
        found, text = found_by(table, row)
        text = "|".join(dict.fromkeys(part for part in f"{row.search_text}|{text}".split("|") if part))
        connection.execute(sa.update(rows).where(rows.c.id == row.id).values(search_text=text))
        if found:
            values = [{"word": word, f"{table}_id": row.id, "is_read": read} for word, read in found.items()]
            connection.execute(sa.insert(index), values)


def add_columns() -> None:
    """What is never null needs a value for the rows there are; the models give it to new ones."""
    op.add_column("account", sa.Column("creates_editions", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table, column in (("edition", "logo_id"), ("person", "photo_id"), ("venue", "floor_plan_id")):
        refers = sa.ForeignKey("image.id", name=op.f(f"fk_{table}_{column}_image"))
        op.add_column(table, sa.Column(column, BIG_ID, refers, nullable=True), inline_references=True)
    for table, column in (
        ("organization", "also_known_as"),
        ("person", "also_known_as"),
        ("registration_type", "admits"),
    ):
        op.add_column(table, sa.Column(column, JSON, nullable=False, server_default="[]"))
    op.add_column("room", sa.Column("layouts", JSON, nullable=False, server_default="{}"))
    op.add_column("venue", sa.Column("map_url", sa.Text(), nullable=True))
    with op.batch_alter_table("affiliation", schema=None) as batch_op:
        batch_op.alter_column("organization_id", existing_type=BIG_ID, nullable=True)
    with op.batch_alter_table("edition_host", schema=None) as batch_op:
        batch_op.add_column(sa.Column("level_id", BIG_ID, nullable=True))
        batch_op.add_column(sa.Column("logo_id", BIG_ID, nullable=True))
        batch_op.create_foreign_key(op.f("fk_edition_host_logo_id_image"), "image", ["logo_id"], ["id"])
        batch_op.create_foreign_key(
            op.f("fk_edition_host_edition_id_level_id_sponsor_level"),
            "sponsor_level",
            ["edition_id", "level_id"],
            ["edition_id", "id"],
        )
        batch_op.create_check_constraint(
            op.f("ck_edition_host_levels_are_for_sponsors"), "level_id IS NULL OR role = 'sponsor'"
        )


def give_no_id_again() -> None:
    """The id of a record that became one with another leads on to it. Only SQLite would give it to the next row."""
    if op.get_bind().dialect.name == "sqlite":
        for table in NAMES:
            with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
                pass


def downgrade() -> None:
    # Before this there was no post without an organization.
    posts = "SELECT id FROM affiliation WHERE organization_id IS NULL"
    op.execute(f"UPDATE edition_title SET affiliation_id = NULL WHERE affiliation_id IN ({posts})")
    op.execute("DELETE FROM affiliation WHERE organization_id IS NULL")
    with op.batch_alter_table("affiliation", schema=None) as batch_op:
        batch_op.alter_column("organization_id", existing_type=BIG_ID, nullable=False)
    with op.batch_alter_table("edition_host", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_edition_host_levels_are_for_sponsors"), type_="check")
        batch_op.drop_constraint(op.f("fk_edition_host_edition_id_level_id_sponsor_level"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_edition_host_logo_id_image"), type_="foreignkey")
        batch_op.drop_column("logo_id")
        batch_op.drop_column("level_id")
    for table, columns in ADDED.items():
        for column in columns:
            op.drop_column(table, column)
    for table in reversed(TABLES):
        op.drop_table(table)
