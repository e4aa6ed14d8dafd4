"""Writing to many speakers at once, done by a worker.

Revision ID: 0053
Revises: 0052
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "speaker_writing",
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("people", JSON, nullable=False),
        sa.Column("status", _words("writingstatus", "queued", "writing", "done", "failed"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("left", JSON, nullable=False),
        sa.Column("asked_by", BIG_ID, nullable=True),
        sa.Column("via", _words("via", "page", "api", "command", "import", "workflow"), nullable=False),
        sa.Column("token_id", BIG_ID, nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("reached >= 0 AND reached <= total", name=op.f("ck_speaker_writing_reached_within_total")),
        sa.CheckConstraint("sent >= 0 AND sent <= reached", name=op.f("ck_speaker_writing_sent_within_reached")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_speaker_writing_asked_by_account")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_speaker_writing_edition_id_edition")),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name=op.f("fk_speaker_writing_token_id_api_token")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_writing")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_speaker_writing_edition_id_id")),
    )
    op.create_index(op.f("ix_speaker_writing_edition_id"), "speaker_writing", ["edition_id"])


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    op.drop_table("speaker_writing")
