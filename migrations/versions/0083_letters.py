"""Formal letters with a serial: invitations and certificates.

Revision ID: 0083
Revises: 0082
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
FORM, ISSUE, PICTURE, LETTER = "letter_form", "letter_issue", "letter_picture", "letter"
KINDS = "kind IN ('invitation', 'certificate')"
# What of a letter never changes, and what is said once.
FIXED = (
    "edition_id", "kind", "issue_id", "number", "serial", "registration_id", "invitation_id", "said", "sha256",
    "issued_by", "issued_at", "replaces_id", "created_at",
)  # fmt: skip
ONCE = {"revoked_at": ("revoked_at", "revoked_by", "reason"), "pdf_sha256": ("pdf_sha256", "renderer")}
BEFORE = (
    "badges", "program", "itineraries", "speaker-agendas", "pocket-agenda", "program-erratum", "booklets", "arrivals",
    "departures", "face-sheet", "rooming-list", "manifests", "coach-signs", "airport-signs", "contact-list",
    "head-days", "diet-sheet", "errata", "tent-cards", "place-cards", "seat-signs", "lectern-signs", "sign-in-sheets",
)  # fmt: skip
NEW = ("invitations", "certificates")
PAPER, INVITED = "ck_print_job_paper", "uq_invitation_edition_id_id"


def _one_of(words: tuple[str, ...]) -> str:
    return "paper IN (" + ", ".join(f"'{word}'" for word in words) + ")"


def upgrade() -> None:
    with op.batch_alter_table("print_job") as batch:
        batch.drop_constraint(op.f(PAPER), type_="check")
        batch.create_check_constraint(op.f(PAPER), _one_of((*BEFORE, *NEW)))
    with op.batch_alter_table("invitation") as batch:
        batch.create_unique_constraint(op.f(INVITED), ["edition_id", "id"])
    _create_form()
    _create_issue()
    _create_letter()
    for table in (ISSUE, PICTURE):
        _guard(table, ("UPDATE", "DELETE"))
    _guard(LETTER, ("DELETE",))
    _guard_letter()


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table in (ISSUE, PICTURE, LETTER):
            op.execute(f"DROP TRIGGER {table}_stays ON {table}")
            op.execute(f"DROP FUNCTION {table}_stays()")
        op.execute(f"DROP TRIGGER {LETTER}_as_issued ON {LETTER}")
        op.execute(f"DROP FUNCTION {LETTER}_as_issued()")
    for table in (LETTER, PICTURE, ISSUE, FORM):  # with their triggers, and indexes
        op.drop_table(table)
    with op.batch_alter_table("invitation") as batch:
        batch.drop_constraint(op.f(INVITED), type_="unique")
    op.execute(f"DELETE FROM print_job WHERE {_one_of(NEW)}")
    with op.batch_alter_table("print_job") as batch:
        batch.drop_constraint(op.f(PAPER), type_="check")
        batch.create_check_constraint(op.f(PAPER), _one_of(BEFORE))


def _row(table: str, *, versioned: bool = True) -> list[sa.schema.SchemaItem]:
    columns = [
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f(f"fk_{table}_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
    return [*columns, *([sa.Column("version", sa.Integer(), nullable=False)] if versioned else [])]


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _beside(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """Of the same edition."""
    name = op.f(f"fk_{table}_edition_id_{column}_{target}")
    return sa.ForeignKeyConstraint(["edition_id", column], [f"{target}.edition_id", f"{target}.id"], name=name)


def _create_form() -> None:
    op.create_table(
        FORM,
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("dress", JSON, nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("signatory_latin", sa.Text(), nullable=False),
        sa.Column("signatory_native", sa.Text(), nullable=False),
        sa.Column("office", JSON, nullable=False),
        sa.Column("signature_id", BIG_ID, nullable=True),
        sa.Column("has_seal", sa.Boolean(), nullable=False),
        *_row(FORM),
        _to(FORM, "signature_id", "image"),
        sa.UniqueConstraint("edition_id", "kind", name=op.f(f"uq_{FORM}_edition_id_kind")),
        sa.CheckConstraint(KINDS, name=op.f(f"ck_{FORM}_letterkind")),
        sa.CheckConstraint(
            "kind = 'invitation' OR (dress = '{}' AND answer_by IS NULL)", name=op.f(f"ck_{FORM}_only_invitations_ask")
        ),
    )
    op.create_index(op.f(f"ix_{FORM}_edition_id"), FORM, ["edition_id"])


def _create_issue() -> None:
    op.create_table(
        ISSUE,
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("characters", sa.Text(), nullable=False),
        sa.Column("made_by", BIG_ID, nullable=True),
        *_row(ISSUE, versioned=False),
        _to(ISSUE, "made_by", "account"),
        sa.UniqueConstraint("edition_id", "id", name=op.f(f"uq_{ISSUE}_edition_id_id")),
        sa.UniqueConstraint("id", "kind", name=op.f(f"uq_{ISSUE}_id_kind")),
        sa.CheckConstraint(KINDS, name=op.f(f"ck_{ISSUE}_letterkind")),
    )
    op.create_index(op.f(f"ix_{ISSUE}_edition_id"), ISSUE, ["edition_id"])
    op.create_table(
        PICTURE,
        sa.Column("issue_id", BIG_ID, nullable=False),
        sa.Column("image_id", BIG_ID, nullable=False),
        *_row(PICTURE, versioned=False),
        _beside(PICTURE, "issue_id", ISSUE),
        _to(PICTURE, "image_id", "image"),
        sa.UniqueConstraint("issue_id", "image_id", name=op.f(f"uq_{PICTURE}_issue_id_image_id")),
    )
    op.create_index(op.f(f"ix_{PICTURE}_edition_id"), PICTURE, ["edition_id"])
    op.create_index(op.f(f"ix_{PICTURE}_image_id"), PICTURE, ["image_id"])


def _create_letter() -> None:
    op.create_table(
        LETTER,
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("issue_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=True),
        sa.Column("invitation_id", BIG_ID, nullable=True),
        sa.Column("said", JSON, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("pdf_sha256", sa.Text(), nullable=True),
        sa.Column("renderer", sa.Text(), nullable=True),
        sa.Column("issued_by", BIG_ID, nullable=True),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoked_by", BIG_ID, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("replaces_id", BIG_ID, nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        *_row(LETTER),
        *_letter_constraints(),
    )
    op.create_index(op.f(f"ix_{LETTER}_edition_id"), LETTER, ["edition_id"])
    op.create_index(op.f(f"ix_{LETTER}_issue_id"), LETTER, ["issue_id"])
    for column, of in (("registration_id", "registration"), ("invitation_id", "invitation")):
        said = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{LETTER}_{column}", LETTER, [column], sqlite_where=said, postgresql_where=said)
        live = sa.text(f"revoked_at IS NULL AND {column} IS NOT NULL")
        where = {"sqlite_where": live, "postgresql_where": live}
        op.create_index(f"uq_{LETTER}_{of}", LETTER, ["kind", column], unique=True, **where)


def _letter_constraints() -> list[sa.Constraint]:
    checks = {
        "letterkind": KINDS,
        "number_positive": "number > 0",
        "to_one_person": "(registration_id IS NULL) <> (invitation_id IS NULL)",
        "certificates_are_for_registrations": "invitation_id IS NULL OR kind = 'invitation'",
        "revoked_with_a_reason": "(revoked_at IS NULL) = (reason IS NULL)",
        "revoked_by_whom": "revoked_at IS NOT NULL OR revoked_by IS NULL",
        "paper_is_whole": "(pdf_sha256 IS NULL) = (renderer IS NULL)",
    }
    return [
        _to(LETTER, "issued_by", "account"),
        _to(LETTER, "revoked_by", "account"),
        sa.ForeignKeyConstraint(
            ["issue_id", "kind"], [f"{ISSUE}.id", f"{ISSUE}.kind"], name=op.f(f"fk_{LETTER}_issue_id_kind_{ISSUE}")
        ),
        _beside(LETTER, "issue_id", ISSUE),
        _beside(LETTER, "registration_id", "registration"),
        _beside(LETTER, "invitation_id", "invitation"),
        _beside(LETTER, "replaces_id", LETTER),
        sa.UniqueConstraint("edition_id", "id", name=op.f(f"uq_{LETTER}_edition_id_id")),
        sa.UniqueConstraint("edition_id", "kind", "number", name=op.f(f"uq_{LETTER}_edition_id_kind_number")),
        sa.UniqueConstraint("edition_id", "kind", "serial", name=op.f(f"uq_{LETTER}_edition_id_kind_serial")),
        sa.UniqueConstraint("replaces_id", name=op.f(f"uq_{LETTER}_replaces_id")),
        *(sa.CheckConstraint(said, name=op.f(f"ck_{LETTER}_{name}")) for name, said in checks.items()),
    ]


def _guard(table: str, actions: tuple[str, ...]) -> None:
    """What was issued stays on record, whoever asks."""
    said = f"what {table} holds stays"
    if op.get_bind().dialect.name == "sqlite":
        for action in actions:
            op.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{said}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_stays BEFORE {' OR '.join(actions)} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_stays()"
    )


def _guard_letter() -> None:
    """A letter says what it said when it was issued; that it was revoked, and the hash of its paper, are said once."""
    differs = "IS NOT" if op.get_bind().dialect.name == "sqlite" else "IS DISTINCT FROM"
    changed = [f"NEW.{column} {differs} OLD.{column}" for column in FIXED]
    for said, columns in ONCE.items():
        other = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)
        changed.append(f"(OLD.{said} IS NOT NULL AND ({other}))")
    condition, said = " OR ".join(changed), f"a {LETTER} stays as it was issued"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {LETTER}_as_issued BEFORE UPDATE ON {LETTER} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {LETTER}_as_issued() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{said}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {LETTER}_as_issued BEFORE UPDATE ON {LETTER} FOR EACH ROW WHEN ({condition}) "
        f"EXECUTE FUNCTION {LETTER}_as_issued()"
    )
