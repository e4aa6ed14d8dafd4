"""Consents: each purpose apart, with the words that were shown. The date of the privacy notice moves there.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
PURPOSES = ("privacy", "photo", "contact-list", "sponsors", "transfer-abroad")
CHANNELS = ("page", "api", "command", "import", "workflow")
EN = "The organizer may keep what I have written here to run this forum."
ZH = "我同意主办方为举办本次论坛保存以上信息。"

_AGREED = f"""
INSERT INTO consent (edition_id, registration_id, purpose, number, text, language, given_at, channel,
                     created_at, updated_at)
SELECT edition_id, id, 'privacy', 0, CASE WHEN language LIKE 'zh%' THEN '{ZH}' ELSE '{EN}' END,
       CASE WHEN language LIKE 'zh%' THEN 'zh-Hans' ELSE 'en' END, agreed_at,
       CASE WHEN source = 'api' THEN 'api' ELSE 'page' END, agreed_at, agreed_at
FROM registration WHERE agreed_at IS NOT NULL
"""
_BACK = """
UPDATE registration SET agreed_at = (
    SELECT MIN(consent.given_at) FROM consent
    WHERE consent.registration_id = registration.id AND consent.purpose = 'privacy'
)
"""


def upgrade() -> None:
    op.create_table(
        "consent_text",
        _choice("purpose", PURPOSES),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_of_edition("consent_text"),
        sa.UniqueConstraint("edition_id", "purpose", name=op.f("uq_consent_text_edition_id_purpose")),
    )
    op.create_index(op.f("ix_consent_text_edition_id"), "consent_text", ["edition_id"])
    op.create_table(
        "consent",
        sa.Column("registration_id", BIG_ID, nullable=False),
        _choice("purpose", PURPOSES),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        _choice("channel", CHANNELS),
        *_of_edition("consent"),
        sa.CheckConstraint("withdrawn_at >= given_at", name=op.f("ck_consent_withdrawn_after_given")),
        sa.ForeignKeyConstraint(
            ["edition_id", "registration_id"],
            ["registration.edition_id", "registration.id"],
            name=op.f("fk_consent_edition_id_registration"),
        ),
    )
    op.create_index(op.f("ix_consent_edition_id"), "consent", ["edition_id"])
    live = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_consent_live",
        "consent",
        ["registration_id", "purpose"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.execute(_AGREED)
    op.drop_column("registration", "agreed_at")


def _choice(name: str, words: tuple[str, ...]) -> sa.Column[str]:
    kind = {"purpose": "purpose", "channel": "via"}[name]
    return sa.Column(
        name, sa.Enum(*words, name=kind, native_enum=False, create_constraint=True, length=32), nullable=False
    )


def _of_edition(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f(f"fk_{table}_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    op.add_column("registration", sa.Column("agreed_at", INSTANT, nullable=True))
    op.execute(_BACK)
    op.drop_table("consent")
    op.drop_table("consent_text")
