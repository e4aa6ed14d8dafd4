"""How pressing an edition takes each finding of its agenda to be.

Revision ID: 0041
Revises: 0040
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
CODES = (
    "person-clash", "room-clash", "room-changeover", "clock-change", "speaker-unavailable", "all-rooms-clash",
    "room-too-small", "outside-edition", "too-long", "items-longer-than-session", "confirmed-without-time",
    "interpreter-missing", "interpreter-alone", "interpreter-back-to-back", "interpreter-without-rest",
    "panel-without-moderator", "speaker-unconfirmed", "missing-translation",
)  # fmt: skip
OF_PEOPLE = "severity <> 'ignore' OR code NOT IN ('person-clash', 'speaker-unavailable')"


def upgrade() -> None:
    op.create_table(
        "finding_severity",
        sa.Column(
            "code",
            sa.Enum(*CODES, name="findingcode", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "severity",
            sa.Enum("block", "warn", "ignore", name="severity", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(OF_PEOPLE, name=op.f("ck_finding_severity_of_people_never_ignored")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_finding_severity_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_severity")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_finding_severity_edition_id_code")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_finding_severity_edition_id_id")),
    )
    op.create_index(op.f("ix_finding_severity_edition_id"), "finding_severity", ["edition_id"])


def downgrade() -> None:
    op.drop_table("finding_severity")
